using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;

namespace NotebookRunner.Kernel;

/// <summary>
/// Words exceptions so that they speak of cells and lines: no frames of this program, no paths of this machine.
/// </summary>
internal sealed partial class FailureReport(string folder)
{
    private const int MaxMessageLength = 4000;
    private const int MaxEntries = 20;

    private const string BuildFirst =
        "Build what the notebook loads: run 'dotnet build' at the root of the repository, then run the notebook again.";

    /// <summary>The failure of a cell that threw or did not compile.</summary>
    public CellFailure Describe(Exception exception, int number) => exception switch
    {
        CompilationErrorException compilation => DescribeCompilation(compilation, number),
        DirectiveException directive => new CellFailure("DirectiveError", directive.Message, directive.Line, []),
        _ => DescribeException(Unwrap(exception), number),
    };

    /// <summary>The failure of a cell when an exception that nothing caught, on a thread of its own, ends the process.</summary>
    public CellFailure DescribeUnhandled(Exception exception, int number)
    {
        CellFailure failure = DescribeException(Unwrap(exception), number);
        return failure with
        {
            Kind = FailureKind.Final,
            Message = failure.Message
                + "\nNothing waited for the thread that threw: that ends the process that runs the cells.",
        };
    }

    private static Exception Unwrap(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions.Count: 1 } aggregate => Unwrap(aggregate.InnerExceptions[0]),
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        _ => exception,
    };

    private CellFailure DescribeCompilation(CompilationErrorException exception, int number)
    {
        List<Diagnostic> errors = [.. exception.Diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
        List<Diagnostic> missing = [.. errors.Where(IsMissingLibrary)];
        if (missing.Count > 0)
        {
            errors = missing; // the others follow from them
        }

        IEnumerable<string> lines = errors.Select(error =>
        {
            FileLinePositionSpan span = error.Location.GetLineSpan();
            string place = span.IsValid
                ? PlaceName(span.Path, number)
                    + Invariant($"line {span.StartLinePosition.Line + 1}, column {span.StartLinePosition.Character + 1}: ")
                : "";
            return $"{place}error {error.Id}: {Clean(error.GetMessage(CultureInfo.InvariantCulture))}";
        });
        FileLinePositionSpan? first = errors.Select(error => (FileLinePositionSpan?)error.Location.GetLineSpan())
            .FirstOrDefault(span => span is { IsValid: true } && IsCell(span.Value.Path, out int cell) && cell == number);
        lines = First(lines, errors.Count, "errors");
        return new CellFailure(
            "CompilationError",
            string.Join('\n', missing.Count > 0 ? lines.Append(BuildFirst) : lines),
            first?.StartLinePosition.Line + 1,
            []);
    }

    private CellFailure DescribeException(Exception exception, int number)
    {
        int? line = null;
        List<string> trace = [];
        foreach (StackFrame frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetFileName() is { } file && IsCell(file, out int cell))
            {
                trace.Add(Invariant($"at cell {cell}, line {frame.GetFileLineNumber()}"));
                line ??= cell == number ? frame.GetFileLineNumber() : null;
            }
            else if (frame.GetFileName() is { } script && Path.GetExtension(script) is ".csx")
            {
                trace.Add(Invariant($"at {Path.GetFileName(script)}, line {frame.GetFileLineNumber()}"));
            }
            else if (frame.GetMethod() is { DeclaringType: { } type } method && IsOfInterest(type))
            {
                trace.Add($"at {MethodName(type, method)}");
            }
        }

        List<string> messages = [Clean(exception.Message)];
        for (Exception? inner = exception.InnerException;
            inner is not null && messages.Count < MaxEntries;
            inner = inner.InnerException)
        {
            messages.Add($"caused by {inner.GetType().FullName}: {Clean(inner.Message)}");
        }

        trace = [.. trace.Distinct(StringComparer.Ordinal)];
        return new CellFailure(
            exception.GetType().FullName!,
            Shorten(string.Join('\n', messages)),
            line,
            [.. First(trace, trace.Count, "calls")]);
    }

    private static IEnumerable<string> First(IEnumerable<string> entries, int count, string noun) => count <= MaxEntries
        ? entries
        : entries.Take(MaxEntries).Append(Invariant($"… and {count - MaxEntries} more {noun}"));

    /// <summary>The beginning and the end of a text that nobody reads whole.</summary>
    private static string Shorten(string text)
    {
        const int Start = MaxMessageLength * 3 / 4;
        const int End = MaxMessageLength / 5;
        return text.Length <= MaxMessageLength
            ? text
            : text[..Start] + Invariant($" … ({text.Length - Start - End:N0} characters are left out) … ") + text[^End..];
    }

    /// <summary>
    /// The file of an <c>#r</c> (CS0006), or a file that a build would have laid in <c>bin</c> (CS1504), is not there.
    /// </summary>
    private static bool IsMissingLibrary(Diagnostic error) => error.Id switch
    {
        "CS0006" => error.GetMessage(CultureInfo.InvariantCulture).Contains(".dll'", StringComparison.Ordinal),
        "CS1504" => error.GetMessage(CultureInfo.InvariantCulture).Contains("/bin/", StringComparison.Ordinal),
        _ => false,
    };

    private static bool IsCell(string path, out int number)
    {
        Match match = CellPath().Match(path);
        number = match.Success ? int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        return match.Success;
    }

    private static bool IsOfInterest(Type type)
    {
        string name = type.FullName ?? type.Name;
        return type.Assembly != typeof(FailureReport).Assembly
            && !name.StartsWith("System.Runtime.", StringComparison.Ordinal)
            && !name.StartsWith("System.Threading.", StringComparison.Ordinal)
            && !name.StartsWith("Microsoft.CodeAnalysis.", StringComparison.Ordinal)
            && !name.StartsWith("Submission#", StringComparison.Ordinal);
    }

    /// <summary>
    /// The name that a reader knows: of the async method, not of the state machine that the compiler made of it.
    /// </summary>
    private static string MethodName(Type type, MethodBase method)
    {
        Match generated = GeneratedName().Match(type.Name);
        return generated.Success && type.DeclaringType is { } declaring
            ? $"{declaring.FullName}.{generated.Groups["name"].Value}"
            : $"{type.FullName}.{method.Name}";
    }

    private static string PlaceName(string path, int number) =>
        IsCell(path, out int cell) && cell == number ? "" : $"{Path.GetFileName(path)}, ";

    /// <summary>A text of the system's or a library's, of bearable length and without the folders of this machine.</summary>
    public string Clean(string text)
    {
        text = Shorten(text); // First: what follows takes longer than its text does.
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string result = text
            .Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
            .Replace(folder, ".", StringComparison.Ordinal);

        string up = "../";
        for (string? parent = Path.GetDirectoryName(folder);
            parent is not null && !MachineFolders.Contains(parent);
            parent = Path.GetDirectoryName(parent))
        {
            result = result.Replace(parent + Path.DirectorySeparatorChar, up, StringComparison.Ordinal);
            up += "../";
        }

        result = home.Length > 1 ? result.Replace(home, "~", StringComparison.Ordinal) : result;

        // Where the first folder is not there, the text only looks like a path.
        return AbsolutePath().Replace(result, path => Directory.Exists(path.Groups["root"].Value) ? "…/" : path.Value);
    }

    /// <summary>The folders of an absolute path, up to its last part; in quotes they may have blanks in them.</summary>
    [GeneratedRegex(
        """
        (?<=['"]) (?<root> /[\w.@+-]+/ | [A-Za-z]:[/\\] ) ([^'"\n]{0,500}[/\\])?
        | ( (?<![\w.~…/\\'"]) | (?<=file://) ) (?<root> /[\w.@+-]+/ | [A-Za-z]:[/\\] ) ([^\s'"`<>|:;,()]{0,500}[/\\])?
        """,
        RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex AbsolutePath();

    [GeneratedRegex(@"(^|[/\\])cell (?<number>\d+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CellPath();

    [GeneratedRegex("^<(?<name>[^>]+)>", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GeneratedName();
}
