namespace Writer;

/// <summary>The kinds of files by their names on the command line.</summary>
internal static class Kinds
{
    public static IReadOnlyList<string> Names { get; } = ["data", "native", "weights", "checkpoint", "notebook", "page"];

    /// <summary>A kind of file, to be written in a folder.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="mirror">Where data come from.</param>
    public static IWriting Create(string name, string folder, Uri mirror) => name switch
    {
        "data" => new DataWriting(folder, mirror),
        "native" => new NativeWriting(folder),
        "weights" => new WeightsWriting(folder),
        "checkpoint" => new CheckpointWriting(folder),
        "notebook" => new NotebookWriting(folder),
        "page" => new PageWriting(folder),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, $"Expected one of {string.Join(", ", Names)}."),
    };
}
