using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using MnistCnn;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Notebook;

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
        Callback[] callbacks = [.. DefaultCallbacks.For(verbose: true)];
        Assert.Single(callbacks, callback => callback is ProgressBar);
        Assert.DoesNotContain(callbacks, callback => callback is LiveTraining || callback.CancellationToken.CanBeCanceled);
        Assert.DoesNotContain(DefaultCallbacks.For(verbose: false), callback => callback is ProgressBar or ResultRecorder);
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
    public void The_kernel_tells_what_cells_write_and_show_as_text_where_there_is_some()
    {
        KernelInvocationContext.Current = new KernelInvocationContext(_stop.Token);
        var told = new List<string>();
        InteractiveKernelHost.Find(typeof(KernelInvocationContext).Assembly)!.Listen(told.Add);

        Kernel.Root.Tell(new StandardOutputValueProduced([new("text/plain", "0.9"), new("text/html", "<pre>0.9</pre>")]));
        Kernel.Root.Tell(new StandardOutputValueProduced([new("text/plain", "8\n")]));
        Kernel.Root.Tell(new DisplayedValueProduced([new("text/html", "<b>loss</b>"), new("text/plain", "loss")]));
        Kernel.Root.Tell(new DisplayedValueUpdated([new("text/plain", "step 2")]));
        Kernel.Root.Tell(new ReturnValueProduced([new("text/html", "<img>")]));
        Kernel.Root.Tell(new CommandSucceeded());

        Assert.Equal(["0.9", "8\n", "loss\n", "<img>\n"], told);
    }

    [Fact]
    public void An_interrupt_sends_the_kernel_what_its_stop_button_sends()
    {
        var kernel = new CommandedKernel();
        InteractiveKernelHost.CancelCell(kernel);
        Assert.Null(Assert.Single(kernel.Sent).TargetKernelName);
        InteractiveKernelHost.CancelCell("a kernel without commands");
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
        History history = Training.TinyImages.Model().Compile(Training.TinyImages.Shape)
            .Fit(train, train, epochs: 2, batchSize: 8);
        Assert.All(shown, view => Assert.IsType<TrainingView>(view));
        var last = (TrainingView)shown[^1];
        Assert.True(last.Progress.IsOver);
        Assert.Equal(history, last.Progress.History);
        Assert.Contains("Epoch 2/2", last.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Updates_come_no_faster_than_asked_for_and_the_last_always()
    {
        var shown = new List<object>();
        Offer(shown);
        var live = new LiveTraining(NotebookHost.Find()!, TimeSpan.FromHours(1));
        TrainingContext training = new Training.ScriptedRun(epochs: 1, steps: 100).Run;
        live.OnTrainBegin(training);
        training.BeginEpoch();
        for (int step = 0; step < 100; step++)
        {
            training.EndStep(new MetricSums(1, 1, 1));
            live.OnTrainBatchEnd(training);
        }

        live.OnEpochEnd(training, training.EndEpoch(null));
        training.End(reachedEnd: true);
        live.OnTrainEnd(training);
        Assert.Equal(2, shown.Count);
        Assert.True(((TrainingView)shown[1]).Progress is { IsOver: true, History.Count: 1 });
    }

    [Fact]
    public void The_view_shows_that_the_validation_runs()
    {
        var shown = new List<object>();
        Offer(shown);
        var live = new LiveTraining(NotebookHost.Find()!, TimeSpan.Zero);
        (Tensor X, Tensor Y) train = Training.TinyImages.Make(64, 1);
        var model = Training.TinyImages.Model().Compile(Training.TinyImages.Shape);
        model.Fit(train, train, batchSize: 32, callbacks: [live], verbose: false);
        Assert.Equal(
            ["starting", "left", "left", "validating", "left", ""],
            shown.Select(view => new[] { "starting", "validating", "left" }
                .FirstOrDefault(word => ((TrainingView)view).ToHtml().Contains(word, StringComparison.Ordinal), "")));

        shown.Clear();
        model.Evaluate(train.X, train.Y, callbacks: [live]);
        Assert.Empty(shown);
    }

    [Fact]
    public void A_run_that_fails_is_shown_as_stopped_and_not_as_running()
    {
        var shown = new List<object>();
        Offer(shown);
        (Tensor X, Tensor Y) train = Training.TinyImages.Make(64, 1);
        using Tensor broken = train.X * float.NaN;
        Assert.Throws<TrainingDivergedException>(() =>
            Training.TinyImages.Model().Compile(Training.TinyImages.Shape).Fit((broken, train.Y)));
        Assert.Contains("<strong>Stopped</strong> in epoch 1 of 1", ((TrainingView)shown[^1]).ToHtml(), StringComparison.Ordinal);
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
        TrainingContext training = new Training.ScriptedRun(epochs: 9, steps: 1000).Run;
        live.OnTrainBegin(training);
        training.BeginEpoch();
        training.EndStep(new MetricSums(1000, 500, 750));
        live.OnEpochEnd(training, training.EndEpoch(null));
        training.BeginEpoch();
        training.EndStep(new MetricSums(500, 500, 250));
        live.OnTrainBatchEnd(training);
        Assert.Single(shown);

        _stop.Cancel();

        Assert.Equal(2, shown.Count);
        Assert.Contains("Stopped in epoch 2 of 9 after ", shown[1].ToString(), StringComparison.Ordinal);
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
