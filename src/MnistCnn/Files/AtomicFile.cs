namespace MnistCnn.Files;

/// <summary>Files that are there whole or not at all, however the process ends.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file beside its place and moves it there when it is complete.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="bytes">All its content.</param>
    public static void WriteAllBytes(string path, ReadOnlySpan<byte> bytes)
    {
        string temporary = TemporaryFor(path);
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>A name in the same folder that no other process uses.</summary>
    /// <param name="path">The file that will be replaced in the end.</param>
    public static string TemporaryFor(string path) => $"{path}.{Guid.NewGuid():N}.tmp";
}
