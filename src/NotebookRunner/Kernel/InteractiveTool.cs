using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Kernel;

/// <summary>
/// Runs the cells in .NET Interactive's own kernel, the tool <c>dotnet-interactive</c>, and speaks to it as Polyglot Notebooks
/// does: a command is a line of JSON on its standard input, an event one on its standard output.
/// </summary>
internal sealed partial class InteractiveTool : IKernel
{
    /// <summary>The tool's name.</summary>
    public const string Command = "dotnet-interactive";

    /// <summary>
    /// What <see cref="HostServices"/> offers the library for its results: here they come as values of a type of their own.
    /// </summary>
    private const string Glue = $$"""
        System.AppContext.SetData("{{HostServices.GlueName}}", new System.Action<string, string>((name, json) =>
            System.Text.Json.JsonSerializer.Serialize(new { name, json }).DisplayAs("{{GlueMimeType}}")));
        """;

    private const string GlueMimeType = "application/vnd.notebook-runner.glue+json";

    private readonly IOutputSink _output;
    private readonly FailureReport _report;
    private readonly Lock _writing = new();
    private readonly Dictionary<string, int> _displays = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CellProcess _process;
    private volatile Submission? _running;
    private int _submissions;
    private int _lastDisplay;

    private InteractiveTool(string folder, IOutputSink output)
    {
        _output = output;
        _report = new FailureReport(folder);

        // The tool is one of this repository's, wherever the notebook lies.
        ProcessStartInfo start = CellProcess.DotnetWith(
            AppContext.BaseDirectory, "tool", "run", Command, "--", "stdio", "--working-dir", folder);
        start.Environment["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_INTERACTIVE_SKIP_FIRST_TIME_EXPERIENCE"] = "1";
        _process = new CellProcess(start, folder, output, Take);
    }

    /// <summary>Starts the tool: a <see cref="KernelFactory"/>.</summary>
    /// <exception cref="WrongUseException">The tool is not there.</exception>
    public static InteractiveTool Start(string folder, bool storesResults, IOutputSink output)
    {
        var tool = new InteractiveTool(folder, output);
        if (Task.WaitAny(tool._ready.Task, tool._process.Ended) != 0)
        {
            tool.Dispose();
            throw new WrongUseException(
                $"--kernel {Command}: the tool did not start; run 'dotnet tool restore' at the root of the repository");
        }

        if (storesResults)
        {
            tool.SubmitAsync(Glue, language: null).Wait();
        }

        return tool;
    }

    /// <inheritdoc/>
    public async Task<CellFailure?> RunAsync(int number, string source, string? language, CancellationToken stop)
    {
        Task<CellFailure?> work = SubmitAsync(source, language);
        await using CancellationTokenRegistration registration = stop.Register(() => Send("Cancel", "", []));
        CellFailure? failure = await work;

        // A command that is cancelled ends at once, and its code may run on: it has ended when another can run.
        return stop.IsCancellationRequested && await SubmitAsync("", language: null) is { Kind: FailureKind.Final } end
            ? end
            : failure;
    }

    /// <summary>Ends the tool, with all that it started if a cell still runs.</summary>
    public void Dispose()
    {
        if (_running?.Ended.Task.IsCompleted == false)
        {
            _process.Kill();
        }

        Send("Quit", "", []);
        _process.Dispose();
    }

    private static string KernelName(string? language) =>
        language?.Split(".net-")[^1].Split("dotnet-interactive.")[^1] ?? "csharp";

    private async Task<CellFailure?> SubmitAsync(string code, string? language)
    {
        var submission = new Submission(Interlocked.Increment(ref _submissions).ToString(CultureInfo.InvariantCulture));
        _running = submission;
        var command = new JsonObject { ["code"] = code, ["targetKernelName"] = KernelName(language) };
        Send("SubmitCode", submission.Token, command);
        await Task.WhenAny((Task)submission.Ended.Task, _process.Ended);
        return submission.Ended.Task.IsCompleted ? await submission.Ended.Task : await _process.Ended;
    }

