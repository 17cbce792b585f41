namespace MnistCnn;

/// <summary>
/// Something that takes part in a training run from outside, as Keras's <c>Callback</c>: it is called at fixed moments, may
/// look at the model and change the learning rate, and may end the run. An instance may be used again in a later run.
/// </summary>
/// <remarks>
/// The order of the calls: <see cref="OnTrainBegin"/>; for each epoch <see cref="OnEpochBegin"/>, for each step
/// <see cref="OnBatchBegin"/> and <see cref="OnBatchEnd"/>, then <see cref="OnEpochTrained"/>, the validation,
/// <see cref="OnEpochEnd"/>; at last <see cref="OnTrainEnd"/>. A run that is cancelled or fails within the steps of an epoch
/// still calls <see cref="OnEpochTrained"/> and <see cref="OnTrainEnd"/>. Callbacks are called in the order in which they
/// were given.
/// </remarks>
public abstract class Callback
{
    /// <summary>Before the first epoch. An exception here ends <c>Fit</c> before anything has changed.</summary>
    /// <param name="run">The run.</param>
    public virtual void OnTrainBegin(FitRun run)
    {
    }

    /// <summary>Before the first step of an epoch.</summary>
    /// <param name="run">The run.</param>
    public virtual void OnEpochBegin(FitRun run)
    {
    }

    /// <summary>Before a step.</summary>
    /// <param name="run">The run; <see cref="FitRun.Step"/> steps have been taken.</param>
    public virtual void OnBatchBegin(FitRun run)
    {
    }

    /// <summary>After a step.</summary>
    /// <param name="run">The run; <see cref="FitRun.Step"/> steps have been taken.</param>
    public virtual void OnBatchEnd(FitRun run)
    {
    }

    /// <summary>After the last step of an epoch, and before anybody looks at the weights that came of it.</summary>
    /// <param name="run">The run.</param>
    public virtual void OnEpochTrained(FitRun run)
    {
    }

    /// <summary>After an epoch and its validation; the weights in the model are those that were judged.</summary>
    /// <param name="run">The run.</param>
    /// <param name="record">What the epoch gave.</param>
    public virtual void OnEpochEnd(FitRun run, EpochRecord record)
    {
    }

    /// <summary>At the end of the run, also of one that was cancelled, stopped or failed.</summary>
    /// <param name="run">The run.</param>
    public virtual void OnTrainEnd(FitRun run)
    {
    }
}
