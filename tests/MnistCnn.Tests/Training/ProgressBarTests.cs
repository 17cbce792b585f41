using MnistCnn;
using Xunit;

namespace MnistCnn.Tests.Training;

public class ProgressBarTests
{
    private static readonly History s_none = new([]);

    // Lines of the exercise's own log, whose bars the PDF had shortened; Keras 2.2's are 30 wide.
    [Fact]
    public void An_ended_epoch_is_Keras_line_to_the_character()
    {
        var record = new EpochRecord(1, 0.4060, 0.8918, 0.2200, 0.9569, TimeSpan.FromSeconds(21.252));
        Assert.Equal(
            "42000/42000 [==============================] - 21s 506us/step - loss: 0.4060 - acc: 0.8918"
            + " - val_loss: 0.2200 - val_acc: 0.9569",
            ProgressBar.Line(42000, record));
    }

    [Theory]
    [InlineData(70.0, "70s 2ms/step")]
    [InlineData(18.06, "18s 430us/step")]
    [InlineData(42000 * 1.2, "50400s 1s/step")]
    public void The_time_of_a_step_has_Keras_units(double seconds, string expected)
    {
        var record = new EpochRecord(1, 0.4081, 0.8765, null, null, TimeSpan.FromSeconds(seconds));
        Assert.Equal(
            $"42000/42000 [==============================] - {expected} - loss: 0.4081 - acc: 0.8765",
            ProgressBar.Line(42000, record));
    }

    [Theory]
    [InlineData(256, 0.1, "  256/42000 [..............................] - ETA: 16s - loss: 2.3026 - acc: 0.1000")]
    [InlineData(21000, 5.0, "21000/42000 [==============>...............] - ETA: 5s - loss: 2.3026 - acc: 0.1000")]
    [InlineData(1400, 3.0, " 1400/42000 [>.............................] - ETA: 1:27 - loss: 2.3026 - acc: 0.1000")]
    [InlineData(2800, 3600.0, " 2800/42000 [=>............................] - ETA: 14:00:00 - loss: 2.3026 - acc: 0.1000")]
    [InlineData(41999, 5.0, "41999/42000 [============================>.] - ETA: 0s - loss: 2.3026 - acc: 0.1000")]
    public void A_running_epoch_shows_a_bar_and_the_time_that_is_left(int seen, double seconds, string expected) =>
        Assert.Equal(expected, ProgressBar.Line(Running(seen, seconds)));

    [Fact]
    public void Small_figures_have_an_exponent_as_in_Keras()
    {
        TrainingProgress progress = Running(21000, 5) with { Loss = 0.00012345, Accuracy = 1 };
        Assert.EndsWith("- loss: 1.2345e-04 - acc: 1.0000", ProgressBar.Line(progress), StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_run_reads_as_Keras_log()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var bar = new ProgressBar(output, TimeSpan.Zero);
        TrainingContext training = new ScriptedRun(epochs: 10, steps: 42000).Run;
        bar.OnTrainBegin(training);
        training.BeginEpoch();
        bar.OnEpochBegin(training);
        foreach (int images in new[] { 256, 20744, 21000 })
        {
            training.EndStep(new MetricSums(images, images, images));
            bar.OnTrainBatchEnd(training);
        }

        bar.OnTestBatchEnd(new EvaluationContext(training.Model, 18000, training));
        bar.OnEpochEnd(training, new EpochRecord(1, 0.5, 0.75, 0.25, 0.875, TimeSpan.FromSeconds(5)));
        bar.OnTrainEnd(training);
        string[] lines = output.ToString().Split('\n');
        Assert.Equal("Train on 42000 samples, validate on 1 samples", lines[0]);
        Assert.Equal("Epoch 1/10", lines[1]);
        string[] writes = lines[2].Split('\r');
        Assert.Equal(["", "  256/42000", "21000/42000", "42000/42000"], writes.Select(write => write.Split(" [")[0]));
        Assert.Equal(
            "42000/42000 [==============================] - 5s 119us/step - loss: 0.5000 - acc: 0.7500"
            + " - val_loss: 0.2500 - val_acc: 0.8750",
            writes[^1].TrimEnd());
        Assert.Equal("", Assert.Single(lines[3..]));
    }

    [Fact]
    public void A_run_that_was_stopped_early_ends_with_Keras_words()
    {
        using var output = new StringWriter { NewLine = "\n" };
        TrainingContext training = new ScriptedRun(epochs: 9, initialEpoch: 6).Run;
        training.BeginEpoch();
        training.StopTraining();
        (training.BestEpoch, training.RestoredBest) = (5, true);
        training.End(reachedEnd: true);
        new ProgressBar(output, TimeSpan.Zero).OnTrainEnd(training);
        Assert.Equal("Epoch 7: early stopping\nRestoring model weights from the end of the best epoch: 5.\n", output.ToString());
    }

    [Fact]
    public void A_run_that_ends_within_an_epoch_ends_its_line()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var bar = new ProgressBar(output, TimeSpan.Zero);
        TrainingContext training = new ScriptedRun().Run;
        training.BeginEpoch();
        training.EndStep(new MetricSums(5, 5, 5));
        bar.OnTrainBatchEnd(training);
        training.End(reachedEnd: null);
        bar.OnTrainEnd(training);
        Assert.EndsWith("- loss: 1.0000 - acc: 1.0000\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_shorter_line_wipes_out_the_longer_one_before_it()
    {
        using var output = new StringWriter();
        var bar = new ProgressBar(output, TimeSpan.Zero);
        TrainingContext training = new ScriptedRun().Run;
        training.BeginEpoch();
        training.EndStep(new MetricSums(1, 1e-4, 1));
        bar.OnTrainBatchEnd(training);
        training.EndStep(new MetricSums(1, 10, 1));
        bar.OnTrainBatchEnd(training);
        string[] writes = output.ToString().Split('\r');
        Assert.Equal(writes[1].Length, writes[2].Length);
        Assert.EndsWith(" ", writes[2], StringComparison.Ordinal);
    }

    private static TrainingProgress Running(int seen, double seconds) =>
        new(1, 10, seen, 42000, 18000, 2.302585, 0.1, TimeSpan.FromSeconds(seconds), s_none);
}
