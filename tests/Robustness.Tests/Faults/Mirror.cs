using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Robustness.Tests.Faults;

/// <summary>A small web server on this machine that answers as it is told, byte by byte.</summary>
internal sealed class Mirror : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int, Stream, CancellationToken, Task> _answer;
    private int _asked;

    /// <summary>Starts it.</summary>
    /// <param name="answer">
    /// Writes the answer to a request, whose number is given from 1; the connection is closed afterwards.
    /// </param>
    public Mirror(Func<int, Stream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}/mnist/");

    /// <summary>How many requests came.</summary>
    public int Asked => _asked;

    /// <summary>The head of an answer that promises some bytes.</summary>
    public static async Task PromiseAsync(Stream stream, long length, CancellationToken token) =>
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"), token);

    /// <summary>Answers with a file.</summary>
    public static async Task SendAsync(byte[] file, Stream stream, CancellationToken token)
    {
        await PromiseAsync(stream, file.Length, token);
        await stream.WriteAsync(file, token);
    }

    /// <summary>Keeps the connection open and says nothing more.</summary>
    public static Task SilenceAsync(CancellationToken token) => Task.Delay(Timeout.Infinite, token);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_stop.Token);
            }
            catch (Exception exception)
                when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = AnswerAsync(client, _stop.Token);
        }
    }

    private async Task AnswerAsync(TcpClient client, CancellationToken token)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                var reader = new StreamReader(stream, Encoding.ASCII);
                while (await reader.ReadLineAsync(token) is { Length: > 0 })
                {
                }

                await _answer(Interlocked.Increment(ref _asked), stream, token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException)
            {
                // The one who asked has gone, or the test is over.
            }
        }
    }
}
