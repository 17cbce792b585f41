namespace MnistCnn;

/// <summary>
/// What the library needs of the program that runs a notebook: to show a value that changes in place, and to know when the
/// reader has stopped the cell. The library refers to no host; each is found at run time.
/// </summary>
internal abstract class NotebookHost
{
    /// <summary>The token of the cell that runs now; signalled when the reader stops it.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>The host that runs the current cell; null on a plain console.</summary>
    public static NotebookHost? Find() => (NotebookHost?)InteractiveKernelHost.Find() ?? AppContextHost.Find();

    /// <summary>Shows a value.</summary>
    /// <returns>Shows another value in its place.</returns>
    public abstract Action<object> Display(object value);

    /// <summary>
    /// Hands on the text of everything that cells show from now on: plain or HTML, what is shown with a line's end.
    /// </summary>
    /// <param name="shown">Takes the text.</param>
    public abstract void Listen(Action<string> shown);
}

/// <summary>Ends training, evaluation and prediction when the reader stops the cell.</summary>
internal sealed class StopButton : Callback
{
    public override CancellationToken CancellationToken => NotebookHost.Find()?.CancellationToken ?? CancellationToken.None;
}
