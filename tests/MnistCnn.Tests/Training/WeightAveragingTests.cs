using MnistCnn;
using MnistCnn.Lab;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training;

public class WeightAveragingTests
{
    private static readonly (Tensor X, Tensor Y) s_train = TinyImages.Make(40, seed: 1);

    [Theory]
    [InlineData(0.75, false)]
    [InlineData(0.75, true)]
    [InlineData(0.25, true)]
    public void The_model_ends_with_the_average_of_the_weights_of_the_steps(double decay, bool warmUp)
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, new Sgd(0.5), seed: 1);
        var steps = new Weights();
        steps.OnTrainBatchEnd(model);
        model.Fit(
            s_train, epochs: 2, batchSize: 10, seed: 1, verbose: false, callbacks: [steps, new WeightAveraging(decay, warmUp)]);
        double[] average = [.. steps.Seen[0].Select(weight => (double)weight)];
        for (int step = 1; step < steps.Seen.Count; step++)
        {
            // The n-th update, from 0, keeps (1 + n) / (10 + n) at most.
            double kept = warmUp ? Math.Min(decay, step / (9.0 + step)) : decay;
            average = [.. average.Zip(steps.Seen[step], (mean, weight) => (kept * mean) + ((1 - kept) * weight))];
        }

        Assert.Equal(9, steps.Seen.Count);
        Assert.All(average.Zip(Weights.Of(model)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Contains(steps.Seen[^1].Zip(Weights.Of(model)), pair => Math.Abs(pair.First - pair.Second) > 1e-3);
    }

    [Fact]
    public void It_changes_no_step_and_is_what_the_validation_judges()
    {
        Sequential plain = TinyImages.Model().Compile(TinyImages.Shape, seed: 1),
            averaged = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        var (plainSteps, averagedSteps) = (new Weights(), new Weights());
        History plainHistory = plain.Fit(
            s_train, s_train, epochs: 3, batchSize: 10, seed: 1, verbose: false, callbacks: [plainSteps]);
        History history = averaged.Fit(
            s_train, s_train, epochs: 3, batchSize: 10, seed: 1, verbose: false,
            callbacks: [new WeightAveraging(0.95), averagedSteps]);
        Assert.Equal(plainSteps.Seen, averagedSteps.Seen);
        Assert.Equal(plainHistory.Loss, history.Loss);
        Assert.NotEqual(plainHistory.ValLoss[^1], history.ValLoss[^1], 1e-4);
        Assert.Equal(averaged.Evaluate(s_train.X, s_train.Y).Loss, history.ValLoss[^1], 1e-9);
    }

    [Fact]
    public void Batch_normalisations_mean_and_variance_are_averaged_and_its_count_is_not()
    {
        Sequential model = nn.Sequential(
            ("bn_1", nn.BatchNorm2d(1)), ("flatten_1", nn.Flatten()), ("dense_1", nn.Linear(64, 4)))
                .Compile(TinyImages.Shape, new Sgd(1e-9), seed: 1);
        model.Fit(s_train, batchSize: 40, seed: 1, verbose: false, callbacks: [new WeightAveraging(0.75, warmUp: false)]);

        // One step: the running mean was 0 and moved a tenth of the way to the batch's; its average a quarter of that way.
        float batchMean = s_train.X.mean().item<float>();
        Assert.Equal(0.25 * 0.1 * batchMean, model.state_dict()["bn_1.running_mean"].item<float>(), 1e-5);
        Assert.Equal(1, model.state_dict()["bn_1.num_batches_tracked"].item<long>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_cancelled_run_ends_with_the_average_too_or_with_the_best_one(bool restoreBest)
    {
        using var cancellation = new CancellationTokenSource();
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, new Sgd(0.5), seed: 1);
        var steps = new Weights();
        var judged = new Judged();
        Callback[] callbacks =
        [
            new EarlyStopping(9, restoreBestWeights: restoreBest), judged, new WeightAveraging(0.5, warmUp: false), steps,
            new CancelAt(6, cancellation),
        ];
        History history = model.Fit(
            s_train, s_train, epochs: 3, batchSize: 10, seed: 1, verbose: false,
            cancellationToken: cancellation.Token, callbacks: callbacks);
        Assert.True(history.Cancelled);
        Assert.Single(history);
        if (restoreBest)
        {
            Assert.Equal(judged.Seen, Weights.Of(model));
            return;
        }

        float[] expected = judged.Seen!;
        foreach (float[] seen in steps.Seen[4..])
        {
            expected = [.. expected.Zip(seen, (mean, weight) => (0.5f * mean) + (0.5f * weight))];
        }

        Assert.Equal(6, steps.Seen.Count);
        Assert.All(expected.Zip(Weights.Of(model)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_runs()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        void Run() => model.Fit(
            s_train, s_train, epochs: 3, verbose: false, augmentation: new() { Shift = 1 },
            callbacks: [new WeightAveraging(), new EarlyStopping(1, restoreBestWeights: true), new OneCycle(0.01)]);
        Run();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;
        for (int i = 0; i < 10; i++)
        {
            Run();
            model.FindLearningRate(s_train, steps: 5);
        }

        Assert.InRange(Tensor.TotalCount - before, 0, 10);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    public void A_decay_that_is_no_share_is_refused(double decay) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightAveraging(decay));

    private sealed class Weights : Callback
    {
        public List<float[]> Seen { get; } = [];

        public static float[] Of(nn.Module model) =>
            [.. model.parameters().SelectMany(p => p.contiguous().data<float>().ToArray())];

        public void OnTrainBatchEnd(nn.Module model) => Seen.Add(Of(model));

        public override void OnTrainBatchEnd(TrainingContext run) => OnTrainBatchEnd(run.Model);
    }

    private sealed class Judged : Callback
    {
        public float[]? Seen { get; private set; }

        public override void OnEpochEnd(TrainingContext run, EpochRecord record) => Seen = Weights.Of(run.Model);
    }

    private sealed class CancelAt(int steps, CancellationTokenSource cancellation) : Callback
    {
        public override void OnTrainBatchEnd(TrainingContext run)
        {
            if (run.Step == steps)
            {
                cancellation.Cancel();
            }
        }
    }
}
