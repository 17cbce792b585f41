using System.Xml.Linq;
using MnistCnn.Display;
using MnistCnn.Tests.Charts;
using MnistCnn.Training;
using Xunit;

namespace MnistCnn.Tests.Display;

public class TrainingViewTests
{
    private static readonly TrainingView s_start = new() { Epoch = 1, Epochs = 10, Seen = 0, Total = 42000, History = new([]) };

    private static readonly TrainingView s_running = s_start with
    {
        Epoch = 2,
        Seen = 14000,
        Elapsed = TimeSpan.FromSeconds(7),
        Loss = 0.25,
        Accuracy = 0.93,
        History = Samples.Run(1),
    };

    [Fact]
    public void Text_is_as_keras_prints_it() => Assert.Equal(
        """
        Epoch 1/10
        42000/42000 [==============================] - 18s 429us/step - loss: 0.4000 - acc: 0.9000 - val_loss: 0.3000 - val_acc: 0.9200
        Epoch 2/10
        14000/42000 [=========>....................] - ETA: 14s - loss: 0.2500 - acc: 0.9300
        """.ReplaceLineEndings("\n"),
        s_running.ToString());

    [Fact]
    public void Before_the_first_batch_nothing_is_promised()
    {
        Assert.Equal("Epoch 1/10\n    0/42000 [..............................]", s_start.ToString());
        Assert.Null(s_start.Remaining);
        Assert.Contains("starting …", s_start.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Pace_and_time_left_follow_from_the_snapshot()
    {
        Assert.Equal(2000, s_running.ImagesPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(14), s_running.EpochRemaining);
        Assert.Equal(TimeSpan.FromSeconds(14 + (8 * 18)), s_running.Remaining);
        Assert.Contains("2,000 images/s", s_running.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("2 min 38 s left", s_running.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("aria-valuenow=\"33\"", s_running.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_run_says_where_and_keeps_what_it_has()
    {
        TrainingView stopped = s_running with { Finished = true, Cancelled = true };

        Assert.EndsWith(
            "14000/42000 [=========>....................] - loss: 0.2500 - acc: 0.9300\nStopped in epoch 2 of 10.",
            stopped.ToString(),
            StringComparison.Ordinal);
        Assert.Contains("<strong>Stopped</strong> in epoch 2 of 10; 1 epoch finished in 18 s", stopped.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_is_a_record_without_a_bar()
    {
        string html = (s_start with { Epoch = 10, Seen = 42000, Finished = true, History = Samples.Run(10) }).ToHtml();

        Assert.DoesNotContain("progressbar", html, StringComparison.Ordinal);
        Assert.Contains("<strong>Trained</strong> 10 epochs in 3 min 0 s", html, StringComparison.Ordinal);
        Assert.Contains("<th>val_acc</th>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    public void Html_is_well_formed_and_small_however_long_the_run(int epochs)
    {
        foreach (bool finished in new[] { false, true })
        {
            string html = (s_running with { Epoch = epochs + 1, Epochs = 100, History = Samples.Run(epochs), Finished = finished }).ToHtml();

            Assert.InRange(html.Length, 100, 20_000);
            XDocument.Parse(html.Replace("&ensp;", " ", StringComparison.Ordinal).Replace("&nbsp;", " ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Losses_that_are_no_numbers_do_not_break_the_curves()
    {
        var run = new History([new EpochRecord(1, double.NaN, 0.1, double.PositiveInfinity, 0.1, TimeSpan.FromSeconds(1))]);
        string html = (s_running with { History = run, Loss = double.NaN }).ToHtml();

        Assert.DoesNotContain("cx=\"NaN\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity,", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_snapshot_gives_the_same_html() => Assert.Equal(s_running.ToHtml(), (s_running with { }).ToHtml());
}
