namespace NotebookRunner.Execution;

/// <summary>How a notebook is to be run and what is to be written.</summary>
/// <param name="NotebookPath">The notebook to run.</param>
/// <param name="OutputFolder">The folder that the executed notebook and the page go to.</param>
/// <param name="Parameters">Values that override those of the parameters cell.</param>
/// <param name="CellTimeout">How long a cell may take, or null for as long as it wants.</param>
/// <param name="InPlace">Whether the executed notebook replaces the input.</param>
/// <param name="StaticImages">Whether figures get a PNG image as well.</param>
/// <param name="Name">What the executed notebook and the page are called, without extension.</param>
/// <param name="Scraps">Whether results that the notebook's library reports are stored.</param>
internal sealed record RunOptions(
    string NotebookPath,
    string OutputFolder,
    IReadOnlyList<KeyValuePair<string, string>> Parameters,
    TimeSpan? CellTimeout,
    bool InPlace,
    bool StaticImages,
    string Name,
    bool Scraps)
{
    /// <summary>The notebook's folder.</summary>
    public string NotebookFolder => Path.GetDirectoryName(NotebookPath)!;

    /// <summary>Where the executed notebook goes.</summary>
    public string ExecutedNotebookPath =>
        InPlace ? NotebookPath : Path.Combine(OutputFolder, Name + Path.GetExtension(NotebookPath));

    /// <summary>Where the page goes.</summary>
    public string PagePath => Path.Combine(OutputFolder, Name + ".html");

    /// <summary>Where the page that compares the runs of a sweep goes.</summary>
    public string SweepPagePath => Path.Combine(OutputFolder, Name + "-sweep.html");
}

/// <summary>What is asked for cannot be done. The message is one line that says why.</summary>
internal sealed class WrongUseException : Exception
{
    public WrongUseException()
    {
    }

    public WrongUseException(string message)
        : base(message)
    {
    }

    public WrongUseException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
