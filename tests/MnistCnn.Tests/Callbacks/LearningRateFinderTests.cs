using MnistCnn;
using MnistCnn.Tests.Charts;
using MnistCnn.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Callbacks;

public sealed class LearningRateFinderTests : IDisposable
{
    private static readonly (Tensor X, Tensor Y) s_train = TinyImages.Make(300, seed: 1);

    public void Dispose() => CpuAcceleration.IsEnabled = true;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Finds_a_rate_that_trains_well(bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        LearningRateFinder found = model.FindLearningRate(s_train, batchSize: 20, seed: 1);
        Assert.InRange(found.Suggestion, 1e-4, 0.2);
        Assert.Contains(found.Suggestion, found.LearningRates);
        Assert.Equal(1e-7, found.LearningRates[0], 1e-12);
        Assert.All(found.LearningRates.Zip(found.LearningRates.Skip(1)),
            pair => Assert.Equal(Math.Pow(1e8, 1 / 99.0), pair.Second / pair.First, 1e-9));
        Assert.Equal(found.LearningRates.Count, found.Losses.Count);
        double chance = Math.Log(4);
        Assert.InRange(found.SmoothedLosses[0], 0.8 * chance, 1.3 * chance);
        History history = TinyImages.Model().Compile(TinyImages.Shape, new MnistCnn.Adam(found.Suggestion), seed: 1)
            .Fit(s_train, epochs: 8, batchSize: 20, seed: 1, verbose: false);
        Assert.True(history[^1].Loss < 0.5 * chance, $"{history[^1].Loss}");
    }

    [Fact]
    public void Leaves_everything_as_it_was()
    {
        Sequential model = nn.Sequential(
            ("conv2d_1", nn.Conv2d(1, 4, 3)), ("bn_1", nn.BatchNorm2d(4)),
            ("flatten_1", nn.Flatten()), ("dense_1", nn.Linear(144, 4)))
            .Compile(TinyImages.Shape, seed: 1);
        Sequential other = nn.Sequential(
            ("conv2d_1", nn.Conv2d(1, 4, 3)), ("bn_1", nn.BatchNorm2d(4)),
            ("flatten_1", nn.Flatten()), ("dense_1", nn.Linear(144, 4)))
            .Compile(TinyImages.Shape, seed: 1);
        model.Fit(s_train, epochs: 1, seed: 1, verbose: false);
        other.Fit(s_train, epochs: 1, seed: 1, verbose: false);
        manual_seed(5);
        float[] expected = rand(3).data<float>().ToArray();
        manual_seed(5);
        History history = model.History();
        model.FindLearningRate(s_train, to: 1, steps: 30, seed: 2);
        Assert.Equal(expected, rand(3).data<float>().ToArray());
        Assert.Same(history, model.History());
        Assert.Equal(ModelWeights.Fingerprint(other), ModelWeights.Fingerprint(model));
        model.Fit(s_train, epochs: 2, initialEpoch: 1, seed: 1, verbose: false);
        other.Fit(s_train, epochs: 2, initialEpoch: 1, seed: 1, verbose: false);
        Assert.Equal(ModelWeights.Fingerprint(other), ModelWeights.Fingerprint(model));
    }

