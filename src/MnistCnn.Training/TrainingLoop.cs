using System.Diagnostics;
using MnistCnn.Native;
using static System.FormattableString;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>The loop behind <c>Fit</c>: epochs of shuffled batches, each followed by a look at the validation set.</summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly ForwardPass _forward;
    private readonly TrainingStep _step;
    private readonly RunningStatistics _statistics;
    private readonly optim.Optimizer _optimizer;
    private readonly TrainingSet _train;
    private readonly TrainingSet? _validation;
    private readonly FitOptions _options;
    private readonly TrainingState _state;
    private readonly FitRun _run;
    private readonly List<EpochRecord> _records = [];

    public TrainingLoop(nn.Module<Tensor, Tensor> model, TrainingSet train, TrainingSet? validation, FitOptions options)
    {
        (_model, _train, _validation, _options) = (model, train, validation, options);
        _state = TrainingState.Of(model);
        _forward = new ForwardPass(model);
        _optimizer = _state.OptimizerFor(model);
        _step = new TrainingStep(_forward, train, _optimizer, options.BatchSize, options.Augmentation, options.LabelSmoothing);
        _statistics = new RunningStatistics(model);
        _run = new FitRun(model, new OptimizerSettings(_optimizer), options, train.Count, validation is not null);
    }

    /// <summary>Runs the epochs.</summary>
    /// <returns>
    /// The finished epochs; cancelling ends the run within a batch and keeps what is finished. The record is attached to the
    /// model however the run ends.
    /// </returns>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    public History Run()
    {
        bool finished = false;
        History history;
        using var scope = NewDisposeScope();
        Tensor globalState = random.get_rng_state();
        bool wasTraining = _model.training;
        ForEachCallback(callback => callback.OnTrainBegin(_run));
        _state.BeginRun(_model, averaging: _options.Callbacks.Any(callback => callback is WeightAveraging));
        try
        {
            Report(FitPhase.Started, _run.Epoch, default, default, new History([]));
            finished = RunEpochs();
        }
        finally
        {
            try
            {
                ForEachCallback(callback => callback.OnTrainEnd(_run));
            }
            finally
            {
                _run.ResetOptimizer();
                _model.train(wasTraining);
                random.set_rng_state(globalState);
                _state.History = history = new History(_records, cancelled: !finished)
                {
                    StoppedEarly = finished && _run.IsStopping && _run.Epoch < _run.Epochs,
                    BestEpoch = _run.BestEpoch,
                    HasBestWeights = _run.RestoredBest,
                };
            }
        }

        Report(FitPhase.Finished, _run.Epoch, default, default, history);
        return history;
    }

    /// <summary>Gives the memory of the fast path back.</summary>
    public void Dispose()
    {
        _step.Dispose();
        _statistics.Dispose();
        _forward.Dispose();
        NativeHeap.Trim();
    }

    private bool RunEpochs()
    {
        while (_run.Epoch < _options.Epochs && !_run.IsStopping)
        {
            _run.Epoch++;
            if (!RunEpoch(_run.Epoch))
            {
                return false;
            }
        }

        return true;
    }

    private bool RunEpoch(int epoch)
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        var finished = new History([.. _records]);
        if (Train(epoch, clock, finished) is not { } total)
        {
            return false;
        }

        Tally? validation = null;
        if (_validation is not null)
        {
            validation = BatchEvaluation.Tally(_model, _forward, _validation, _options.Cancellation, () =>
                Report(FitPhase.Validating, epoch, total, clock.Elapsed, finished));
            if (validation is null)
            {
                return false;
            }
        }

        var record = new EpochRecord(epoch, total.Loss, total.Accuracy, validation?.Loss, validation?.Accuracy, clock.Elapsed)
        {
            LearningRate = _run.LearningRate,
        };
        _records.Add(record);
        (_state.Epoch, _state.StepsSince) = (epoch, 0);
        ForEachCallback(callback => callback.OnEpochEnd(_run, record));
        Report(FitPhase.EpochEnded, epoch, total, clock.Elapsed, new History([.. _records]));
        return true;
    }

    /// <summary>Takes the steps of an epoch; null if it was cancelled before the last.</summary>
    private Tally? Train(int epoch, Stopwatch clock, History finished)
    {
        // What is drawn in an epoch follows from the seed and the number of the epoch alone, so that a run that goes on
        // from a later epoch draws the same.
        int seed = Permutation.Seed(_options.Seed, epoch);
        manual_seed(seed);
        int[] order = _options.Shuffle ? Permutation.Of(_train.Count, seed) : [.. Enumerable.Range(0, _train.Count)];
        var total = default(Tally);
        _run.Step = (long)(epoch - 1) * _run.StepsPerEpoch;
        _model.train();
        ForEachCallback(callback => callback.OnEpochBegin(_run));
        try
        {
            while (total.Images < _train.Count)
            {
                if (_options.Cancellation.IsCancellationRequested)
                {
                    return null;
                }

                int end = Math.Min(total.Images + _options.BatchSize, _train.Count);
                total += TrainBatch(order.AsSpan(total.Images..end), seed, epoch, total.Images);
                Report(FitPhase.Training, epoch, total, clock.Elapsed, finished);
            }
        }
        finally
        {
            ForEachCallback(callback => callback.OnEpochTrained(_run));
        }

        return total;
    }

    private Tally TrainBatch(ReadOnlySpan<int> rows, int seed, int epoch, int seen)
    {
        using var scope = NewDisposeScope();
        ForEachCallback(callback => callback.OnBatchBegin(_run));
        _statistics.Keep();
        Tally tally = _step.ComputeGradients(rows, seed, seen);
        CheckFinite(tally.LossSum, epoch, seen);
        _optimizer.step();
        _run.Step++;
        _state.StepsSince++;
        ForEachCallback(callback => callback.OnBatchEnd(_run));
        return tally;
    }

    private void ForEachCallback(Action<Callback> call)
    {
        foreach (Callback callback in _options.Callbacks)
        {
            call(callback);
        }
    }

    private void CheckFinite(double loss, int epoch, int seen)
    {
        if (!double.IsFinite(loss))
        {
            _statistics.Restore();
            throw new TrainingDivergedException(Invariant(
                $"The loss became {loss} in epoch {epoch} after {seen} images; the weights are those of the batch before. ")
                + "A smaller learning rate often helps, and inputs scaled to 0…1 do.");
        }
    }

    private void Report(FitPhase phase, int epoch, Tally tally, TimeSpan elapsed, History history) =>
        _options.Progress?.Report(new FitProgress(
            phase, epoch, _options.Epochs, tally.Images, _train.Count, _validation?.Count ?? 0, _options.BatchSize,
            tally.Loss, tally.Accuracy, elapsed, history));
}
