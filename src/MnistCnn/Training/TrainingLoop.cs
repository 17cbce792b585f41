using System.Diagnostics;
using MnistCnn.Acceleration;
using MnistCnn.Data;
using MnistCnn.Models;
using static TorchSharp.torch;

namespace MnistCnn.Training;

/// <summary>The loop behind <c>Fit</c>: epochs of shuffled batches, each followed by a look at the validation set.</summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _model;
    private readonly ForwardPass _forward;
    private readonly AcceleratedStep? _accelerated;
    private readonly optim.Optimizer _optimizer;
    private readonly TrainingSet _train;
    private readonly TrainingSet? _validation;
    private readonly FitOptions _options;

    public TrainingLoop(nn.Module<Tensor, Tensor> model, TrainingSet train, TrainingSet? validation, FitOptions options)
    {
        (_model, _train, _validation, _options) = (model, train, validation, options);
        _forward = new ForwardPass(model);
        _accelerated = AcceleratedStep.For(_forward, train, Math.Min(options.BatchSize, train.Count));
        _optimizer = TrainingState.Of(model).OptimizerFor(model);
    }

    /// <summary>Runs the epochs.</summary>
    /// <returns>The finished epochs; cancelling ends the run within a batch and keeps what is finished.</returns>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    public History Run()
    {
        var records = new List<EpochRecord>();
        bool cancelled = false;
        int epoch = _options.InitialEpoch;
        using var scope = NewDisposeScope();
        Tensor globalState = random.get_rng_state();
        bool wasTraining = _model.training;
        try
        {
            Report(FitPhase.Started, epoch, default, default, new History([]));
            while (epoch < _options.Epochs && !cancelled)
            {
                cancelled = !RunEpoch(++epoch, records);
            }
        }
        finally
        {
            _model.train(wasTraining);
            random.set_rng_state(globalState);
        }

        var history = new History(records, cancelled);
        Report(FitPhase.Finished, epoch, default, default, history);
        return history;
    }

    /// <summary>Gives the memory of the fast path back.</summary>
    public void Dispose()
    {
        _accelerated?.Dispose();
        _forward.Dispose();
    }

    private bool RunEpoch(int epoch, List<EpochRecord> records)
    {
        // What is drawn in an epoch follows from the seed and the number of the epoch alone, so that a run that goes on
        // from a later epoch draws the same.
        int seed = Permutation.Seed(_options.Seed, epoch);
        manual_seed(seed);
        using var scope = NewDisposeScope();
        int[] order = _options.Shuffle ? Permutation.Of(_train.Count, seed) : [.. Enumerable.Range(0, _train.Count)];
        var clock = Stopwatch.StartNew();
        var finished = new History([.. records]);
        var total = default(Tally);
        _model.train();
        while (total.Images < _train.Count)
        {
            if (_options.Cancellation.IsCancellationRequested)
            {
                return false;
            }

            int end = Math.Min(total.Images + _options.BatchSize, _train.Count);
            total += TrainBatch(order.AsSpan(total.Images..end), seed, epoch, total.Images);
            Report(FitPhase.Training, epoch, total, clock.Elapsed, finished);
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

        records.Add(new EpochRecord(
            epoch, total.Loss, total.Accuracy, validation?.Loss, validation?.Accuracy, clock.Elapsed));
        Report(FitPhase.EpochEnded, epoch, total, clock.Elapsed, new History([.. records]));
        return true;
    }

    private Tally TrainBatch(ReadOnlySpan<int> rows, int seed, int epoch, int seen)
    {
        using var scope = NewDisposeScope();
        if (_accelerated is not null)
        {
            Tally fast = _accelerated.ComputeGradients(rows, CounterKey.Of((ulong)seed, seen));
            CheckFinite(fast.LossSum, epoch, seen);
            _optimizer.step();
            return fast;
        }

        Tensor indices = tensor(rows.ToArray());
        Tensor x = _train.X.index_select(0, indices);
        Tensor y = _train.Y.index_select(0, indices);
        _optimizer.zero_grad();
        Tensor logits = _forward.Logits(x);
        Tensor loss = nn.functional.cross_entropy(logits, y);
        float value = loss.item<float>();
        CheckFinite(value, epoch, seen);
        loss.backward();
        _optimizer.step();
        using var off = no_grad();
        return BatchEvaluation.TallyOf(logits, y);
    }

    private static void CheckFinite(double loss, int epoch, int seen)
    {
        if (!double.IsFinite(loss))
        {
            throw new TrainingDivergedException(FormattableString.Invariant(
                $"The loss became {loss} in epoch {epoch} after {seen} images; the weights are those of the batch before. ")
                + "A smaller learning rate often helps, and inputs scaled to 0…1 do.");
        }
    }

    private void Report(FitPhase phase, int epoch, Tally tally, TimeSpan elapsed, History history) =>
        _options.Progress?.Report(new FitProgress(
            phase, epoch, _options.Epochs, tally.Images, _train.Count, _validation?.Count ?? 0, _options.BatchSize,
            tally.Loss, tally.Accuracy, elapsed, history));
}
