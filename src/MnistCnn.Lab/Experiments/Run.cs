
namespace MnistCnn.Lab;

/// <summary>One training with everything that is needed to compare it: what went in and what came out.</summary>
/// <param name="Number">Its number in the experiment, from 1.</param>
/// <param name="Settings">The knobs.</param>
/// <param name="Seed">The seed of weights, shuffling and dropout; null: not noted.</param>
/// <param name="History">The epochs.</param>
/// <param name="Test">What it reached on the test images; null: not looked at.</param>
/// <param name="Parameters">The number of weights and biases.</param>
/// <param name="Duration">The time of all epochs, with their validation.</param>
public sealed record Run(
    int Number, Settings Settings, long? Seed, History History, TestResult? Test, long Parameters, TimeSpan Duration)
{
    /// <summary>
    /// Validation loss with the weights that were kept, in nats: those of the last epoch, or of the best where the run gave them
    /// back. Null without validation.
    /// </summary>
    public double? ValLoss => Kept?.ValLoss;

    /// <summary>Validation accuracy with the weights that were kept, 0 to 1; null without validation.</summary>
    public double? ValAccuracy => Kept?.ValAccuracy;

    /// <summary>The epoch whose weights the model was left with.</summary>
    private EpochRecord? Kept => History switch
    {
        { Count: 0 } => null,
        { HasBestWeights: true, BestEpoch: { } best } => History.First(epoch => epoch.Epoch == best),
        _ => History[^1],
    };

    /// <summary>One of the run's results.</summary>
    /// <param name="measure">Which.</param>
    /// <returns>The figure; null where the run has none.</returns>
    public double? Result(Measure measure) => measure switch
    {
        Measure.ValLoss => ValLoss,
        Measure.ValAccuracy => ValAccuracy,
        Measure.TestLoss => Test?.Loss,
        Measure.TestAccuracy => Test?.Accuracy,
        _ => throw ArgumentOutOfRange.Exception(nameof(measure), measure, "There is no such measure."),
    };

    /// <summary>One line, such as <c>Run 3: val_acc 0.9712, test_acc 0.9722 in 6.3 s (kernelSize 5, seed 2)</c>.</summary>
    public override string ToString()
    {
        string what = string.Join(", ", [.. Settings.Select(setting => setting.ToString()),
            .. Seed is { } seed ? [Invariant($"seed {seed}")] : Array.Empty<string>()]);
        string results = string.Join(", ", new[] { Measure.ValAccuracy, Measure.TestAccuracy }
            .Where(measure => Result(measure) is not null)
            .Select(measure => Invariant($"{measure.Name()} {Result(measure):0.0000}")));
        return Invariant(
            $"Run {Number}: {(results.Length > 0 ? results : "no result")} in {Duration.TotalSeconds:0.0} s ({what})");
    }
}

/// <summary>What a run reached on images that it was neither trained nor chosen with.</summary>
/// <param name="Loss">The mean loss over the images, in nats.</param>
/// <param name="Accuracy">The share that was classified rightly, 0 to 1.</param>
public sealed record TestResult(double Loss, double Accuracy) : InvariantRecord;
