using MnistCnn;
using Xunit;

namespace MnistCnn.Tests.Training;

public class KerasProgressBarTests
{
    private static readonly History s_none = new([]);

    // Lines of the exercise's own log, whose bars the PDF had shortened; Keras 2.2's are 30 wide.
    [Fact]
    public void An_ended_epoch_is_Keras_line_to_the_character()
    {
        var record = new EpochRecord(1, 0.4060, 0.8918, 0.2200, 0.9569, TimeSpan.FromSeconds(21.252));
        Assert.Equal(
            "42000/42000 [==============================] - 21s 506us/step - loss: 0.4060 - acc: 0.8918 - val_loss: 0.2200 - val_acc: 0.9569",
            KerasProgressBar.Line(Ended(record)));
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
            KerasProgressBar.Line(Ended(record)));
    }

    [Theory]
    [InlineData(256, 0.1, "  256/42000 [..............................] - ETA: 16s - loss: 2.3026 - acc: 0.1000")]
    [InlineData(21000, 5.0, "21000/42000 [==============>...............] - ETA: 5s - loss: 2.3026 - acc: 0.1000")]
    [InlineData(1400, 3.0, " 1400/42000 [>.............................] - ETA: 1:27 - loss: 2.3026 - acc: 0.1000")]
    [InlineData(2800, 3600.0, " 2800/42000 [=>............................] - ETA: 14:00:00 - loss: 2.3026 - acc: 0.1000")]
    [InlineData(41999, 5.0, "41999/42000 [============================>.] - ETA: 0s - loss: 2.3026 - acc: 0.1000")]
    public void A_running_epoch_shows_a_bar_and_the_time_that_is_left(int seen, double seconds, string expected) =>
        Assert.Equal(expected, KerasProgressBar.Line(Running(seen, seconds)));

    [Fact]
    public void Small_figures_have_an_exponent_as_in_Keras()
    {
        FitProgress progress = Running(21000, 5) with { Loss = 0.00012345, Accuracy = 1 };
        Assert.EndsWith("- loss: 1.2345e-04 - acc: 1.0000", KerasProgressBar.Line(progress), StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_run_reads_as_Keras_log()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var bar = new KerasProgressBar(output, TimeSpan.Zero);
        bar.Report(Running(0, 0) with { Phase = FitPhase.Started, Epoch = 0 });
        bar.Report(Running(256, 1));
        bar.Report(Running(21000, 2));
        bar.Report(Running(42000, 4));
        bar.Report(Running(42000, 4) with { Phase = FitPhase.Validating });
        bar.Report(Ended(new EpochRecord(1, 0.5, 0.75, 0.25, 0.875, TimeSpan.FromSeconds(5))));
        bar.Report(Running(0, 0) with { Phase = FitPhase.Finished });
        string[] lines = output.ToString().Split('\n');
        Assert.Equal("Train on 42000 samples, validate on 18000 samples", lines[0]);
        Assert.Equal("Epoch 1/10", lines[1]);
        string[] writes = lines[2].Split('\r');
        Assert.Equal(["", "  256/42000", "21000/42000", "42000/42000"], writes.Select(write => write.Split(" [")[0]));
        Assert.Equal(
            "42000/42000 [==============================] - 5s 119us/step - loss: 0.5000 - acc: 0.7500 - val_loss: 0.2500 - val_acc: 0.8750",
            writes[^1].TrimEnd());
        Assert.Equal("", Assert.Single(lines[3..]));
    }

    [Fact]
    public void A_run_that_was_stopped_early_ends_with_Keras_words()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var bar = new KerasProgressBar(output, TimeSpan.Zero);
        bar.Report(Running(0, 0) with
        {
            Phase = FitPhase.Finished, Epoch = 7, History = new([]) { StoppedEarly = true, BestEpoch = 5, HasBestWeights = true },
        });
        Assert.Equal("Epoch 7: early stopping\nRestoring model weights from the end of the best epoch: 5.\n", output.ToString());
    }

    [Fact]
    public void A_shorter_line_wipes_out_the_longer_one_before_it()
    {
        using var output = new StringWriter();
        var bar = new KerasProgressBar(output, TimeSpan.Zero);
        bar.Report(Running(256, 100));
        bar.Report(Running(41000, 100));
        string[] writes = output.ToString().Split('\r');
        Assert.Equal(writes[1].Length, writes[2].Length);
        Assert.EndsWith(" ", writes[2], StringComparison.Ordinal);
    }

    private static FitProgress Running(int seen, double seconds) => new(
        FitPhase.Training, 1, 10, seen, 42000, 18000, 256, 2.302585, 0.1, TimeSpan.FromSeconds(seconds), s_none);

    private static FitProgress Ended(EpochRecord record) => new(
        FitPhase.EpochEnded, record.Epoch, 10, 42000, 42000, 18000, 256, record.Loss, record.Accuracy, record.Duration, new History([record]));
}
