using System.Diagnostics;
using MnistCnn;
using MnistCnn.Lab;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>What the library's training loop costs besides the computing.</summary>
/// <param name="Model">1, 2 or 3.</param>
/// <param name="Steps">Steps of the epoch.</param>
/// <param name="ShareOfEpoch">
/// The share of the epoch that is outside gradients and optimizer: shuffling, records, calls, the progress line.
/// </param>
/// <param name="FirstBytesOfStep">Managed memory taken a step, in the first half of the epoch.</param>
/// <param name="LastBytesOfStep">The same in the second half.</param>
internal sealed record LoopCost(int Model, int Steps, double ShareOfEpoch, double FirstBytesOfStep, double LastBytesOfStep)
{
    /// <summary>The heading of <see cref="ToString"/>.</summary>
    public static string Heading => $"{"model",5}  {"steps",5} {"loop's share",13} {"bytes a step",13} {"later",9}";

    /// <summary>Trains for an epoch and looks at the clock around each step.</summary>
    /// <param name="number">1, 2 or 3.</param>
    /// <param name="x">float32 (n, 1, 28, 28).</param>
    /// <param name="labels">(n), class numbers.</param>
    /// <param name="batchSize">Samples a step.</param>
    public static LoopCost Measure(int number, Tensor x, Tensor labels, int batchSize)
    {
        using var scope = NewDisposeScope();
        using Sequential model = ExerciseModel.Make(number).Compile(new Shape(28, 28, 1), seed: 1);
        (Tensor X, Tensor Y) train = (x.permute(0, 2, 3, 1).contiguous(), labels.ToCategorical(10));
        var clock = new StepClock();
        model.Fit(
            train, epochs: 2, batchSize: batchSize, seed: 1, verbose: false,
            callbacks: [clock, new ProgressBar(TextWriter.Null, TimeSpan.FromMilliseconds(200))]);
        int half = clock.Bytes.Count / 2;
        return new LoopCost(
            number, clock.Bytes.Count, 1 - (clock.Computing / clock.Epoch),
            (double)(clock.Bytes[half] - clock.Bytes[0]) / half,
            (double)(clock.Bytes[^1] - clock.Bytes[half]) / (clock.Bytes.Count - 1 - half));
    }

    /// <summary>A line of the table.</summary>
    public override string ToString() =>
        $"{Model,5}  {Steps,5} {ShareOfEpoch,13:P2} {FirstBytesOfStep,13:N0} {LastBytesOfStep,9:N0}";

    /// <summary>Tells computing from the rest, in the last epoch.</summary>
    private sealed class StepClock : Callback
    {
        private long _epochStart;
        private long _stepStart;
        private long _computing;

        public TimeSpan Computing => TimeSpan.FromTicks(_computing);

        public TimeSpan Epoch { get; private set; }

        /// <summary>What the process had taken in all, after each step.</summary>
        public List<long> Bytes { get; } = [];

        public override void OnEpochBegin(TrainingContext run)
        {
            // The epoch before has compiled everything. The list does not grow while it counts.
            _computing = 0;
            Bytes.Clear();
            Bytes.Capacity = Math.Max(Bytes.Capacity, run.StepsPerEpoch);
            _epochStart = Stopwatch.GetTimestamp();
        }

        public override void OnTrainBatchBegin(TrainingContext run) => _stepStart = Stopwatch.GetTimestamp();

        public override void OnTrainBatchEnd(TrainingContext run)
        {
            _computing += Stopwatch.GetElapsedTime(_stepStart).Ticks;
            Bytes.Add(GC.GetTotalAllocatedBytes());
        }

        public override void OnTrainEpochEnd(TrainingContext run) => Epoch = Stopwatch.GetElapsedTime(_epochStart);
    }
}
