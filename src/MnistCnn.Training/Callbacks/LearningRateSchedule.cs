namespace MnistCnn;

/// <summary>
/// Sets the learning rate before every step. The rate follows from the number of the step alone, so that a run that is
/// interrupted and goes on takes the same steps. After the run the optimizer has the rate that it had before.
/// </summary>
public abstract class LearningRateSchedule : Callback
{
    /// <summary>The rate of the next step.</summary>
    /// <param name="run">The run: <see cref="FitRun.Step"/>, <see cref="FitRun.TotalSteps"/>, <see cref="FitRun.StepsPerEpoch"/> and <see cref="FitRun.InitialLearningRate"/> say where it stands.</param>
    public abstract double LearningRateAt(FitRun run);

    /// <inheritdoc/>
    public override void OnBatchBegin(FitRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.LearningRate = LearningRateAt(run);
    }
}
