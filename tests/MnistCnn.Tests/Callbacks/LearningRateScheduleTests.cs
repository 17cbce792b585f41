using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Tests.Training;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using Monitor = MnistCnn.Monitor;

namespace MnistCnn.Tests.Callbacks;

public class LearningRateScheduleTests
{
    [Theory]
    [InlineData(10, 10, 0.3)]
    [InlineData(3, 7, 0.25)]
    [InlineData(5, 1, 0.5)]
    [InlineData(2, 1, 0.3)]
    public void One_cycle_is_that_of_torch(int epochs, int steps, double rise)
    {
        using var weight = new Parameter(zeros(1));
        using SGD sgd = optim.SGD([weight], 0.1, momentum: 0.9);
        var torchs = optim.lr_scheduler.OneCycleLR(
            sgd, 0.02, epochs * steps, pct_start: rise, cycle_momentum: false, div_factor: 20, final_div_factor: 1000);
        var run = new ScriptedRun(epochs, steps, new Sgd(0.1, momentum: 0.9));
        var schedule = new OneCycle(0.02, rise, startDivisor: 20, endDivisor: 1000);
        for (int step = 0; step < epochs * steps; step++)
        {
            run.Run.Step = step;
            schedule.OnTrainBatchBegin(run.Run);
            Assert.Equal(sgd.ParamGroups.First().LearningRate, run.Rate, 1e-12);
            weight.grad = zeros(1);
            sgd.step();
            if (step < (epochs * steps) - 1)
            {
                torchs.step();
            }
        }
    }

    [Fact]
    public void One_cycle_begins_peaks_and_ends_where_it_should_and_takes_the_momentum_the_other_way()
    {
        foreach (Optimizer optimizer in new Optimizer[]
        {
            new Sgd(0.1, momentum: 0.9), new MnistCnn.Adam(0.1), new MnistCnn.AdamW(0.1), new RmsProp(0.1, momentum: 0.5),
        })
        {
            var run = new ScriptedRun(10, 10, optimizer);
            var schedule = new OneCycle(0.5);
            (double Rate, double? Momentum) At(int step)
            {
                run.Run.Step = step;
                schedule.OnTrainBatchBegin(run.Run);
                return (Math.Round(run.Rate, 12), run.Run.Momentum is { } momentum ? Math.Round(momentum, 12) : null);
            }

            Assert.Equal((0.02, 0.95), At(0));
            Assert.Equal((0.5, 0.85), At(29));   // 0.3 · 100 − 1
            Assert.Equal((0.000002, 0.95), At(99));

            // The middle of a half cosine is the mean of its ends.
            Assert.Equal(Math.Round((0.5 + 0.000002) / 2, 12), At(64).Rate);
            run.Run.ResetOptimizer();
            Assert.Equal(0.1, run.Rate);
        }
    }

    [Fact]
    public void An_optimizer_without_momentum_gets_none()
    {
        foreach (Optimizer optimizer in new Optimizer[] { new Sgd(0.1), new RmsProp(0.1) })
        {
            var run = new ScriptedRun(10, 10, optimizer);
            new OneCycle(0.5).OnTrainBatchBegin(run.Run);
            Assert.Null(run.Run.Momentum);
            Assert.Equal(0.02, run.Rate, 1e-12);
        }
    }

    [Fact]
    public void Cosine_decay_is_that_of_torch_and_Keras()
    {
        using var weight = new Parameter(zeros(1));
        using SGD sgd = optim.SGD([weight], 0.1);
        var torchs = optim.lr_scheduler.CosineAnnealingLR(sgd, 40, 0.01);
        var run = new ScriptedRun(4, 10);
        var schedule = new CosineDecay(alpha: 0.1);
        for (int step = 0; step < 40; step++)
        {
            run.Run.Step = step;
            Assert.Equal(sgd.ParamGroups.First().LearningRate, schedule.LearningRateAt(run.Run), 1e-9);
            weight.grad = zeros(1);
            sgd.step();
            torchs.step();
        }
    }

    [Fact]
    public void Cosine_decay_can_warm_up_in_a_straight_line()
    {
        var run = new ScriptedRun(4, 10);
        var schedule = new CosineDecay(warmUp: 0.25);
        double At(int step)
        {
            run.Run.Step = step;
            return schedule.LearningRateAt(run.Run);
        }

        Assert.Equal([0, 0.01, 0.05, 0.1], new[] { 0, 1, 5, 10 }.Select(step => Math.Round(At(step), 12)));
        Assert.Equal(0.05, At(25), 1e-12);
    }

