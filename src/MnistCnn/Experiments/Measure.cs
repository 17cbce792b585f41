namespace MnistCnn.Experiments;

/// <summary>What runs are compared by.</summary>
public enum Measure
{
    /// <summary>Accuracy on the test images.</summary>
    TestAccuracy,

    /// <summary>Mean loss on the test images, in nats.</summary>
    TestLoss,

    /// <summary>Accuracy on the validation images after the last epoch.</summary>
    ValAccuracy,

    /// <summary>Mean loss on the validation images after the last epoch, in nats.</summary>
    ValLoss,
}
