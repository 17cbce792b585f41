using System.Diagnostics;

namespace MnistCnn;

/// <summary>
/// Shows a training run in a notebook as one output that grows in place and stays as its record. Without a notebook Keras's
/// progress bar is written to the console.
/// </summary>
/// <param name="host">The notebook.</param>
/// <param name="interval">The shortest time between two updates: a notebook needs about 20 ms to show one.</param>
internal sealed class LiveTraining(NotebookHost host, TimeSpan interval) : Callback
{
    /// <summary>Three updates a second are as many as an eye follows and a notebook shows without falling behind.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(334);

    private readonly Stopwatch _sinceUpdate = Stopwatch.StartNew();
    private readonly object _gate = new();
    private CancellationTokenRegistration _onStop;
    private TrainingContext? _training;
    private Action<object> _update = _ => { };

    /// <summary>What shows a run: in a notebook this, else Keras's progress bar.</summary>
    public static Callback OrProgressBar() =>
        NotebookHost.Find() is { } host ? new LiveTraining(host, s_interval) : DefaultCallbacks.ProgressBar();

    public override void OnTrainBegin(TrainingContext training)
    {
        lock (_gate)
        {
            _training = training;
            _update = host.Display(new TrainingView(training.Progress));
            _sinceUpdate.Restart();
        }

        _onStop = host.CancellationToken.Register(ShowStopped);
    }

    public override void OnTrainBatchEnd(TrainingContext training) => ShowIfDue(training);

    public override void OnTestBatchEnd(EvaluationContext test)
    {
        if (test.Training is { } training)
        {
            ShowIfDue(training, isValidating: true);
        }
    }

    public override void OnEpochEnd(TrainingContext training, EpochRecord record) => ShowIfDue(training);

    public override void OnTrainEnd(TrainingContext training)
    {
        lock (_gate)
        {
            _training = null;
            _update(new TrainingView(training.Progress));
            _onStop.Unregister();   // Dispose would wait for ShowStopped, which waits for this lock
        }
    }

    private void ShowIfDue(TrainingContext training, bool isValidating = false)
    {
        lock (_gate)
        {
            if (_sinceUpdate.Elapsed >= interval)
            {
                _update(new TrainingView(training.Progress with { IsValidating = isValidating }));
                _sinceUpdate.Restart();
            }
        }
    }

    /// <summary>
    /// Shows the end of a stopped run at once: .NET Interactive drops whatever is shown after it has closed a stopped cell, so
    /// the run's own end would come too late. It signals the token before that.
    /// </summary>
    private void ShowStopped()
    {
        lock (_gate)
        {
            if (_training?.Progress is { } at)
            {
                _update(new TrainingView(at with { IsOver = true, History = new History([.. at.History], cancelled: true) }));
            }
        }
    }
}
