namespace MnistCnn;

/// <summary>What a callback watches from epoch to epoch. A loss is better the lower it is, an accuracy the higher.</summary>
public enum Monitor
{
    /// <summary>The validation loss (Keras: <c>val_loss</c>).</summary>
    ValLoss,

    /// <summary>The validation accuracy (Keras: <c>val_accuracy</c>).</summary>
    ValAccuracy,

    /// <summary>The training loss (Keras: <c>loss</c>).</summary>
    Loss,

    /// <summary>The training accuracy (Keras: <c>accuracy</c>).</summary>
    Accuracy,
}

/// <summary>How a watched quantity is read and compared.</summary>
public static class MonitorExtensions
{
    /// <summary>The quantity as Keras names it: <c>val_loss</c>, <c>val_accuracy</c>, <c>loss</c>, <c>accuracy</c>.</summary>
    /// <param name="monitor">The quantity.</param>
    public static string KerasName(this Monitor monitor) => monitor switch
    {
        Monitor.ValLoss => "val_loss",
        Monitor.ValAccuracy => "val_accuracy",
        Monitor.Loss => "loss",
        _ => "accuracy",
    };

    /// <summary>Its value in a record; NaN where the record has none.</summary>
    internal static double Of(this Monitor monitor, EpochRecord record) => monitor switch
    {
        Monitor.ValLoss => record.ValLoss ?? double.NaN,
        Monitor.ValAccuracy => record.ValAccuracy ?? double.NaN,
        Monitor.Loss => record.Loss,
        _ => record.Accuracy,
    };

    /// <summary>The worst value that there is: any number is better.</summary>
    internal static double Worst(this Monitor monitor) =>
        IsLoss(monitor) ? double.PositiveInfinity : double.NegativeInfinity;

    /// <summary>Whether a value is better than another by more than a margin; NaN never is.</summary>
    internal static bool IsBetter(this Monitor monitor, double value, double than, double margin) =>
        IsLoss(monitor) ? value + margin < than : value - margin > than;

    /// <summary>Refuses to watch a validation that does not take place.</summary>
    /// <exception cref="ArgumentException">There is no validation data.</exception>
    internal static void Require(this Monitor monitor, TrainingContext training, Callback callback)
    {
        if (monitor is Monitor.ValLoss or Monitor.ValAccuracy && training.ValidationImages == 0)
        {
            Monitor instead = monitor == Monitor.ValLoss ? Monitor.Loss : Monitor.Accuracy;
            throw new ArgumentException(
                $"{callback.GetType().Name} watches {monitor.KerasName()}, but there is no validation data: give Fit a "
                + $"validation set, or watch Monitor.{instead}.",
                nameof(monitor));
        }
    }

    private static bool IsLoss(Monitor monitor) => monitor is Monitor.ValLoss or Monitor.Loss;
}
