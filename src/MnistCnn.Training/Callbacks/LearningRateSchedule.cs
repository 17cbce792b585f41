namespace MnistCnn;

/// <summary>
/// Sets the learning rate before every step. The rate follows from the number of the step alone, so that a run that is
/// interrupted and goes on takes the same steps. After the run the optimizer has the rate that it had before.
/// </summary>
public abstract class LearningRateSchedule : Callback
{
    /// <summary>The rate of the next step.</summary>
    /// <param name="training">
    /// The run: <see cref="TrainingContext.Step"/>, <see cref="TrainingContext.TotalSteps"/>,
    /// <see cref="TrainingContext.StepsPerEpoch"/> and <see cref="TrainingContext.InitialLearningRate"/> say where it stands.
    /// </param>
    public abstract double LearningRateAt(TrainingContext training);

    /// <inheritdoc/>
    public override void OnTrainBatchBegin(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        training.LearningRate = LearningRateAt(training);
    }
}
