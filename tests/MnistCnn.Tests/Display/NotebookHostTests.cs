using Microsoft.DotNet.Interactive;
using MnistCnn;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Display;

public sealed class NotebookHostTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public void Dispose()
    {
        KernelInvocationContext.Current = null;
        AppContext.SetData("NotebookHost.Display", null);
        AppContext.SetData("NotebookHost.CancellationToken", null);
        _stop.Dispose();
    }

    [Fact]
    public void Without_a_notebook_there_is_no_host_and_training_prints_Keras_bar()
    {
        Assert.Null(NotebookHost.Find());
        Assert.IsType<KerasProgressBar>(DefaultProgress.Create());
        Assert.False(DefaultProgress.Cancellation().CanBeCanceled);
    }

    [Fact]
    public void The_kernel_shows_values_through_its_context_and_gives_the_cells_token()
    {
        var context = new KernelInvocationContext(_stop.Token);
        KernelInvocationContext.Current = context;
        InteractiveKernelHost host = InteractiveKernelHost.Find(typeof(KernelInvocationContext).Assembly)!;

        Action<object> update = host.Display("first");
        update("second");
        update("third");

        Assert.Equal([("display", "first"), ("update", "second"), ("update", "third")], context.Published);
        Assert.Equal(_stop.Token, host.CancellationToken);
    }

    [Fact]
    public void The_kernel_is_no_host_between_two_cells()
    {
        KernelInvocationContext.Current = null;
        Assert.Null(InteractiveKernelHost.Find(typeof(KernelInvocationContext).Assembly));
        Assert.Null(InteractiveKernelHost.Find(typeof(string).Assembly));
    }

    [Fact]
    public void A_host_that_offers_itself_through_the_AppContext_is_found()
    {
        var shown = new List<object>();
        Offer(shown);
        Action<object> update = NotebookHost.Find()!.Display(1);
        update(2);
        Assert.Equal([1, 2], shown);
        Assert.Equal(_stop.Token, NotebookHost.Find()!.CancellationToken);
    }

    [Fact]
    public void Training_in_a_notebook_shows_one_output_that_ends_as_the_record()
    {
        var shown = new List<object>();
        Offer(shown);
        (Tensor X, Tensor Y) train = Training.TinyImages.Make(64, 1);
        History history = Training.TinyImages.Model().Compile(Training.TinyImages.Shape).Fit(train, train, epochs: 2, batchSize: 8);
        Assert.All(shown, view => Assert.IsType<TrainingView>(view));
        var last = (TrainingView)shown[^1];
        Assert.Equal(FitPhase.Finished, last.Progress.Phase);
        Assert.Equal(history, last.Progress.History);
        Assert.Contains("Epoch 2/2", last.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Updates_come_no_faster_than_asked_for_and_the_last_always()
    {
        var shown = new List<object>();
        Offer(shown);
        var live = new LiveTraining(NotebookHost.Find()!, TimeSpan.FromHours(1));
        var history = new History([]);
        for (int seen = 0; seen < 1000; seen += 10)
        {
            live.Report(new FitProgress(FitPhase.Training, 1, 1, seen, 1000, 0, 10, 1, 0.5, TimeSpan.FromSeconds(1), history));
        }

        live.Report(new FitProgress(FitPhase.Finished, 1, 1, 1000, 1000, 0, 10, 1, 0.5, TimeSpan.FromSeconds(1), history));
        Assert.Equal(2, shown.Count);
        Assert.Equal(FitPhase.Finished, ((TrainingView)shown[1]).Progress.Phase);
    }

    [Fact]
    public void The_stop_button_ends_training_and_evaluation_without_a_token_in_the_cell()
    {
        Offer([]);
        (Tensor X, Tensor Y) train = Training.TinyImages.Make(64, 1);
        var model = Training.TinyImages.Model().Compile(Training.TinyImages.Shape);
        _stop.Cancel();
        History history = model.Fit(train, epochs: 1000);
        Assert.True(history.Cancelled);
        Assert.Empty(history);
        Assert.Throws<OperationCanceledException>(() => model.Evaluate(train.X, train.Y));
        Assert.Throws<OperationCanceledException>(() => model.Predict(train.X));
    }

    [Fact]
    public void The_end_of_a_stopped_run_is_shown_at_once_since_a_closed_cell_shows_nothing_more()
    {
        var shown = new List<object>();
        Offer(shown);
        var live = new LiveTraining(NotebookHost.Find()!, TimeSpan.FromHours(1));
        var record = new EpochRecord(1, 0.5, 0.75, null, null, TimeSpan.FromSeconds(3));
        var running = new FitProgress(FitPhase.Training, 2, 9, 500, 1000, 0, 10, 1, 0.5, TimeSpan.FromSeconds(1), new History([record]));
        live.Report(running with { Phase = FitPhase.Started });
        live.Report(running);
        Assert.Single(shown);

        _stop.Cancel();

        Assert.Equal(2, shown.Count);
        Assert.Contains("Stopped in epoch 2 of 9.", shown[1].ToString(), StringComparison.Ordinal);
        Assert.Contains("1000/1000", shown[1].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(" 500/1000", shown[1].ToString(), StringComparison.Ordinal);
    }

    private void Offer(List<object> shown)
    {
        AppContext.SetData("NotebookHost.Display", new Func<object, Action<object>>(value =>
        {
            shown.Add(value);
            return shown.Add;
        }));
        AppContext.SetData("NotebookHost.CancellationToken", new Func<CancellationToken>(() => _stop.Token));
    }
}
