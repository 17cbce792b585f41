using System.Diagnostics;
using MnistCnn;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>Training with the library's <c>Fit</c>, as in the notebook.</summary>
internal sealed class LibraryTraining : IDisposable
{
    private readonly Sequential _model;
    private readonly Tensor _x;
    private readonly Tensor _y;

    public LibraryTraining(int number, Tensor x, Tensor labels)
    {
        _x = x.permute(0, 2, 3, 1).contiguous();
        _y = labels.ToCategorical(10);
        _model = ExerciseModel.Make(number).Compile(new Shape(28, 28, 1), seed: 1);
    }

    /// <summary>Takes steps.</summary>
    /// <returns>Milliseconds a step, without the first.</returns>
    public double MillisecondsOfStep(int steps, int batchSize)
    {
        int count = steps * batchSize;
        var clock = new StepClock();
        _model.Fit((_x[..count], _y[..count]), batchSize: batchSize, seed: 1, callbacks: [clock], verbose: false);
        return clock.Elapsed.TotalMilliseconds / (steps - 1);
    }

    /// <summary>Evaluates images.</summary>
    /// <returns>Milliseconds.</returns>
    public double MillisecondsOfEvaluation(int count)
    {
        using var scope = NewDisposeScope();
        Tensor x = _x[..count], y = _y[..count];
        var clock = Stopwatch.StartNew();
        _ = _model.Evaluate(x, y).Loss;
        return clock.Elapsed.TotalMilliseconds;
    }

    public void Dispose() => _model.Dispose();

    /// <summary>Runs from the end of the first step to the end of the last.</summary>
    private sealed class StepClock : Callback
    {
        private readonly Stopwatch _clock = new();

        public TimeSpan Elapsed { get; private set; }

        public override void OnTrainBatchEnd(TrainingContext training)
        {
            _clock.Start();
            Elapsed = _clock.Elapsed;
        }
    }
}
