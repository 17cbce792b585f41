namespace MnistCnn;

/// <summary>
/// Something that takes part in training, evaluation and prediction from outside, as Keras's <c>Callback</c>: it is called at
/// fixed moments, may look at the model and change the learning rate, and may end the run. An instance may be used again.
/// </summary>
/// <remarks>
/// The order of the calls in <c>Fit</c>: <see cref="OnTrainBegin"/>; for each epoch <see cref="OnEpochBegin"/>, for each step
/// <see cref="OnTrainBatchBegin"/> and <see cref="OnTrainBatchEnd"/>, then <see cref="OnTrainEpochEnd"/>, the validation with
/// <see cref="OnTestBegin"/>, <see cref="OnTestBatchEnd"/> and <see cref="OnTestEnd"/>, <see cref="OnEpochEnd"/>; at last
/// <see cref="OnTrainEnd"/>. A run that is cancelled or fails within the steps of an epoch still calls
/// <see cref="OnTrainEpochEnd"/> and <see cref="OnTrainEnd"/> of every callback, whatever another one throws there. Callbacks are
/// called in the order in which they were given, then those that <c>Fit</c> adds: the progress bar, in a notebook the live view.
/// </remarks>
public abstract class Callback
{
    /// <summary>
    /// Ends what the callback takes part in as soon as it is signalled, as the token of the call does. It is asked for once,
    /// before the first moment.
    /// </summary>
    public virtual CancellationToken CancellationToken => CancellationToken.None;

    /// <summary>Before the first epoch. An exception here ends <c>Fit</c> before anything has changed.</summary>
    /// <param name="training">The run.</param>
    public virtual void OnTrainBegin(TrainingContext training)
    {
    }

    /// <summary>Before the first step of an epoch.</summary>
    /// <param name="training">The run.</param>
    public virtual void OnEpochBegin(TrainingContext training)
    {
    }

    /// <summary>Before a step.</summary>
    /// <param name="training">The run; <see cref="TrainingContext.Step"/> steps have been taken.</param>
    public virtual void OnTrainBatchBegin(TrainingContext training)
    {
    }

    /// <summary>After a step.</summary>
    /// <param name="training">The run; <see cref="TrainingContext.Step"/> steps have been taken.</param>
    public virtual void OnTrainBatchEnd(TrainingContext training)
    {
    }

    /// <summary>After the last step of an epoch, and before anybody looks at the weights that came of it.</summary>
    /// <param name="training">The run.</param>
    public virtual void OnTrainEpochEnd(TrainingContext training)
    {
    }

    /// <summary>After an epoch and its validation; the weights in the model are those that were judged.</summary>
    /// <param name="training">The run.</param>
    /// <param name="record">What the epoch gave.</param>
    public virtual void OnEpochEnd(TrainingContext training, EpochRecord record)
    {
    }

    /// <summary>At the end of the run, also of one that was cancelled, stopped or failed.</summary>
    /// <param name="training">The run.</param>
    public virtual void OnTrainEnd(TrainingContext training)
    {
    }

    /// <summary>Before the first batch of <c>Evaluate</c>, or of the validation in <c>Fit</c>.</summary>
    /// <param name="test">The evaluation.</param>
    public virtual void OnTestBegin(EvaluationContext test)
    {
    }

    /// <summary>After a batch of <c>Evaluate</c>, or of the validation in <c>Fit</c>.</summary>
    /// <param name="test">The evaluation.</param>
    public virtual void OnTestBatchEnd(EvaluationContext test)
    {
    }

    /// <summary>After the last batch; not called if the evaluation was cancelled or failed.</summary>
    /// <param name="test">The evaluation, with its <see cref="EvaluationContext.Result"/>.</param>
    public virtual void OnTestEnd(EvaluationContext test)
    {
    }

    /// <summary>Before the first batch of <c>Predict</c>.</summary>
    /// <param name="prediction">The prediction.</param>
    public virtual void OnPredictBegin(EvaluationContext prediction)
    {
    }

    /// <summary>After the last batch of <c>Predict</c>; not called if it was cancelled or failed.</summary>
    /// <param name="prediction">The prediction.</param>
    public virtual void OnPredictEnd(EvaluationContext prediction)
    {
    }
}
