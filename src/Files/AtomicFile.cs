using System.Text;

namespace Files;

/// <summary>
/// Files that are there whole or not at all: a reader never sees half of one, and a process that is killed leaves the old one.
/// </summary>
/// <remarks>The library and the runner know nothing of each other; each compiles this file in.</remarks>
internal static class AtomicFile
{
    private const string Ending = ".tmp";

    /// <summary>How long a temporary file must have lain still before it counts as left behind.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes a text in UTF-8.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="text">All its content.</param>
    /// <exception cref="IOException">It cannot be written: the disk is full, for one. The old file stays.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written.</exception>
    public static void WriteAllText(string path, string text) => WriteAllBytes(path, s_utf8.GetBytes(text));

    /// <summary>Writes a new file beside the old one, and renames it when it is complete and on the disk.</summary>
    /// <param name="path">The file; an existing one is replaced and keeps its permissions, a link is followed.</param>
    /// <param name="bytes">All its content.</param>
    /// <exception cref="IOException">It cannot be written: the disk is full, for one. The old file stays.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written.</exception>
    public static void WriteAllBytes(string path, ReadOnlySpan<byte> bytes)
    {
        string target = TargetOf(path);
        DeleteLeftovers(target);
        string temporary = TemporaryFor(target);
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(target));
            }

            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Finds out before long work whether a file can be written in its place.</summary>
    /// <param name="path">The file that will be written.</param>
    /// <exception cref="IOException">It cannot be.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be.</exception>
    public static void CheckWritable(string path)
    {
        string target = TargetOf(path);
        if (Directory.Exists(target))
        {
            throw new IOException("a folder of that name is in the way");
        }

        using FileStream trial = new(
            TemporaryFor(target), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
    }

    /// <summary>
    /// Deletes what writers of a file left beside it when they were killed: temporary files that no process has open and that
    /// nobody has touched for a minute.
    /// </summary>
    /// <param name="path">The file that they meant to replace; it need not be there.</param>
    public static void DeleteLeftovers(string path)
    {
        string target = TargetOf(path);
        var folder = new DirectoryInfo(Path.GetDirectoryName(target)!);
        foreach (FileInfo file in folder.Exists ? folder.EnumerateFiles() : [])
        {
            if (IsTemporary(file.Name, StartOf(target)) && DateTime.UtcNow - file.LastWriteTimeUtc > s_patience)
            {
                DeleteUnlessOpen(file.FullName);
            }
        }
    }

    private static string TargetOf(string path) =>
        (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(path);

    private static string TemporaryFor(string target) =>
        Path.Combine(Path.GetDirectoryName(target)!, $"{StartOf(target)}{Guid.NewGuid():N}{Ending}");

    /// <summary>What the names of a file's temporary files start with. The point hides them where that is the custom.</summary>
    private static string StartOf(string target) => $".{Path.GetFileName(target)}.";

    private static bool IsTemporary(string name, string start) =>
        name.StartsWith(start, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal)
        && name.Length > start.Length + Ending.Length
        && Guid.TryParseExact(name.AsSpan(start.Length, name.Length - start.Length - Ending.Length), "N", out _);

    private static void DeleteUnlessOpen(string path)
    {
        try
        {
            // Opened for this process alone, which fails while another one writes it.
            using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Still being written, gone meanwhile, or another user's.
        }
    }
}
