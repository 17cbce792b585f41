using System.Xml.Linq;
using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Tests.Charts;
using Xunit;

namespace MnistCnn.Tests.Notebook;

public class TrainingViewTests
{
    private static readonly TrainingProgress s_start = new(0, 10, 0, 42000, 18000, 0, 0, TimeSpan.Zero, new History([]));

    private static readonly TrainingProgress s_running = s_start with
    {
        Epoch = 2,
        Seen = 14000,
        EpochElapsed = TimeSpan.FromSeconds(7),
        Loss = 0.25,
        Accuracy = 0.93,
        BatchSize = 256,
        History = Samples.Run(1),
    };

    [Fact]
    public void Text_is_as_keras_prints_it() => Assert.Equal(
        "Train on 42000 samples, validate on 18000 samples\nEpoch 1/10\n"
        + "42000/42000 [==============================] - 18s 429us/step - loss: 0.4000 - acc: 0.9000"
        + " - val_loss: 0.3000 - val_acc: 0.9200\nEpoch 2/10\n"
        + "14000/42000 [=========>....................] - ETA: 14s - loss: 0.2500 - acc: 0.9300",
        new TrainingView(s_running).ToString());

    [Fact]
    public void Before_the_first_batch_nothing_is_promised()
    {
        var view = new TrainingView(s_start);

        Assert.Equal("Train on 42000 samples, validate on 18000 samples", view.ToString());
        Assert.Null(view.Remaining);
        Assert.Contains("Epoch 1/10", view.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("starting …", view.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Pace_and_time_left_follow_from_the_report()
    {
        var view = new TrainingView(s_running);

        Assert.Equal(2000, view.ImagesPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(14), view.EpochRemaining);
        Assert.Equal(TimeSpan.FromSeconds(14 + (8 * 18)), view.Remaining);
        Assert.Contains("2,000 images/s", view.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("2 min 38 s left", view.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("aria-valuenow=\"33\"", view.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Validation_is_named() => Assert.Contains(
        "validating …",
        new TrainingView(s_running with { IsValidating = true, Seen = 42000 }).ToHtml(),
        StringComparison.Ordinal);

    [Fact]
    public void A_stopped_run_says_where_and_keeps_what_it_has()
    {
        var stopped = new TrainingView(
            s_running with { IsOver = true, History = new History([.. s_running.History], cancelled: true) });

        Assert.Contains(
            "- val_loss: 0.3000 - val_acc: 0.9200\nStopped in epoch 2 of 10 after 25 s, 55 of 165 batches done.",
            stopped.ToString(),
            StringComparison.Ordinal);
        Assert.Contains(
            "<strong>Stopped</strong> in epoch 2 of 10 after 25 s, 55 of 165 batches done.", stopped.ToHtml(),
            StringComparison.Ordinal);
        Assert.Contains("Epoch 1:", stopped.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_stopped_in_its_first_epoch_tells_its_time_and_draws_nothing()
    {
        TrainingView stopped = new(s_running with { Epoch = 1, IsOver = true, History = new History([], cancelled: true) });

        Assert.Contains(
            "in epoch 1 of 10 after 7.0 s, 55 of 165 batches done.</div></div>", stopped.ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("<svg", stopped.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_is_a_record_in_words_without_bar_and_curves()
    {
        string html = new TrainingView(
            s_start with { IsOver = true, Epoch = 10, Seen = 42000, History = Samples.Run(10) }).ToHtml();

        Assert.DoesNotContain("progressbar", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg", html, StringComparison.Ordinal);
        Assert.Contains("<strong>Trained</strong> 10 epochs in 3 min 0 s.", html, StringComparison.Ordinal);
        Assert.Contains("No epoch had a lower val_loss.", html, StringComparison.Ordinal);
        Assert.Contains("All 10 epochs</summary>", html, StringComparison.Ordinal);
        Assert.Contains("val_acc</th>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_epoch_with_the_lowest_validation_loss_is_named()
    {
        History run = new([Epoch(1, 0.3), Epoch(2, 0.1), Epoch(3, 0.2)]);
        string html = new TrainingView(s_start with { IsOver = true, Epoch = 3, Epochs = 3, History = run }).ToHtml();

        Assert.Contains(
            "Epoch 2 had the lowest val_loss:&ensp;<strong>0.1000</strong>", html, StringComparison.Ordinal);

        static EpochRecord Epoch(int number, double valLoss) => new(number, 0.1, 0.9, valLoss, 0.9, TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    public void Html_is_well_formed_and_small_however_long_the_run(int epochs)
    {
        foreach (bool isOver in new[] { false, true })
        {
            string html = new TrainingView(
                s_running with { IsOver = isOver, Epoch = epochs + 1, Epochs = 100, History = Samples.Run(epochs) }).ToHtml();

            Assert.InRange(html.Length, 100, 20_000);
            XDocument.Parse(
                html.Replace("&ensp;", " ", StringComparison.Ordinal).Replace("&nbsp;", " ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Losses_that_are_no_numbers_do_not_break_the_curves()
    {
        var run = new History([new EpochRecord(1, double.NaN, 0.1, double.PositiveInfinity, 0.1, TimeSpan.FromSeconds(1))]);
        string html = new TrainingView(s_running with { History = run, Loss = double.NaN }).ToHtml();

        Assert.DoesNotContain("cx=\"NaN\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("Infinity,", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_snapshot_gives_the_same_html() => Assert.Equal(
        new TrainingView(s_running).ToHtml(), new TrainingView(s_running with { }).ToHtml());
}
