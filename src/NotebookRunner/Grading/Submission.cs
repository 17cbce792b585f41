using NotebookRunner.Notebooks;

namespace NotebookRunner.Grading;

/// <summary>Something that a student handed in.</summary>
/// <param name="File">Its name from the folder of all, parted by <c>/</c>.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Problem">Why it cannot be graded; null where it is a notebook by its name.</param>
internal sealed record Submission(string File, string Path, string? Problem)
{
    private const string Ending = ".ipynb";

    /// <summary>
    /// Finds the submissions: each notebook in the folder and the folders below, under whatever name; and what lies beside them
    /// without any notebook. Hidden folders, such as Jupyter's checkpoints, and links are passed over.
    /// </summary>
    /// <exception cref="WrongUseException">There is none.</exception>
    public static IReadOnlyList<Submission> Find(GradeOptions options)
    {
        string root = options.SubmissionsPath;
        if (System.IO.File.Exists(root))
        {
            return [new Submission(System.IO.Path.GetFileName(root), root, Problem: null)];
        }

        if (!Directory.Exists(root))
        {
            throw new WrongUseException($"there are no submissions: no such folder as {root}");
        }

        var search = new EnumerationOptions
        {
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
        };
        List<Submission> found = [];
        foreach (string entry in Directory.EnumerateFileSystemEntries(root, "*", search))
        {
            if (string.Equals(entry, options.OutputFolder, StringComparison.Ordinal))
            {
                continue;
            }

            search.RecurseSubdirectories = true;
            string[] notebooks = [.. (Directory.Exists(entry) ? Directory.EnumerateFiles(entry, "*", search) : [entry])
                .Where(file => file.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))];
            search.RecurseSubdirectories = false;
            found.AddRange(notebooks.Select(file => new Submission(NameOf(root, file), file, Problem: null)));
            if (notebooks.Length == 0)
            {
                found.Add(new Submission(NameOf(root, entry), entry, $"there is no notebook ({Ending}) here"));
            }
        }

        return found.Count == 0
            ? throw new WrongUseException($"there are no submissions in {root}")
            : [.. found.OrderBy(submission => submission.File, StringComparer.Ordinal)];
    }

    private static string NameOf(string root, string path) =>
        System.IO.Path.GetRelativePath(root, path).Replace(System.IO.Path.DirectorySeparatorChar, '/');
}
