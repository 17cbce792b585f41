using System.Globalization;

namespace MnistCnn.Native;

/// <summary>Brings the missing files of a data set from a mirror; a file appears only when it is whole and right.</summary>
/// <param name="mirror">The folder on the web that holds the files as <c>.gz</c>; ends in a slash.</param>
/// <param name="checksums">SHA-256 of each file, uncompressed, by its name without <c>.gz</c>.</param>
/// <param name="progress">Where to say what is downloaded and how far it is.</param>
/// <param name="verify">
/// Reads a file, of the given name and SHA-256, and throws an <see cref="InvalidDataException"/> if it is not what it should be.
/// </param>
/// <param name="handler">Stands in for the network in tests; null: the network.</param>
/// <param name="patience">How long to wait for the mirror's next word; null: 30 seconds.</param>
internal sealed class FileDownload(
    Uri mirror, IReadOnlyDictionary<string, string> checksums, TextWriter progress, Action<string, Stream, string> verify,
    HttpMessageHandler? handler = null, TimeSpan? patience = null)
    : IDisposable
{
    private const int Attempts = 3;

    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(30);

    private readonly HttpClient _client = new(handler ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15) })
    {
        // Up to the answer's first line; Download watches over the rest.
        Timeout = patience ?? TimeSpan.FromSeconds(30),
    };

    /// <summary>No file of a data set of this kind is larger; a mirror that never ends fills neither memory nor disk.</summary>
    public int MaxBytes { get; init; } = 1 << 27;

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Downloads each file that the folder has neither plain nor compressed.</summary>
    /// <param name="folder">The folder; created if a file is missing.</param>
    /// <exception cref="IOException">A file could not be had, is not the right one, or cannot be written.</exception>
    public void FetchMissing(string folder)
    {
        foreach ((string name, string sha256) in checksums)
        {
            string path = Path.Combine(folder, name + ".gz");
            AtomicFile.DeleteLeftovers(path);
            if (!File.Exists(path) && !File.Exists(Path.Combine(folder, name)))
            {
                Write(path, Fetch(path, name, sha256));
            }
        }
    }

    private static void Write(string path, byte[] file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.WriteAllBytes(path, file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{Path.GetFileName(path)} was downloaded, but cannot be written to {Path.GetDirectoryName(path)}: "
                + $"{failure.Message.TrimEnd('.')}. "
                + "Make room or make the folder writable, then run again.",
                failure);
        }
    }

    private byte[] Fetch(string path, string name, string sha256)
    {
        Uri source = new(mirror, name + ".gz");
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                byte[] file = Download(source, name + ".gz");
                using var content = new MemoryStream(file);
                verify(name + ".gz", content, sha256);
                return file;
            }
            catch (Exception failure) when (
                failure is HttpRequestException or IOException or InvalidDataException or OperationCanceledException)
            {
                if (attempt == Attempts)
                {
                    throw new IOException(
                        $"{name}.gz is missing in {Path.GetDirectoryName(path)} and could not be downloaded from {source} "
                        + $"({Attempts} attempts; the last: {failure.Message.TrimEnd('.')}). Put the file there yourself, or run "
                        + "again with a network.",
                        failure);
                }
            }
        }
    }

    private byte[] Download(Uri source, string label)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, source);
        using HttpResponseMessage response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        long? length = response.Content.Headers.ContentLength;
        using Stream from = response.Content.ReadAsStream();
        using var file = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        int shown = -1;
        for (int got; (got = Read(from, buffer)) > 0;)
        {
            file.Write(buffer, 0, got);
            if (file.Length > MaxBytes)
            {
                throw new IOException(Invariant($"there are more than {MaxBytes >> 20} MiB"));
            }

            int percent = length is > 0 ? (int)(100 * file.Length / length.Value) : -1;
            if (percent / 5 != shown / 5)
            {
                shown = percent;
                progress.Write(string.Create(
                    CultureInfo.InvariantCulture, $"\rDownloading {label}: {percent} % of {length!.Value / 1e6:F1} MB"));
            }
        }

        progress.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"\rDownloaded {label}: {file.Length / 1e6:F1} MB          "));
        return file.ToArray();
    }

    /// <summary>Waits for the next bytes, but not for ever: a connection may stay open and bring nothing.</summary>
    private int Read(Stream from, byte[] buffer)
    {
        using var stop = new CancellationTokenSource(_patience);
        try
        {
            return from.ReadAsync(buffer, stop.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException silence)
        {
            throw new IOException(Invariant($"nothing more came for {_patience.TotalSeconds:0.#} s"), silence);
        }
    }
}
