using ClrKernel.Core.Primitives;
using TorchSharp;
using Verso.Abstractions;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Notebook;

public sealed class OtherHostsTests : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public OtherHostsTests() => NotebookFormatters.Register();

    public void Dispose()
    {
        DisplayContext.Current = null;
        _stop.Dispose();
    }

    [Fact]
    public void Verso_is_a_host_while_a_cell_runs_and_gives_its_token()
    {
        Assert.Null(VersoHost.Find(typeof(DisplayContext).Assembly));
        _ = new RunningCell(_stop.Token);
        Assert.Equal(_stop.Token, VersoHost.Find(typeof(DisplayContext).Assembly)!.CancellationToken);
        Assert.Null(VersoHost.Find(typeof(string).Assembly));
    }

    [Fact]
    public void Verso_shows_results_as_the_kernel_does_and_its_own_values_itself()
    {
        var cell = new RunningCell(_stop.Token);
        var heard = new List<string>();
        VersoHost host = VersoHost.Find(typeof(DisplayContext).Assembly)!;
        host.Listen(heard.Add);
        host.Display(new MnistCnn.Shape(2, 3));
        host.Display(5);

        Assert.Equal(
            [CellOutput.Html(NotebookFormatters.Preformatted("(2, 3)")), new CellOutput("text/plain", "5")], cell.Outputs);
        Assert.Equal(["5\n"], heard);
        IDataFormatter formatter = Assert.Single(cell.Formatters);
        Assert.Equal([typeof(object)], formatter.SupportedTypes);
        Assert.Equal(("MnistCnn", "1.0.0", int.MaxValue), (formatter.Name, formatter.Version, formatter.Priority));
        Assert.Null(formatter.Author);
        host.Listen(heard.Add);
        Assert.NotEqual(cell.Formatters[0].ExtensionId, cell.Formatters[1].ExtensionId);
    }

    [Fact]
    public void Verso_changes_no_output_so_a_training_is_a_line_for_each_epoch_and_the_record()
    {
        var cell = new RunningCell(_stop.Token);
        VersoHost host = VersoHost.Find(typeof(DisplayContext).Assembly)!;
        var live = new LiveTraining(host, TimeSpan.Zero);
        (Tensor X, Tensor Y) train = Training.TinyImages.Make(64, 1);
        Training.TinyImages.Model().Compile(Training.TinyImages.Shape)
            .Fit(train, train, epochs: 2, batchSize: 8, callbacks: [live], verbose: false);

        Assert.Equal(
            ["Epoch 1/2", "Epoch 2/2", "Train on 64 samples, validate on 64 samples"],
            cell.Outputs.Select(output => output.Content.Split('\n')[0]));
        Assert.All(cell.Outputs, output => Assert.Contains("val_acc: ", output.Content, StringComparison.Ordinal));
    }

    [Fact]
    public void Verso_shows_the_record_of_a_stopped_run_once()
    {
        var cell = new RunningCell(_stop.Token);
        var live = new LiveTraining(VersoHost.Find(typeof(DisplayContext).Assembly)!, TimeSpan.FromHours(1));
        TrainingContext training = new Training.ScriptedRun(epochs: 9, steps: 100).Run;
        live.OnTrainBegin(training);
        training.BeginEpoch();
        training.EndStep(new MetricSums(1, 1, 1));
        _stop.Cancel();
        training.End(reachedEnd: false);
        live.OnTrainEnd(training);
        Assert.Contains("Stopped in epoch 1 of 9 after ", Assert.Single(cell.Outputs).Content, StringComparison.Ordinal);
    }

    [Fact]
    public void ClrKernel_changes_an_output_in_place_and_an_interrupt_stops_what_runs()
    {
        ClrKernelHost host = ClrKernelHost.Find(typeof(DisplayValues).Assembly)!;
        Action<object> update = host.Display("first");
        update("second");
        Assert.Equal(["first", "second"], DisplayValues.Cells[^1].Shown);
        CancellationToken running = host.CancellationToken;
        ClrKernelHost.Stop();
        Assert.True(running.IsCancellationRequested);
        Assert.False(host.CancellationToken.IsCancellationRequested);
        Assert.Null(ClrKernelHost.Find(typeof(string).Assembly));
    }

    [Fact]
    public void ClrKernel_shows_results_as_the_kernel_does_and_its_own_values_as_before()
    {
        var heard = new List<string>();
        ClrKernelHost.Find(typeof(DisplayValues).Assembly)!.Listen(heard.Add);
        var shape = new MnistCnn.Shape(2, 3);
        Assert.Equal(NotebookFormatters.Preformatted("(2, 3)"), DisplayFormatters.Format<DisplayHtml>(shape).Html);
        Assert.Equal("(2, 3)", DisplayFormatters.Format<DisplayText>(shape).Text);
        Assert.Equal("<i>5</i>", DisplayFormatters.Format<DisplayHtml>(5).Html);
        Assert.Equal("5", DisplayFormatters.Format<DisplayText>(5).Text);
        Assert.Equal(["5\n"], heard);
    }
}
