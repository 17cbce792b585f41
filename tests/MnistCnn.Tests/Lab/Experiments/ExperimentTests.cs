using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Tests.Training;
using TorchSharp;
using Xunit;

namespace MnistCnn.Tests.Lab.Experiments;

public class ExperimentTests
{
    [Fact]
    public void Numbers_its_runs_and_tells_what_differs_from_what_is_the_same()
    {
        Experiment experiment = SampleRuns.Kernels();

        Assert.Equal([1, 2, 3, 4, 5, 6], experiment.Select(run => run.Number));
        Assert.Equal(["kernelSize"], experiment.DifferingSettings());
        Assert.Equal("epochs 2", Assert.Single(experiment.CommonSettings()).ToString());
        Assert.Equal("kernel size: 6 runs of 2 settings", experiment.ToString());
        Assert.Equal(
            "Run 4: val_acc 0.9800, test_acc 0.9800 in 2.5 s (epochs 2, kernelSize 5, seed 1)", experiment[3].ToString());
    }

    [Fact]
    public void Groups_the_seeds_of_the_same_settings_with_mean_and_spread()
    {
        RunGroups groups = SampleRuns.Kernels().BySettings();

        Assert.Equal(["kernelSize 3", "kernelSize 5"], groups.Select(group => group.Label));
        Assert.Equal(0.972, groups[0].Mean(Measure.TestAccuracy)!.Value, 12);

        // Of 0.980, 0.983 and 0.986: the squares of −3, 0 and 3 thousandths add up to 18, divided by 3 − 1.
        Assert.Equal(0.003, groups[1].StandardDeviation(Measure.TestAccuracy)!.Value, 12);
        Assert.Equal("kernelSize 5: val_acc 0.9830 ± 0.0030, test_acc 0.9830 ± 0.0030 (n = 3)", groups[1].ToString());
    }

    [Fact]
    public void Finds_what_reaches_an_accuracy_on_average_for_the_least()
    {
        Experiment experiment = SampleRuns.Kernels();
        experiment.Add(new { epochs = 3, kernelSize = 5 }, SampleRuns.History(0.99), 900, 1, new(0.1, 0.99));

        Assert.Equal(
            ["97 %: epochs 2, kernelSize 3", "97.5 %: epochs 2, kernelSize 5", "98.6 %: epochs 3, kernelSize 5"],
            experiment.BySettings().Cheapest(Cost.Parameters, 0.97, 0.975, 0.986, 0.999).Select(group => group.Label));
        Assert.Equal(900, experiment.BySettings().Cheapest(Cost.Seconds, 0.986)[0].Runs[0].Parameters);
    }

    [Fact]
    public void A_single_run_has_a_mean_and_no_spread()
    {
        RunGroup group = SampleRuns.Of([0.9]).BySettings()[0];

        Assert.Equal("all runs", group.Label);
        Assert.Equal(0.9, group.Mean(Measure.TestAccuracy));
        Assert.Null(group.StandardDeviation(Measure.TestAccuracy));
        Assert.Equal("all runs: val_acc 0.9000, test_acc 0.9000 (n = 1)", group.ToString());
    }

    [Fact]
    public void A_knob_that_came_up_later_sets_the_earlier_runs_apart()
    {
        var experiment = new Experiment();
        experiment.Add(new { epochs = 1 }, SampleRuns.History(0.9), 1);
        experiment.Add(new { epochs = 1, augmentation = true }, SampleRuns.History(0.9), 1);

        Assert.Equal(["without augmentation", "augmentation true"], experiment.BySettings().Select(group => group.Label));
    }

    [Fact]
    public void A_run_without_a_test_is_judged_by_its_validation_alone()
    {
        var experiment = new Experiment();
        experiment.Add(new { epochs = 1 }, SampleRuns.History(0.9), 1);

        Assert.Null(experiment[0].Result(Measure.TestAccuracy));
        Assert.Equal("Run 1: val_acc 0.9000 in 2.5 s (epochs 1)", experiment[0].ToString());
        Assert.Null(experiment.BySettings()[0].Mean(Measure.TestLoss));
    }

