using NotebookRunner.Notebooks;

namespace NotebookRunner.Exercises;

/// <summary>
/// The folder that students get: the sheet, what it loads, and what the folder <c>hand-out</c> beside the solution adds. That
/// folder's <see cref="ListName"/> says what is copied from the repository, which is the folder above the solution's.
/// </summary>
internal static class HandOut
{
    /// <summary>The file with what is copied.</summary>
    public const string ListName = "files.txt";

    private const string FolderName = "hand-out";
    private const string Arrow = " <- ";

    private static readonly EnumerationOptions s_visible =
        new() { AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };

    /// <summary>Makes the folder.</summary>
    /// <param name="solutionPath">The notebook with the solution.</param>
    /// <param name="folder">The folder; a new or an empty one.</param>
    /// <returns>Where the sheet belongs in it.</returns>
    /// <exception cref="NotebookFormatException">Something to copy is missing, or is the solution.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written.</exception>
    public static string Create(string solutionPath, string folder)
    {
        string notebooks = Path.GetDirectoryName(solutionPath)!;
        string root = Path.GetDirectoryName(notebooks) ?? notebooks;
        string added = Path.Combine(notebooks, FolderName);
        string list = Path.Combine(added, ListName);
        if (!File.Exists(list))
        {
            throw new NotebookFormatException($"--hand-out: there is no {FolderName}/{ListName} beside it");
        }

        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new IOException("the folder is not empty");
        }

        foreach (string[] line in File.ReadLines(list).Select(line => line.Trim())
            .Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => line.Split(Arrow)))
        {
            Copy(Path.Combine(root, line[^1]), Path.Combine(folder, line[0]), solutionPath);
        }

        Copy(added, folder, solutionPath);
        File.Delete(Path.Combine(folder, ListName));
        return Path.Combine(folder, Path.GetRelativePath(root, notebooks));
    }

    private static void Copy(string source, string target, string solutionPath)
    {
        if (Directory.Exists(source))
        {
            foreach (string entry in Directory.EnumerateFileSystemEntries(source, "*", s_visible)
                .Where(entry => Path.GetFileName(entry) is not ("bin" or "obj")))
            {
                Copy(entry, Path.Combine(target, Path.GetFileName(entry)), solutionPath);
            }
        }
        else if (!File.Exists(source))
        {
            throw new NotebookFormatException($"--hand-out: {source} is missing; 'dotnet build' makes what is built");
        }
        else if (string.Equals(source, solutionPath, StringComparison.Ordinal))
        {
            throw new NotebookFormatException("--hand-out: the solution itself would be handed out");
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(source, target, overwrite: true);
        }
    }
}
