using MnistCnn;
using MnistCnn.Native;
using Writer;
using Xunit;

namespace Robustness.Tests.Faults;

/// <summary>Downloads from a server on this machine that does what servers do on bad days.</summary>
public sealed class A_mirror_that_fails : IDisposable
{
    /// <summary>
    /// Seconds of silence that the tests of a silent mirror wait for: more than a busy machine keeps silent by itself.
    /// </summary>
    private const double Short = 2;

    private static readonly byte[] s_file = File.ReadAllBytes(Repository.PathOf("data", "mnist", DataWriting.Name + ".gz"));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Breaks_off_or_sends_something_else_and_is_asked_again()
    {
        using var mirror = new Mirror(async (number, stream, token) =>
        {
            await Mirror.PromiseAsync(stream, s_file.Length, token);
            await stream.WriteAsync(number switch { 1 => s_file[..1000], 2 => new byte[s_file.Length], _ => s_file }, token);
        });
        Fetch(mirror.Address);
        Assert.Equal(3, mirror.Asked);
        Assert.Equal(s_file, File.ReadAllBytes(_folder.File(DataWriting.Name + ".gz")));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Always_breaks_off() => Refuses(3, "could not be downloaded", async (_, stream, token) =>
    {
        await Mirror.PromiseAsync(stream, s_file.Length, token);
        await stream.WriteAsync(s_file.AsMemory(0, s_file.Length / 2), token);
    });

    [Fact]
    public void Always_sends_other_data_of_the_same_form()
    {
        byte[] other = BadData.ImageTargets.Unzip(s_file)!;
        other[5000] ^= 1;
        Refuses(3, "expected SHA-256 ff7bcfd4",
            (_, stream, token) => Mirror.SendAsync(BadData.ImageTargets.Zip(other), stream, token));
    }

    [Fact]
    public void Sends_a_page_in_place_of_the_file() => Refuses(
        3, "found a corrupt one", (_, stream, token) =>
            Mirror.SendAsync([.. "<!DOCTYPE html><title>Log in to the guest network</title>"u8], stream, token));

    [Fact]
    public void Falls_silent_halfway() => Refuses(3, "nothing more came for 2 s", async (_, stream, token) =>
    {
        await Mirror.PromiseAsync(stream, s_file.Length, token);
        await stream.WriteAsync(s_file.AsMemory(0, s_file.Length / 2), token);
        await Mirror.SilenceAsync(token);
    }, Short);

    [Fact]
    public void Never_says_a_word() => Refuses(3, "2 s", (_, _, token) => Mirror.SilenceAsync(token), Short);

    [Fact]
    public void Never_ends() => Refuses(3, "there are more than 1 MiB", async (_, stream, token) =>
    {
        await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), token);
        while (true)
        {
            await stream.WriteAsync(new byte[1 << 16], token);
        }
    });

    [Fact]
    public void Is_not_there()
    {
        Uri gone;
        using (var mirror = new Mirror((_, _, token) => Mirror.SilenceAsync(token)))
        {
            gone = mirror.Address;
        }

        IOException error = Assert.Throws<IOException>(() => Fetch(gone));
        Assert.Contains("Put the file there yourself, or run again with a network.", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private void Refuses(int asked, string reason, Func<int, Stream, CancellationToken, Task> answer, double patience = 30)
    {
        using var mirror = new Mirror(answer);
        IOException error = Assert.Throws<IOException>(() => Fetch(mirror.Address, patience));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains($"{DataWriting.Name}.gz is missing in {_folder.Path}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(asked, mirror.Asked);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private void Fetch(Uri mirror, double patience = 30)
    {
        using var download = new FileDownload(
            mirror, DataWriting.Checksums, TextWriter.Null, IdxFile.Verify,
            patience: TimeSpan.FromSeconds(patience))
        { MaxBytes = 1 << 20 };
        download.FetchMissing(_folder.Path);
    }
}
