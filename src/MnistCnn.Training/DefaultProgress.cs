namespace MnistCnn;

/// <summary>
/// Where <c>Fit</c> reports when a call names no other place. The training loop knows no output: a notebook's live view
/// puts itself in here.
/// </summary>
internal static class DefaultProgress
{
    /// <summary>Makes the sink of one run; Keras's progress bar on the console unless something else is set.</summary>
    public static Func<IProgress<FitProgress>> Create { get; set; } =
        () => new KerasProgressBar(Console.Out, TimeSpan.FromMilliseconds(200));

    /// <summary>The token of what is running now, for calls that are given none.</summary>
    public static Func<CancellationToken> Cancellation { get; set; } = () => CancellationToken.None;
}
