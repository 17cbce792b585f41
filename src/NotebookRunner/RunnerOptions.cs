namespace NotebookRunner;

/// <summary>What the command line asks for.</summary>
/// <param name="NotebookPath">The notebook to run.</param>
/// <param name="OutputFolder">The folder that the executed notebook and the page go to.</param>
/// <param name="Parameters">Values that override those of the parameters cell.</param>
/// <param name="CellTimeout">How long a cell may take, or null for as long as it wants.</param>
/// <param name="InPlace">Whether the executed notebook replaces the input.</param>
/// <param name="StaticImages">Whether figures get a PNG image as well.</param>
internal sealed record RunnerOptions(
    string NotebookPath,
    string OutputFolder,
    IReadOnlyList<KeyValuePair<string, string>> Parameters,
    TimeSpan? CellTimeout,
    bool InPlace,
    bool StaticImages)
{
    /// <summary>The notebook's folder.</summary>
    public string NotebookFolder => Path.GetDirectoryName(NotebookPath)!;

    /// <summary>Where the executed notebook goes.</summary>
    public string ExecutedNotebookPath => InPlace ? NotebookPath : Path.Combine(OutputFolder, Path.GetFileName(NotebookPath));

    /// <summary>Where the page goes.</summary>
    public string PagePath => Path.Combine(OutputFolder, Path.GetFileNameWithoutExtension(NotebookPath) + ".html");
}
