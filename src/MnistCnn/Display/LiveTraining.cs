using System.Diagnostics;
using System.Runtime.CompilerServices;
using MnistCnn.Training;

namespace MnistCnn.Display;

/// <summary>
/// Shows a training run in a notebook as one output that grows in place and stays as its record. Without a notebook Keras's
/// progress bar is written to the console.
/// </summary>
/// <param name="host">The notebook.</param>
/// <param name="interval">The shortest time between two updates: a notebook needs about 20 ms to show one.</param>
internal sealed class LiveTraining(NotebookHost host, TimeSpan interval) : IProgress<FitProgress>
{
    /// <summary>Three updates a second are as many as an eye follows and a notebook shows without falling behind.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(334);

    private readonly Stopwatch _sinceUpdate = Stopwatch.StartNew();
    private Action<object>? _update;

    /// <summary>Makes <c>Fit</c> report to the notebook that runs it, and watch the notebook's stop button.</summary>
    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries",
        Justification = "A notebook only loads the library; training must not need to know that there are notebooks.")]
    internal static void ShowInNotebooks()
    {
        Func<IProgress<FitProgress>> onConsole = DefaultProgress.Create;
        DefaultProgress.Create = () => NotebookHost.Find() is { } host ? new LiveTraining(host, s_interval) : onConsole();
        DefaultProgress.Cancellation = () => NotebookHost.Find()?.CancellationToken ?? CancellationToken.None;
    }

    /// <summary>Shows the state of the run if it is time to, and always its end.</summary>
    /// <param name="value">The state of the run.</param>
    public void Report(FitProgress value)
    {
        bool last = value.Phase == FitPhase.Finished;
        if (_update is not null && !last && _sinceUpdate.Elapsed < interval)
        {
            return;
        }

        var view = new TrainingView(value);
        if (_update is null)
        {
            _update = host.Display(view);
        }
        else
        {
            _update(view);
        }

        _sinceUpdate.Restart();
    }
}
