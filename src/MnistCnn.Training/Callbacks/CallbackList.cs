namespace MnistCnn;

/// <summary>The callbacks of one call as a single one, as in Keras: those that were given, then the default ones.</summary>
internal sealed class CallbackList : Callback, IDisposable
{
    private readonly Callback[] _callbacks;
    private readonly CancellationToken[] _tokens;
    private readonly CancellationTokenSource _linked;

    /// <summary>Puts the callbacks of a call together.</summary>
    /// <param name="given">Those that were given; null: none.</param>
    /// <param name="verbose">Whether those take part that show and record.</param>
    /// <param name="cancellation">The token that was given.</param>
    /// <exception cref="ArgumentException">One is null or there twice, or two would undo each other's work.</exception>
    public CallbackList(IReadOnlyList<Callback>? given, bool verbose, CancellationToken cancellation)
    {
        Check(given ?? []);
        _callbacks = [.. given ?? [], .. DefaultCallbacks.For(verbose)];
        _tokens = [cancellation, .. _callbacks.Select(callback => callback.CancellationToken)];
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_tokens);
    }

    /// <summary>Signalled as soon as the token of the call or of a callback is.</summary>
    public override CancellationToken CancellationToken => _linked.Token;

    /// <summary>Whether there is a callback of a type.</summary>
    public bool Has<T>() => _callbacks.Any(callback => callback is T);

    /// <exception cref="OperationCanceledException">A token was signalled; the exception names it.</exception>
    public void ThrowIfCancelled() => Array.ForEach(_tokens, token => token.ThrowIfCancellationRequested());

    public override void OnTrainBegin(TrainingContext training) => Call(callback => callback.OnTrainBegin(training));
    public override void OnEpochBegin(TrainingContext training) => Call(callback => callback.OnEpochBegin(training));
    public override void OnTrainBatchBegin(TrainingContext training) => Call(callback => callback.OnTrainBatchBegin(training));
    public override void OnTrainBatchEnd(TrainingContext training) => Call(callback => callback.OnTrainBatchEnd(training));
    public override void OnTrainEpochEnd(TrainingContext training) => CallEvery(callback => callback.OnTrainEpochEnd(training));
    public override void OnEpochEnd(TrainingContext training, EpochRecord record) =>
        Call(callback => callback.OnEpochEnd(training, record));
    public override void OnTrainEnd(TrainingContext training) => CallEvery(callback => callback.OnTrainEnd(training));
    public override void OnTestBegin(EvaluationContext test) => Call(callback => callback.OnTestBegin(test));
    public override void OnTestBatchEnd(EvaluationContext test) => Call(callback => callback.OnTestBatchEnd(test));
    public override void OnTestEnd(EvaluationContext test) => Call(callback => callback.OnTestEnd(test));
    public override void OnPredictBegin(EvaluationContext prediction) => Call(callback => callback.OnPredictBegin(prediction));
    public override void OnPredictEnd(EvaluationContext prediction) => Call(callback => callback.OnPredictEnd(prediction));

    public void Dispose() => _linked.Dispose();

    private static void Check(IReadOnlyList<Callback> callbacks)
    {
        if (callbacks.Any(callback => callback is null))
        {
            throw new ArgumentException("One of the callbacks is null.", nameof(callbacks));
        }

        if (callbacks.Distinct().Count() < callbacks.Count)
        {
            throw new ArgumentException("One callback is there twice.", nameof(callbacks));
        }

        if (callbacks.Count(callback => callback is WeightAveraging) > 1
            || callbacks.Count(callback => callback is LearningRateSchedule) > 1)
        {
            throw new ArgumentException(
                "Expected at most one WeightAveraging and one learning rate schedule: two would undo each other's work.",
                nameof(callbacks));
        }
    }

    private void Call(Action<Callback> moment) => Array.ForEach(_callbacks, moment);

    /// <summary>Calls every one, also after one has thrown: what is undone at the end is undone.</summary>
    private void CallEvery(Action<Callback> moment, int from = 0)
    {
        if (from < _callbacks.Length)
        {
            try
            {
                moment(_callbacks[from]);
            }
            finally
            {
                CallEvery(moment, from + 1);
            }
        }
    }
}

/// <summary>The callbacks that take part besides those that a call is given, each made anew for each call.</summary>
internal static class DefaultCallbacks
{
    /// <summary>Those of every call: what stops it.</summary>
    public static IReadOnlyList<Func<Callback>> Always { get; set; } = [];

    /// <summary>Those of calls that are not quiet: what shows and records.</summary>
    public static IReadOnlyList<Func<Callback>> Verbose { get; set; } = [ProgressBar];

    /// <summary>Keras's progress bar on the console.</summary>
    public static Callback ProgressBar() => new ProgressBar(Console.Out, TimeSpan.FromMilliseconds(200));

    /// <summary>Makes the callbacks of one call.</summary>
    public static IEnumerable<Callback> For(bool verbose) =>
        Always.Concat(verbose ? Verbose : []).Select(make => make());
}
