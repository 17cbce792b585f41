using System.Globalization;
using MnistCnn.Files;

namespace MnistCnn.Data;

/// <summary>Brings the missing files of a data set from a mirror; a file appears only when it is whole and right.</summary>
/// <param name="mirror">The folder on the web that holds the files as <c>.gz</c>; ends in a slash.</param>
/// <param name="checksums">SHA-256 of each file, uncompressed, by its name without <c>.gz</c>.</param>
/// <param name="progress">Where to say what is downloaded and how far it is.</param>
/// <param name="handler">Stands in for the network in tests; null: the network.</param>
internal sealed class IdxDownload(
    Uri mirror, IReadOnlyDictionary<string, string> checksums, TextWriter progress, HttpMessageHandler? handler = null)
    : IDisposable
{
    private const int Attempts = 3;

    private readonly HttpClient _client = new(handler ?? new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15) })
    {
        Timeout = TimeSpan.FromMinutes(10),
    };

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Downloads each file that the folder has neither plain nor compressed.</summary>
    /// <param name="folder">The folder; created if a file is missing.</param>
    /// <exception cref="IOException">A file could not be had, or is not the right one.</exception>
    public void FetchMissing(string folder)
    {
        foreach ((string name, string sha256) in checksums)
        {
            string path = Path.Combine(folder, name + ".gz");
            if (!File.Exists(path) && !File.Exists(Path.Combine(folder, name)))
            {
                Directory.CreateDirectory(folder);
                Fetch(path, name, sha256);
            }
        }
    }

    private void Fetch(string path, string name, string sha256)
    {
        Uri source = new(mirror, name + ".gz");
        for (int attempt = 1; ; attempt++)
        {
            string temporary = AtomicFile.TemporaryFor(path) + ".gz";
            try
            {
                Copy(source, temporary, name + ".gz");
                IdxFile.Read(temporary, name.Contains("idx3", StringComparison.Ordinal) ? 3 : 1, sha256);
                File.Move(temporary, path, overwrite: true);
                return;
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException or OperationCanceledException)
            {
                if (attempt == Attempts)
                {
                    string reason = failure.Message.Replace(temporary, name + ".gz", StringComparison.Ordinal);
                    throw new IOException(
                        $"{name}.gz is missing in {Path.GetDirectoryName(path)} and could not be downloaded from {source} "
                        + $"({Attempts} attempts; the last: {reason.TrimEnd('.')}). Put the file there yourself, or run again with a network.",
                        failure);
                }
            }
            finally
            {
                File.Delete(temporary);
            }
        }
    }

    private void Copy(Uri source, string path, string label)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, source);
        using HttpResponseMessage response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        long? length = response.Content.Headers.ContentLength;
        using Stream from = response.Content.ReadAsStream();
        using FileStream to = new(path, FileMode.CreateNew, FileAccess.Write);
        byte[] buffer = new byte[1 << 16];
        long done = 0;
        int shown = -1;
        for (int got; (got = from.Read(buffer)) > 0;)
        {
            to.Write(buffer, 0, got);
            done += got;
            int percent = length is > 0 ? (int)(100 * done / length.Value) : -1;
            if (percent / 5 != shown / 5)
            {
                shown = percent;
                progress.Write(string.Create(CultureInfo.InvariantCulture, $"\rDownloading {label}: {percent} % of {length!.Value / 1e6:F1} MB"));
            }
        }

        progress.WriteLine(string.Create(CultureInfo.InvariantCulture, $"\rDownloaded {label}: {done / 1e6:F1} MB          "));
        to.Flush(flushToDisk: true);
    }
}
