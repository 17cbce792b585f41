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

/// <summary>What measures are called, and which way they are better.</summary>
public static class MeasureExtensions
{
    /// <summary>Keras's short name, such as <c>val_acc</c>.</summary>
    /// <param name="measure">The measure.</param>
    public static string Name(this Measure measure) => measure switch
    {
        Measure.TestAccuracy => "test_acc",
        Measure.TestLoss => "test_loss",
        Measure.ValAccuracy => "val_acc",
        _ => "val_loss",
    };

    /// <summary>The measure in words, such as <c>validation accuracy</c>.</summary>
    /// <param name="measure">The measure.</param>
    public static string DisplayName(this Measure measure) => measure switch
    {
        Measure.TestAccuracy => "test accuracy",
        Measure.TestLoss => "test loss",
        Measure.ValAccuracy => "validation accuracy",
        _ => "validation loss",
    };

    /// <summary>Whether more is better: true for accuracies, false for losses.</summary>
    /// <param name="measure">The measure.</param>
    public static bool IsHigherBetter(this Measure measure) => measure is Measure.TestAccuracy or Measure.ValAccuracy;
}
