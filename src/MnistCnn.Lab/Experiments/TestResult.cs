namespace MnistCnn.Lab;

/// <summary>What a run reached on images that it was neither trained nor chosen with.</summary>
/// <param name="Loss">The mean loss over the images, in nats.</param>
/// <param name="Accuracy">The share that was classified rightly, 0 to 1.</param>
public sealed record TestResult(double Loss, double Accuracy);
