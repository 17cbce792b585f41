using NotebookRunner.Execution;
using NotebookRunner.Notebooks;

namespace NotebookRunner;

/// <summary>Reads and writes the program's files; what goes wrong is told in one line that names the file.</summary>
internal static class RunnerFiles
{
    /// <summary>Reads a notebook.</summary>
    public static Notebook Read(string path, Func<string, Notebook> read)
    {
        try
        {
            return read(path);
        }
        catch (NotebookFormatException exception)
        {
            throw new NotebookFormatException($"{Shown(path)}: {exception.Message}", exception);
        }
    }

    /// <summary>Does something with a file that is to be written.</summary>
    public static void Write(string path, Action<string> write)
    {
        try
        {
            write(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WrongUseException($"{Shown(path)} cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Finds out before a run whether its results can be written, and deletes those of an earlier one: they must not be taken
    /// for the results of this one, however it ends.
    /// </summary>
    public static void Prepare(RunOptions options)
    {
        string[] paths = [options.ExecutedNotebookPath, options.PagePath];
        Array.ForEach(paths, path => Write(path, AtomicFile.CheckWritable));
        Array.ForEach(options.InPlace ? paths[1..] : paths, path => Write(path, File.Delete));
    }

    /// <summary>Makes the folder that results go to, and sees to the report, which is one for all runs.</summary>
    public static void CreateOutputFolder(RunOptions options)
    {
        if (!options.InPlace && string.Equals(options.ExecutedNotebookPath, options.NotebookPath, StringComparison.Ordinal))
        {
            throw new WrongUseException(
                "--output names the notebook's own folder, where the executed notebook would replace it; "
                + "use --in-place if that is meant");
        }

        string[] others = [options.NotebookPath, options.ExecutedNotebookPath, options.PagePath];
        if (others.Contains(options.JUnitPath, StringComparer.Ordinal))
        {
            throw new WrongUseException("--junit names a file of the notebook; the report is one of its own");
        }

        CreateFolder("--output", options.OutputFolder);
        if (options.JUnitPath is { } report)
        {
            CreateFolder("--junit", Path.GetDirectoryName(report)!);
            Write(report, AtomicFile.CheckWritable);
            Write(report, File.Delete);
        }
    }

    /// <summary>A path as the user would type it.</summary>
    public static string Shown(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    private static void CreateFolder(string option, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WrongUseException($"{option}: the folder {Shown(folder)} cannot be made", exception);
        }
    }
}
