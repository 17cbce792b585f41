using MnistCnn.Native;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// The loop behind <c>Fit</c>: epochs of shuffled batches, each followed by a look at the validation set. Whatever else belongs
/// to a run is a callback: records, progress, learning rates, stopping early.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly LabeledDataset _train;
    private readonly LabeledDataset? _validation;
    private readonly FitOptions _options;
    private readonly CallbackList _callbacks;
    private readonly TrainingState _state;
    private readonly optim.Optimizer _optimizer;
    private readonly RunningStatistics _statistics;
    private readonly TrainingContext _training;
    private readonly ModuleModes _modes;
    private ForwardPass? _forward;
    private TrainingStep? _step;

    public TrainingLoop(
        nn.Module<Tensor, Tensor> model, LabeledDataset train, LabeledDataset? validation, FitOptions options,
        CallbackList callbacks)
    {
        (_model, _train, _validation, _options, _callbacks) = (model, train, validation, options, callbacks);
        _state = TrainingState.Of(model);
        _modes = new ModuleModes(model);
        _optimizer = _state.OptimizerFor(model);
        _statistics = new RunningStatistics(model);
        _training = new TrainingContext(
            model, new OptimizerSettings(_optimizer), options, train.Count, validation?.Count ?? 0);
    }

    /// <summary>Runs the epochs.</summary>
    /// <returns>
    /// The finished epochs; cancelling ends the run within a batch and keeps what is finished. The record is attached to the
    /// model however the run ends.
    /// </returns>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    public History Run()
    {
        using var scope = NewDisposeScope();
        Tensor globalState = random.get_rng_state();
        using ModuleModes modes = _modes;
        bool? reachedEnd = null;
        _callbacks.OnTrainBegin(_training);
        _state.BeginRun(_model, averaging: _callbacks.Has<WeightAveraging>());
        try
        {
            // Looked at only now: a callback may have hooked or frozen a layer.
            _forward = new ForwardPass(_model);
            _step = new TrainingStep(
                _forward, _train, _optimizer, _options.BatchSize, _options.Augmentation, _options.LabelSmoothing);
            reachedEnd = RunEpochs();
        }
        finally
        {
            _training.End(reachedEnd);
            try
            {
                _callbacks.OnTrainEnd(_training);
            }
            finally
            {
                _training.ResetOptimizer();
                random.set_rng_state(globalState);
                _state.EndRun(_training.History);
            }
        }

        return _state.History!;
    }

    /// <summary>Gives the memory of the fast path back.</summary>
    public void Dispose()
    {
        _step?.Dispose();
        _statistics.Dispose();
        _forward?.Dispose();
        NativeHeap.Trim();
    }

    /// <summary>Trains and validates epoch after epoch; false if it was cancelled before the end of one.</summary>
    private bool RunEpochs()
    {
        while (_training.Epoch < _options.Epochs && !_training.IsStopping)
        {
            using var scope = NewDisposeScope();
            _training.BeginEpoch();
            if (!TrainEpoch() || !Validate(out EvaluationContext? validation))
            {
                return false;
            }

            _callbacks.OnEpochEnd(_training, _training.EndEpoch(validation));
        }

        return true;
    }

    /// <summary>Takes the steps of an epoch; false if it was cancelled before the last.</summary>
    private bool TrainEpoch()
    {
        // What is drawn in an epoch follows from the seed and the number of the epoch alone, so that a run that goes on
        // from a later epoch draws the same.
        int seed = Permutation.Seed(_options.Seed, _training.Epoch);
        manual_seed(seed);
        int[] order = _options.Shuffle ? Permutation.Of(_train.Count, seed) : [.. Enumerable.Range(0, _train.Count)];
        _modes.Train();
        _callbacks.OnEpochBegin(_training);
        FrozenWeights.HoldStatistics(_model);
        try
        {
            for (int start = 0; start < _train.Count; start += _options.BatchSize)
            {
                if (_callbacks.CancellationToken.IsCancellationRequested)
                {
                    return false;
                }

                TrainBatch(order.AsSpan(start, Math.Min(_options.BatchSize, _train.Count - start)), seed);
            }
        }
        finally
        {
            _callbacks.OnTrainEpochEnd(_training);
        }

        return true;
    }

    private void TrainBatch(ReadOnlySpan<int> rows, int seed)
    {
        using var scope = NewDisposeScope();
        _callbacks.OnTrainBatchBegin(_training);
        _statistics.Keep();
        MetricSums batch = _step!.ComputeGradients(rows, seed, _training.Seen);
        if (!double.IsFinite(batch.LossSum))
        {
            _statistics.Restore();
            throw new TrainingDivergedException(
                batch.LossSum, _training.Epoch, _training.Seen, LabeledDataset.NotFinite(_train.X));
        }

        _optimizer.step();
        _training.EndStep(batch);
        _callbacks.OnTrainBatchEnd(_training);
    }

    /// <summary>Looks at the validation set, if there is one; false if it was cancelled before the end.</summary>
    private bool Validate(out EvaluationContext? validation)
    {
        validation = null;
        if (_validation is null)
        {
            return true;
        }

        var test = validation = new EvaluationContext(_model, _validation.Count, _training);
        _callbacks.OnTestBegin(test);
        if (!BatchEvaluation.Sums(_model, _forward!, _validation, EndBatch, _callbacks.CancellationToken))
        {
            return false;
        }

        if (!double.IsFinite(test.Loss) && LabeledDataset.NotFinite(_validation.X) is { } found)
        {
            throw new ArgumentException($"Expected samples that are all finite numbers; {found}.", nameof(validation));
        }

        _callbacks.OnTestEnd(test);
        return true;

        void EndBatch(MetricSums batch)
        {
            test.Sums += batch;
            _callbacks.OnTestBatchEnd(test);
        }
    }
}
