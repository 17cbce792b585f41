namespace MnistCnn;

/// <summary>
/// A host that offers itself through two entries of <see cref="AppContext"/>, as the headless runner does:
/// <c>NotebookHost.Display</c>, a <c>Func&lt;object, Action&lt;object&gt;&gt;</c> that shows a value and returns what shows
/// another in its place, and <c>NotebookHost.CancellationToken</c>, a <c>Func&lt;CancellationToken&gt;</c>. What cells show it
/// hands to the entry <c>NotebookHost.Shown</c>, an <c>Action&lt;string&gt;</c>.
/// </summary>
internal sealed class AppContextHost : NotebookHost
{
    private readonly Func<object, Action<object>> _display;

    private AppContextHost(Func<object, Action<object>> display) => _display = display;

    /// <inheritdoc/>
    public override CancellationToken CancellationToken =>
        AppContext.GetData("NotebookHost.CancellationToken") is Func<CancellationToken> token ? token() : CancellationToken.None;

    /// <summary>The host, where one has offered itself.</summary>
    public static new AppContextHost? Find() =>
        AppContext.GetData("NotebookHost.Display") is Func<object, Action<object>> display ? new AppContextHost(display) : null;

    /// <inheritdoc/>
    public override Action<object> Display(object value) => _display(value);

    /// <inheritdoc/>
    public override void Listen(Action<string> shown) => AppContext.SetData("NotebookHost.Shown", shown);
}
