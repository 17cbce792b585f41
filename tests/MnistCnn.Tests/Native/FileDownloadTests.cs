using System.Net;
using MnistCnn;
using MnistCnn.Native;
using MnistCnn.Tests.Data;
using Xunit;

namespace MnistCnn.Tests.Native;

public sealed class FileDownloadTests : IDisposable
{
    private const string Name = "t10k-labels-idx1-ubyte";

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _progress = new();
    private readonly byte[] _content = IdxFileTests.Idx(1, [3], [7, 2, 1]);

    private Dictionary<string, string> Checksums => new(StringComparer.Ordinal) { [Name] = Sha256.HexOf(_content) };

    public void Dispose()
    {
        _folder.Dispose();
        _progress.Dispose();
    }

    [Fact]
    public void Brings_a_missing_file_and_says_so()
    {
        Fetch(_ => Answer(IdxFileTests.Zip(_content)));
        Assert.Equal([7, 2, 1], IdxFile.Read(_folder.File(Name + ".gz"), 1).Values.ToArray());
        Assert.Contains($"Downloading {Name}.gz: 100 %", _progress.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void Leaves_a_file_that_is_there_alone(string ending)
    {
        File.WriteAllBytes(_folder.File(Name + ending), [1]);
        Fetch(_ => throw new InvalidOperationException("Nothing must be asked for."));
        Assert.Equal([1], File.ReadAllBytes(_folder.File(Name + ending)));
    }

    [Fact]
    public void Tries_again_when_the_first_answer_breaks_off()
    {
        byte[] whole = IdxFileTests.Zip(_content);
        int asked = 0;
        Fetch(_ => Answer(asked++ == 0 ? whole[..10] : whole));
        Assert.Equal(2, asked);
        Assert.True(File.Exists(_folder.File(Name + ".gz")));
    }

    [Fact]
    public void Gives_up_with_a_clear_error_and_leaves_nothing_behind_when_the_bytes_are_wrong()
    {
        byte[] wrong = IdxFileTests.Zip(IdxFileTests.Idx(1, [3], [7, 2, 2]));
        IOException error = Assert.Throws<IOException>(() => Fetch(_ => Answer(wrong)));
        Assert.Contains($"{Name}.gz is missing in {_folder.Path}", error.Message, StringComparison.Ordinal);
        Assert.Contains("expected SHA-256", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Says_where_to_put_the_file_when_there_is_no_network()
    {
        IOException error = Assert.Throws<IOException>(() => Fetch(_ => throw new HttpRequestException("No such host.")));
        Assert.Contains("Put the file there yourself, or run again with a network.", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Does_not_take_an_error_page_for_data()
    {
        Assert.Throws<IOException>(() => Fetch(_ => new HttpResponseMessage(HttpStatusCode.NotFound)));
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private static HttpResponseMessage Answer(byte[] bytes) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(bytes) };

    private void Fetch(Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        using var handler = new StandIn(answer);
        using var download = new FileDownload(new Uri("http://127.0.0.1/mnist/"), Checksums, _progress, IdxFile.Verify, handler);
        download.FetchMissing(_folder.Path);
    }

    private sealed class StandIn(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(request);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }
}