    [Fact]
    public void Exponential_decay_falls_by_its_rate_from_epoch_to_epoch()
    {
        var run = new ScriptedRun(4, 10);
        double At(int step, ExponentialDecay schedule)
        {
            run.Run.Step = step;
            return schedule.LearningRateAt(run.Run);
        }

        Assert.Equal(0.1, At(0, new(0.5)), 1e-12);
        Assert.Equal(0.1 * Math.Sqrt(0.5), At(5, new(0.5)), 1e-12);
        Assert.Equal(0.05, At(10, new(0.5)), 1e-12);
        Assert.Equal(0.1, At(9, new(0.5, staircase: true)), 1e-12);
        Assert.Equal(0.05, At(19, new(0.5, staircase: true)), 1e-12);
        Assert.Equal(0.05, At(30, new(0.5, decayEpochs: 3)), 1e-12);
    }

    [Fact]
    public void The_rate_of_each_step_is_used_and_recorded_and_the_optimizer_has_its_own_again()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, new Sgd(0.25), seed: 1);
        var seen = new Probe();
        History history = model.Fit(
            TinyImages.Make(40, 1), epochs: 3, batchSize: 10, seed: 1,
            verbose: false, callbacks: [new ExponentialDecay(0.5), seen]);
        Assert.Equal(12, seen.Rates.Count);
        Assert.All(seen.Rates.Select((rate, step) => (rate, step)), pair =>
            Assert.Equal(0.25 * Math.Pow(0.5, pair.step / 4.0), pair.rate, 1e-12));
        Assert.Equal([seen.Rates[3], seen.Rates[7], seen.Rates[11]], history.LearningRate);
        Assert.Equal([0.25], model.Fit(TinyImages.Make(40, 1), verbose: false).LearningRate);
    }

    [Theory]
    [InlineData(2, 0, new[] { 0.5, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4 }, new[] { 1.0, 1, 1, 0.5, 0.5, 0.25, 0.25 })]

    // While it cools, epochs are not counted: 0.4 at epochs 5 and 6 would lower it again.
    [InlineData(2, 2, new[] { 0.5, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4 }, new[] { 1.0, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25 })]
    [InlineData(1, 0, new[] { 0.5, 0.4, 0.45, 0.3, 0.3 }, new[] { 1.0, 1, 0.5, 0.5, 0.25 })]
    public void A_plateau_lowers_the_rate_as_in_Keras(int patience, int cooldown, double[] valLosses, double[] expected)
    {
        var run = new ScriptedRun(optimizer: new Sgd(1));
        var callback = new ReduceLearningRateOnPlateau(factor: 0.5, patience: patience, minDelta: 0, cooldown: cooldown);
        callback.OnTrainBegin(run.Run);
        Assert.Equal(expected, valLosses.Select((loss, i) =>
        {
            callback.OnEpochEnd(run.Run, new EpochRecord(i + 1, loss, 0, loss, 0, TimeSpan.Zero));
            return run.Rate;
        }));
        run.Run.ResetOptimizer();
        Assert.Equal(expected[^1], run.Rate);
    }

    [Fact]
    public void A_plateau_stops_at_the_lowest_rate()
    {
        var run = new ScriptedRun(optimizer: new Sgd(1));
        run.Tell(new ReduceLearningRateOnPlateau(Monitor.Accuracy, 0.1, patience: 1, minLearningRate: 0.05), 0.5, 0.5, 0.5, 0.5);
        Assert.Equal(0.05, run.Rate);
    }

    [Fact]
    public void Settings_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new OneCycle(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OneCycle(0.1, rise: 1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OneCycle(0.1, maxMomentum: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CosineDecay(alpha: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialDecay(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReduceLearningRateOnPlateau(factor: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScriptedRun().Run.LearningRate = double.NaN);
        Assert.Contains(
            "one learning rate schedule",
            Assert.Throws<ArgumentException>(() => TinyImages.Model().Compile(TinyImages.Shape).Fit(
                TinyImages.Make(20, 1), callbacks: [new CosineDecay(), new OneCycle(1)])).Message,
            StringComparison.Ordinal);
    }

    private sealed class Probe : Callback
    {
        public List<double> Rates { get; } = [];

        public override void OnTrainBatchEnd(TrainingContext run) => Rates.Add(run.LearningRate);
    }
}