    [Fact]
    public void A_run_that_got_its_best_weights_back_is_judged_by_them()
    {
        History history = new([.. SampleRuns.History(0.7)]) { BestEpoch = 1, HasBestWeights = true };
        Run run = new Experiment().Add(new { epochs = 2 }, history, 1);

        Assert.Equal(0.6, run.ValAccuracy!.Value, 12);
        Assert.Equal(0.4, run.ValLoss);
        Assert.Equal(0.7, new Experiment().Add(new { epochs = 2 }, SampleRuns.History(0.7), 1).ValAccuracy);
    }

    [Fact]
    public void Takes_history_and_parameters_from_a_trained_model()
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;
        using var model = torch.nn.Sequential(
            ("flatten_1", torch.nn.Flatten()), ("dense_1", torch.nn.Linear(16, 2)), ("softmax_1", torch.nn.Softmax(1)));
        model.Compile(new Shape(4, 4, 1), seed: 1);
        using torch.Tensor x = torch.rand(20, 4, 4, 1);
        using torch.Tensor y = torch.eye(2)[torch.arange(20).remainder(2)];
        History history = model.Fit((x, y), epochs: 2, seed: 1, verbose: false);

        Run run = new Experiment().Add(new { epochs = 2 }, model, seed: 1, model.Evaluate(x, y));

        Assert.Same(history, run.History);
        Assert.Equal((16 * 2) + 2, run.Parameters);
        Assert.Equal(history.Sum(epoch => epoch.Duration.TotalSeconds), run.Duration.TotalSeconds, 6);
        Assert.InRange(run.Test!.Accuracy, 0, 1);
    }

    [Fact]
    public void Survives_in_a_file()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "new folder", "runs.json");
        Experiment saved = SampleRuns.Kernels();
        saved.Add(
            new { epochs = 3 },
            new History([.. SampleRuns.History(0.9).Select(epoch => epoch with { LearningRate = 1e-3 })])
            { StoppedEarly = true, BestEpoch = 1, HasBestWeights = true },
            5);
        saved.Add(new { epochs = 2, note = "ünï \"quoted\" <b>" },
            new History([new(1, double.NaN, 0.1, null, null, TimeSpan.Zero)], cancelled: true), 7);
        saved.Save(path);

        Experiment loaded = Experiment.Load(path);

        Assert.Equal(saved.Name, loaded.Name);
        Assert.Equal(saved.Select(run => run.ToString()), loaded.Select(run => run.ToString()));
        Assert.Equal(saved.SelectMany(run => run.History), loaded.SelectMany(run => run.History));
        Assert.Equal(saved.Select(run => run.Settings), loaded.Select(run => run.Settings));
        Assert.Equal(saved.Select(run => run.Test), loaded.Select(run => run.Test));
        Assert.True(loaded[^1].History.Cancelled);
        loaded.Save(path); // An existing file is replaced.
        Assert.Equal(8, Experiment.Load(path).Count);
        Assert.Equal(0.8, loaded[6].ValAccuracy!.Value, 12);
    }

    [Theory]
    [InlineData("", "line 1")]
    [InlineData("{\n\"format\": oops", "line 2")]
    [InlineData("null", "no runs")]
    [InlineData("{}", "expected format mnistcnn-experiment")]
    [InlineData("""{"format":"mnistcnn-experiment","version":2,"runs":[]}""", "version 1")]
    [InlineData("""{"format":"mnistcnn-experiment","version":1}""", "no runs")]
    [InlineData("""{"format":"mnistcnn-experiment","version":1,"runs":[{"settings":[]}]}""", "no epochs")]
    [InlineData("""{"format":"mnistcnn-experiment","version":1,"runs":[{"epochs":[]}]}""", "no settings")]
    [InlineData("""{"format":"mnistcnn-experiment","version":1,"runs":[{"epochs":[],"settings":[{"name":"a"},{"name":"a"}]}]}""",
        "a is there twice")]
    [InlineData(
        """{"format":"mnistcnn-experiment","version":1,"runs":[{"epochs":[],"settings":[],"parameters":-1}]}""", "cannot be")]
    public void A_file_without_runs_is_refused_in_words(string text, string reason)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("runs.json"), text);

        string message = Assert.Throws<InvalidDataException>(() => Experiment.Load(folder.File("runs.json"))).Message;

        Assert.StartsWith("runs.json ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }
}
