namespace MnistCnn.Lab;

/// <summary>What runs are compared by.</summary>
public enum Measure
{
    /// <summary>Accuracy on the test images.</summary>
    TestAccuracy,

    /// <summary>Mean loss on the test images, in nats.</summary>
    TestLoss,

    /// <summary>Accuracy on the validation images with the weights that were kept.</summary>
    ValAccuracy,

    /// <summary>Mean loss on the validation images with the weights that were kept, in nats.</summary>
    ValLoss,
}