    private void Send(string type, string token, JsonObject command)
    {
        try
        {
            lock (_writing)
            {
                _process.Input.WriteLine(
                    new JsonObject { ["token"] = token, ["commandType"] = type, ["command"] = command }.ToJsonString());
                _process.Input.Flush();
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    /// <summary>Takes a line of the protocol. What native code prints stands between such lines, and before one.</summary>
    private bool Take(string line)
    {
        int start = line.IndexOf("{\"event\":", StringComparison.Ordinal);
        if (start < 0 || Read(line[start..]) is not JsonObject envelope)
        {
            return false;
        }

        if (start > 0)
        {
            _output.Print(line[..start] + "\n");
        }

        string type = CellLanguage.Named(envelope, "eventType") ?? "";
        if (type is "KernelReady")
        {
            _ready.TrySetResult();
        }
        else if (_running is { } running && CellLanguage.Named(envelope, "command", "token") is { } token
            && (token == running.Token || token.StartsWith(running.Token + ".", StringComparison.Ordinal)))
        {
            Tell(type, envelope["event"], token == running.Token ? running : null);
        }

        return true;
    }

    private static JsonNode? Read(string json)
    {
        try
        {
            return JupyterJson.Read(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Hands on an event of the running cell.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="content">What it tells.</param>
    /// <param name="whole">The cell, if the event is its own and not of a part of it.</param>
    private void Tell(string type, JsonNode? content, Submission? whole)
    {
        switch (type)
        {
            case "StandardOutputValueProduced":
                _output.Write("stdout", BundleOf(content)["text/plain"] ?? "");
                break;
            case "StandardErrorValueProduced":
                _output.Write("stderr", BundleOf(content)["text/plain"] ?? "");
                break;
            case "ErrorProduced":
                _output.Write("stderr", CellLanguage.Named(content, "message") + "\n");
                break;
            case "DisplayedValueProduced" when BundleOf(content)[GlueMimeType] is { } glued:
                JsonNode? result = JupyterJson.Read(glued);
                _output.Store(CellLanguage.Named(result, "name")!, CellLanguage.Named(result, "json")!);
                break;
            case "DisplayedValueProduced" or "ReturnValueProduced":
                int id = ++_lastDisplay;
                if (CellLanguage.Named(content, "valueId") is { } shown)
                {
                    _displays[shown] = id;
                }

                _output.Display(id, BundleOf(content), isResult: type is "ReturnValueProduced", isLive: false);
                break;
            case "DisplayedValueUpdated" when CellLanguage.Named(content, "valueId") is { } updated
                && _displays.TryGetValue(updated, out int display):
                _output.Update(display, BundleOf(content));
                break;
            case "CommandSucceeded":
                whole?.Ended.TrySetResult(null);
                break;
            case "CommandFailed":
                whole?.Ended.TrySetResult(Describe(CellLanguage.Named(content, "message") ?? ""));
                break;
            default:
                break; // Of its inner workings.
        }
    }

    private static MimeBundle BundleOf(JsonNode? content)
    {
        var bundle = new MimeBundle(
        [
            .. (content?["formattedValues"] as JsonArray ?? []).Select(value => KeyValuePair.Create(
                CellLanguage.Named(value, "mimeType") ?? "", CellLanguage.Named(value, "value") ?? "")),
        ]);
        Match plain = PlainText().Match(bundle["text/html"] ?? "");
        return bundle with
        {
            Preview = bundle["text/plain"] ?? bundle["text/csv"]
                ?? (plain.Success ? WebUtility.HtmlDecode(plain.Groups["text"].Value) : null),
        };
    }

    /// <summary>
    /// What the kernel says of a failure: an exception as .NET prints it, the compiler's errors, or a sentence.
    /// </summary>
    private CellFailure Describe(string message)
    {
        string[] lines = message.ReplaceLineEndings("\n").Split('\n');
        Match first = Diagnostic().Match(lines[0]);
        if (first.Success)
        {
            return new CellFailure(
                "CompilationError",
                _report.Clean(
                    string.Join('\n', lines.Select(line => Diagnostic().Replace(line, "line ${line}, column ${column}: ")))),
                int.Parse(first.Groups["line"].ValueSpan, CultureInfo.InvariantCulture),
                []);
        }

        string[] calls = [.. lines.Select(line => Call().Match(line).Groups["name"].Value).Where(name => name.Length > 0)];
        string text = string.Join('\n', lines.Where(line => !Call().IsMatch(line) && !line.Contains("--- End of ")))
            .Replace(" ---> ", "caused by ", StringComparison.Ordinal);
        Match exception = ExceptionName().Match(text);
        return new CellFailure(
            exception.Success ? exception.Groups["name"].Value : "Error",
            _report.Clean(text[exception.Length..]),
            Line: null,
            [.. calls.Where(call => !Plumbing().IsMatch(call)).Distinct(StringComparer.Ordinal).Select(call => $"at {call}")]);
    }

    [GeneratedRegex("""^<div class="dni-plaintext"><pre>(?<text>[^<]*)</pre></div>""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PlainText();

    [GeneratedRegex(@"^\((?<line>\d+),(?<column>\d+)\): ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Diagnostic();

    [GeneratedRegex(@"^   at (?<name>[^(]+)\(", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Call();

    [GeneratedRegex(@"^(?<name>[\w.+`]+): ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ExceptionName();

    [GeneratedRegex(
        @"^(Submission#|System\.(Runtime|Threading)\.|Microsoft\.(CodeAnalysis|DotNet\.Interactive)\.)",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Plumbing();

    /// <summary>A command that the kernel works on.</summary>
    private sealed record Submission(string Token)
    {
        public TaskCompletionSource<CellFailure?> Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
