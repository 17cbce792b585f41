namespace NotebookRunner.Kernel;

/// <summary>The folders whose content has names that the machine or its user gave, and that no output shall tell.</summary>
internal static class MachineFolders
{
    private static readonly string[] Own =
    [
        .. ((string[])[Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Path.GetTempPath()])
            .Where(folder => folder.Length > 0).Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
    ];

    /// <summary>
    /// Whether a folder is one of them: the root, one above the user's home, the folder of temporary files or one above it.
    /// </summary>
    public static bool Contains(string folder) =>
        Path.GetDirectoryName(folder) is null
        || Own.Any(own => IsAbove(folder, own))
        || string.Equals(folder, Own[^1], StringComparison.Ordinal);

    private static bool IsAbove(string folder, string other) =>
        other.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