    [Fact]
    public void Stops_when_the_loss_explodes_and_the_same_seed_gives_the_same_losses()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, new Sgd(), seed: 1);
        LearningRateFinder found = model.FindLearningRate(s_train, batchSize: 20, to: 1e6, steps: 60, seed: 1);
        Assert.True(found.StoppedEarly);
        Assert.InRange(found.Losses.Count, 10, 59);
        double[] smoothed = LossSmoothing.Past(found.Losses);
        Assert.All(smoothed.SkipLast(1), (loss, i) => Assert.True(loss <= 4 * smoothed.Take(i + 1).Min()));
        Assert.Equal(found.Losses, model.FindLearningRate(s_train, batchSize: 20, to: 1e6, steps: 60, seed: 1).Losses);
    }

    [Fact]
    public void The_search_ends_by_fastais_mean_of_what_it_has_seen()
    {
        // By hand: 0.02 · 5 / 0.02; (0.98 · 0.1 + 0.02 · 3) / 0.0396; (0.98 · 0.158 + 0.02 · 8) / 0.058808.
        Assert.Equal([5, 3.9899, 5.3537], LossSmoothing.Past([5.0, 3.0, 8.0]).Select(loss => Math.Round(loss, 4)));
    }

    [Fact]
    public void The_smoothed_losses_weigh_both_neighbours_alike()
    {
        // By hand, with the weights 1, 48/49 and 45/49: (49 · 5 + 48 · 3 + 45 · 8) / 142 = 5.2746 at the first.
        Assert.Equal([5.2746, 5.3172, 5.3592], LossSmoothing.Both([5.0, 3.0, 8.0]).Select(loss => Math.Round(loss, 4)));
        double[] losses = [2, 1.9, 2.1, 1.2, 0.7, 0.9, 3];
        Assert.All(
            LossSmoothing.Both(losses).Zip(LossSmoothing.Both([.. losses.Reverse()]).Reverse()),
            pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void The_smoothed_losses_fall_where_the_losses_fall()
    {
        // A step down in the middle of 100: half of it is seen there; fastai's mean sees half of it 34 steps later.
        double[] losses = [.. Enumerable.Range(0, 100).Select(i => i < 50 ? 2.0 : 1.0)];
        Assert.InRange(Array.FindIndex(LossSmoothing.Both(losses), loss => loss < 1.5), 49, 51);
        Assert.True(Array.FindIndex(LossSmoothing.Past(losses), loss => loss < 1.5) > 70);
    }

    [Theory]

    // Falls from 0 to 8, the length is 9, the valley begins at max(0, 8 − 9) = 0: 0 + ⌊8/3⌋ + ⌊8/6⌋ = 3.
    [InlineData(new[] { 9.0, 8, 7, 6, 5, 4, 3, 2, 1 }, 3)]

    // The longest way down ends at 8 with 7 numbers (5 4 3 2.5 2 1.5 1): begins at 1; 1 + ⌊7/3⌋ + ⌊7/6⌋ = 4.
    [InlineData(new[] { 1.2, 5, 4, 4.5, 3, 2.5, 2, 1.5, 1, 7 }, 4)]

    // A dent in the way does not end it: 9 8 7 6 5 with 7.5 in between; ends at 5 with 5; 0 + ⌊5/3⌋ + ⌊5/6⌋ = 1.
    [InlineData(new[] { 9.0, 8, 7, 7.5, 6, 5 }, 1)]
    [InlineData(new[] { 1.0, 2, 3 }, -1)]
    [InlineData(new double[0], -1)]
    public void The_valley_is_fastais(double[] losses, int expected) => Assert.Equal(expected, LongestValley.Middle(losses));

    [Fact]
    public void Is_data_and_text_and_a_chart()
    {
        double[] rates = [.. Enumerable.Range(0, 40).Select(i => 1e-4 * Math.Pow(10, i / 10.0))];
        double[] losses = [.. rates.Select((rate, i) => i < 36 ? 2.0 - (0.03 * i) : 9.0)];
        var found = new LearningRateFinder(rates, losses, stoppedEarly: true);
        Assert.Equal(
            "Learning rates from 1.0e-4 to 7.9e-1 in 40 steps, stopped as the loss grew.\nSuggested: 4.0e-3", found.ToString());

        Figure figure = found.Plot();
        Assert.Equal("Figure: Loss over the learning rate (suggested 4.0e-3)", figure.ToString());
        var json = Samples.Json(figure);
        Assert.Equal("log", json.At("layout", "xaxis", "type").GetString());
        Assert.Equal(["Each batch", "Smoothed", "Suggested: 4.0e-3"],
            json.At("data").EnumerateArray().Select(trace => trace.At("name").GetString()));
        Assert.Equal(rates, json.At("data", 1, "x").Numbers());
        Assert.Equal(found.SmoothedLosses, json.At("data", 1, "y").Numbers());
        Assert.Equal([found.Suggestion], json.At("data", 2, "x").Numbers());

        // One number, one way to write it, beside the curve: below it where it has not fallen yet.
        Assert.Equal("Suggested: 4.0e−3", json.At("layout", "annotations", 0, "text").GetString());
        Assert.Equal("1e−3", json.At("layout", "xaxis", "ticktext", 1).GetString());

        // The explosion at the end does not squeeze the rest.
        Assert.InRange(json.At("layout", "yaxis", "range").Numbers()[1], 2, 3);
    }

    [Fact]
    public void A_loss_that_never_falls_gives_no_suggestion()
    {
        var found = new LearningRateFinder([0.1, 1], [1, 2], stoppedEarly: false);
        Assert.True(double.IsNaN(found.Suggestion));
        Assert.EndsWith("\nNo suggestion: the loss never fell.", found.ToString(), StringComparison.Ordinal);
        Assert.Equal("Figure: Loss over the learning rate (no suggestion)", found.Plot().ToString());
    }

    [Fact]
    public void Can_be_cancelled_and_refuses_what_makes_no_sense()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        string before = ModelWeights.Fingerprint(model);
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Assert.Throws<OperationCanceledException>(() => model.FindLearningRate(s_train, cancellationToken: cancellation.Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.FindLearningRate(s_train, from: 1, to: 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.FindLearningRate(s_train, steps: 1));
        Assert.ThrowsAny<ArgumentException>(() => model.FindLearningRate((s_train.X, s_train.Y[..3])));
        Assert.Equal(before, ModelWeights.Fingerprint(model));
    }
}
