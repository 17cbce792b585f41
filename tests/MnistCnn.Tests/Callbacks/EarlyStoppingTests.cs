using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Tests.Training;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using Monitor = MnistCnn.Monitor;

namespace MnistCnn.Tests.Callbacks;

public class EarlyStoppingTests
{
    [Theory]

    // The first epoch is better than nothing. Patience 0 and 1 both stop at the first epoch that is no improvement.
    [InlineData(0, 0.0, 3, new[] { 0.5, 0.4, 0.45, 0.3, 0.2 })]
    [InlineData(1, 0.0, 3, new[] { 0.5, 0.4, 0.45, 0.3, 0.2 })]
    [InlineData(2, 0.0, 5, new[] { 0.5, 0.4, 0.45, 0.3, 0.2 })]
    [InlineData(2, 0.0, 4, new[] { 0.5, 0.4, 0.45, 0.41, 0.2 })]

    // An equal loss is no improvement, nor is one by no more than minDelta.
    [InlineData(1, 0.0, 2, new[] { 0.5, 0.5, 0.1 })]
    [InlineData(1, 0.125, 2, new[] { 0.5, 0.375, 0.1 })]
    [InlineData(1, 0.125, 3, new[] { 0.5, 0.25, 0.125, 0.01 })]
    [InlineData(3, 0.25, 4, new[] { 0.5, 0.4, 0.35, 0.3, 0.01 })]

    // NaN is no improvement; the first epoch never stops.
    [InlineData(0, 0.0, 2, new[] { double.NaN, double.NaN, 0.1 })]
    [InlineData(2, 0.0, 3, new[] { 0.5, double.NaN, double.NaN, 0.1 })]
    public void Stops_when_Keras_would(int patience, double minDelta, int lastEpoch, double[] valLosses)
    {
        Assert.Equal(lastEpoch, new ScriptedRun().Tell(new EarlyStopping(patience, minDelta: minDelta), valLosses));
    }

    [Theory]
    [InlineData(Monitor.ValLoss)]
    [InlineData(Monitor.ValAccuracy)]
    [InlineData(Monitor.Loss)]
    [InlineData(Monitor.Accuracy)]
    public void A_loss_is_better_lower_and_an_accuracy_higher(Monitor monitor)
    {
        var run = new ScriptedRun();
        Assert.Equal(4, run.Tell(new EarlyStopping(2, monitor), 0.5, 0.3, 0.4, 0.4, 0.4));
        Assert.Equal(2, run.Run.BestEpoch);
    }

    [Fact]
    public void The_best_weights_come_back_after_a_run_that_was_stopped_and_after_one_that_was_not()
    {
        var stopped = new ScriptedRun();
        stopped.Tell(new EarlyStopping(2, restoreBestWeights: true), 0.5, 0.3, 0.4, 0.4, 0.4);
        Assert.Equal((2.0, true), (stopped.Weight, stopped.Run.IsStopping));
        var whole = new ScriptedRun();
        whole.Tell(new EarlyStopping(9, restoreBestWeights: true), 0.5, 0.3, 0.4);
        Assert.Equal((2.0, false), (whole.Weight, whole.Run.IsStopping));
        var kept = new ScriptedRun();
        kept.Tell(new EarlyStopping(2), 0.5, 0.3, 0.4, 0.4, 0.4);
        Assert.Equal(4, kept.Weight);
    }

    [Fact]
    public void Where_nothing_was_better_than_nothing_the_first_weights_are_the_best()
    {
        // Keras: "If best weights were never set, then the current weights are the best."
        var run = new ScriptedRun();
        run.Tell(new EarlyStopping(2, restoreBestWeights: true), double.NaN, double.NaN, double.NaN);
        Assert.Equal(1, run.Weight);
    }

    [Fact]
    public void An_instance_begins_afresh_in_a_later_run()
    {
        var stopping = new EarlyStopping(1);
        Assert.Equal(3, new ScriptedRun().Tell(stopping, 0.5, 0.1, 0.2, 0.2));
        Assert.Equal(4, new ScriptedRun().Tell(stopping, 0.5, 0.4, 0.3, 0.3, 0.3));
    }

    [Fact]
    public void A_real_run_stops_keeps_its_best_weights_and_says_so()
    {
        // Targets at random cannot be learnt: the validation soon gets worse.
        (Tensor X, Tensor Y) train = (TinyImages.Make(60, 1).X, TinyImages.Make(60, 9).Y);
        (Tensor X, Tensor Y) validation = (TinyImages.Make(60, 2).X, TinyImages.Make(60, 8).Y);
        Sequential model = TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, new MnistCnn.Adam(0.02), seed: 1);
        History history = model.Fit(
            train, validation, epochs: 60, batchSize: 10, seed: 1, verbose: false,
            callbacks: [new EarlyStopping(patience: 4, restoreBestWeights: true)]);
        int best = Enumerable.Range(0, history.Count).MinBy(i => history.ValLoss[i]) + 1;
        Assert.InRange(history.Count, best + 4, 59);
        Assert.True(history is { StoppedEarly: true, Cancelled: false, HasBestWeights: true });
        Assert.Equal(best, history.BestEpoch);
        Assert.Equal(history.ValLoss[best - 1], model.Evaluate(validation.X, validation.Y).Loss, 1e-6);
    }

    [Fact]
    public void A_run_without_it_says_nothing_of_a_best_epoch()
    {
        History history = TinyImages.Model().Compile(TinyImages.Shape).Fit(TinyImages.Make(20, 1), verbose: false);
        Assert.True(history is { StoppedEarly: false, BestEpoch: null, HasBestWeights: false });
    }

    [Fact]
    public void To_watch_a_validation_that_does_not_take_place_is_refused_before_anything_happens()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        string before = ModelWeights.Fingerprint(model);
        foreach (Callback callback in new Callback[]
        {
            new EarlyStopping(), new ReduceLearningRateOnPlateau(Monitor.ValAccuracy),
            new ModelCheckpoint("x", saveBestOnly: true),
        })
        {
            string message = Assert.Throws<ArgumentException>(() =>
                model.Fit(TinyImages.Make(20, 1), callbacks: [new WeightAveraging(), callback], verbose: false)).Message;
            Assert.Matches(
                "^(EarlyStopping|ReduceLearningRateOnPlateau|ModelCheckpoint) watches val_(loss|accuracy), "
                + "but there is no validation data: give Fit a validation set, or watch Monitor.(Loss|Accuracy).",
                message);
        }

        Assert.Equal(before, ModelWeights.Fingerprint(model));
        Assert.Single(model.Fit(TinyImages.Make(20, 1), callbacks: [new EarlyStopping(monitor: Monitor.Loss)], verbose: false));
    }

    [Theory]
    [InlineData(-1, 0.0)]
    [InlineData(0, -0.5)]
    public void Negative_settings_are_refused(int patience, double minDelta) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new EarlyStopping(patience, minDelta: minDelta));
}
