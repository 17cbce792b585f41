using System.Globalization;

namespace MnistCnn;

/// <summary>What a checkpoint holds besides the weights.</summary>
/// <param name="Epoch">The last epoch that was finished; 0 before the first. <c>Fit(initialEpoch: …)</c> goes on from it.</param>
/// <param name="StepsSince">Steps taken since then: 0 unless a run was cancelled within an epoch.</param>
/// <param name="Optimizer">The optimizer whose moments are in it; null if the model was not trained.</param>
/// <param name="LearningRate">The optimizer's own learning rate; null if the model was not trained.</param>
/// <param name="IsAveraged">
/// Whether the weights are averages, with those beside them from which the training goes on; see <see cref="WeightAveraging"/>.
/// </param>
public sealed record Checkpoint(int Epoch, long StepsSince, string? Optimizer, double? LearningRate, bool IsAveraged)
{
    /// <summary>The checkpoint in one line.</summary>
    public override string ToString()
    {
        string when = Epoch == 0 && StepsSince == 0 ? "before training"
            : StepsSince == 0 ? string.Create(CultureInfo.InvariantCulture, $"after epoch {Epoch}")
            : string.Create(CultureInfo.InvariantCulture, $"after epoch {Epoch} and {StepsSince} steps of the next");
        string optimizer = Optimizer is null ? "" : string.Create(
            CultureInfo.InvariantCulture, $", {Optimizer} with learning rate {LearningRate}");
        return $"Checkpoint {when}{optimizer}{(IsAveraged ? ", averaged weights" : "")}";
    }
}
