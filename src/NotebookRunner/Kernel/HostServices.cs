namespace NotebookRunner.Kernel;

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
/// A library may set one itself:
/// <list type="table">
/// <item>
/// <term><c>NotebookHost.Shown</c></term>
/// <description>
/// <c>Action&lt;string&gt;</c>: is called with the text of all that cells write and show: plain where there is some, else HTML.
/// What is shown ends with a line.
/// </description>
/// </item>
/// </list>
/// Another is there where results are to be stored (<c>--scraps</c>, and in a sweep):
/// <list type="table">
/// <item>
/// <term><c>NotebookHost.Glue</c></term>
/// <description>
/// <c>Action&lt;string, string&gt;</c>: stores a result of the running cell, a name and JSON, as scrapbook's <c>glue</c> does.
/// Nothing is shown. Of two results with the same name the later one counts.
/// </description>
/// </item>
/// </list>
/// All are null outside a run: <c>AppContext.GetData("NotebookHost.Display") as Func&lt;object, Action&lt;object&gt;&gt;</c>.
/// </summary>
internal sealed class HostServices : IDisposable
{
    /// <summary>The name of the entry that shows values.</summary>
    public const string DisplayName = "NotebookHost.Display";

    /// <summary>The name of the entry that gives the running cell's token.</summary>
    public const string CancellationTokenName = "NotebookHost.CancellationToken";

    /// <summary>The name of the entry that stores results.</summary>
    public const string GlueName = "NotebookHost.Glue";

    /// <summary>Tells the library what a cell shows, if it has asked.</summary>
    public static void Tell(string text) => (AppContext.GetData("NotebookHost.Shown") as Action<string>)?.Invoke(text);

    /// <summary>Sets the entries.</summary>
    /// <param name="storesResults">Whether the library is asked for results to store.</param>
    public HostServices(bool storesResults)
    {
        if (storesResults)
        {
            AppContext.SetData(GlueName, new Action<string, string>((name, json) => CellSession.Current?.Glue(name, json)));
        }

        AppContext.SetData(DisplayName, new Func<object, Action<object>>(DisplayedValue.ShowLive));
        AppContext.SetData(
            CancellationTokenName,
            new Func<CancellationToken>(() => CellSession.Current?.CancellationToken ?? CancellationToken.None));
    }

    /// <summary>Removes the entries.</summary>
    public void Dispose()
    {
        AppContext.SetData(GlueName, null);
        AppContext.SetData(DisplayName, null);
        AppContext.SetData(CancellationTokenName, null);
    }
}
