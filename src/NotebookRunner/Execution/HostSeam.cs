namespace NotebookRunner.Execution;

/// <summary>
/// How a library that notebooks load finds its host without referring to it: two entries of <see cref="AppContext"/>, made of
/// types of the base class library alone.
/// <list type="table">
/// <item>
/// <term><c>NotebookHost.Display</c></term>
/// <description>
/// <c>Func&lt;object, Action&lt;object&gt;&gt;</c>: shows a value in the running cell, as <c>display</c> does, and returns the
/// action that shows another value in its place. Each update reaches the terminal; the notebook keeps the last. After the cell's
/// end both do nothing. Safe to call from any thread.
/// </description>
/// </item>
/// <item>
/// <term><c>NotebookHost.CancellationToken</c></term>
/// <description>
/// <c>Func&lt;CancellationToken&gt;</c>: the running cell's token, signalled by Ctrl-C, by SIGTERM and when the cell's time is
/// up. The cell then has a few seconds to end before it is abandoned.
/// </description>
/// </item>
/// </list>
/// Both are null outside a run: <c>AppContext.GetData("NotebookHost.Display") as Func&lt;object, Action&lt;object&gt;&gt;</c>.
/// </summary>
internal sealed class HostSeam : IDisposable
{
    /// <summary>The name of the entry that shows values.</summary>
    public const string DisplayName = "NotebookHost.Display";

    /// <summary>The name of the entry that gives the running cell's token.</summary>
    public const string CancellationTokenName = "NotebookHost.CancellationToken";

    /// <summary>Sets both entries.</summary>
    public HostSeam()
    {
        AppContext.SetData(DisplayName, new Func<object, Action<object>>(value => DisplayedValue.ShowLive(value).Update));
        AppContext.SetData(
            CancellationTokenName,
            new Func<CancellationToken>(() => CellSession.Current?.CancellationToken ?? CancellationToken.None));
    }

    /// <summary>Removes both entries.</summary>
    public void Dispose()
    {
        AppContext.SetData(DisplayName, null);
        AppContext.SetData(CancellationTokenName, null);
    }
}
