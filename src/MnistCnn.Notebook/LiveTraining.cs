using System.Diagnostics;

namespace MnistCnn;

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
    private readonly object _gate = new();
    private CancellationTokenRegistration _onStop;
    private FitProgress? _last;
    private Action<object>? _update;

    /// <summary>Makes <c>Fit</c> report to the notebook that runs it, and watch the notebook's stop button.</summary>
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
        lock (_gate)
        {
            _last = value;
            bool last = value.Phase == FitPhase.Finished;
            if (_update is null)
            {
                _update = host.Display(new TrainingView(value));
                _onStop = host.CancellationToken.Register(ShowStopped);
            }
            else if (last || _sinceUpdate.Elapsed >= interval)
            {
                _update(new TrainingView(value));
            }
            else
            {
                return;
            }

            _sinceUpdate.Restart();
            if (last)
            {
                _onStop.Unregister();   // Dispose would wait for ShowStopped, which waits for this lock
            }
        }
    }

    /// <summary>
    /// Shows the end of a stopped run at once: .NET Interactive drops whatever is shown after it has closed a stopped cell, so the
    /// run's own last report would come too late. It signals the token before that.
    /// </summary>
    private void ShowStopped()
    {
        lock (_gate)
        {
            if (_update is { } update && _last is { Phase: not FitPhase.Finished } at)
            {
                update(new TrainingView(at with
                {
                    Phase = FitPhase.Finished, Seen = 0, Loss = 0, Accuracy = 0, EpochElapsed = default,
                    History = new History([.. at.History], cancelled: true),
                }));
            }
        }
    }
}
