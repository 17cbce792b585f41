namespace MnistCnn.Lab;

/// <summary>What an accuracy is paid for with.</summary>
public enum Cost
{
    /// <summary>The seconds of training.</summary>
    Seconds,

    /// <summary>The number of weights and biases.</summary>
    Parameters,
}

/// <summary>What runs cost.</summary>
internal static class Costs
{
    /// <summary>The mean over the runs of a group.</summary>
    public static double Of(RunGroup group, Cost cost) => cost switch
    {
        Cost.Seconds => group.Runs.Average(run => run.Duration.TotalSeconds),
        Cost.Parameters => group.Runs.Average(run => run.Parameters),
        _ => throw ArgumentOutOfRange.Exception(nameof(cost), cost, "There is no such cost."),
    };

    /// <summary>A cost as it is read, such as <c>4.2 s</c> or <c>1,146 weights</c>.</summary>
    public static string Text(double value, Cost cost) => cost == Cost.Parameters ? Invariant($"{value:N0} weights")
        : value < 90 ? Invariant($"{value:0.0} s") : Invariant($"{value / 60:0.0} min");
}
