using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace NotebookRunner.Parameters;

/// <summary>A file with values of parameters, in YAML, of which JSON is a part: papermill's <c>-f</c>.</summary>
internal static class ParameterFile
{
    /// <summary>Reads the values in order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">What an error names.</param>
    /// <exception cref="ParameterException">It is no such file; the message is one line that says why.</exception>
    public static IReadOnlyList<ParameterValue> Read(string path, string source)
    {
        try
        {
            using var text = new StreamReader(path);
            var parser = new Parser(text);
            return [.. Read(parser, source)];
        }
        catch (YamlException exception)
        {
            string place = Invariant($"line {exception.Start.Line}, column {exception.Start.Column}");
            throw new ParameterException($"{source}: {place}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // What YamlDotNet 18.1 throws for half a surrogate pair, and for nothing behind the end of a document.
            throw new ParameterException($"{source}: no YAML can be read: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            bool isMissing = exception is FileNotFoundException or DirectoryNotFoundException;
            throw new ParameterException(
                $"{source}: {(isMissing ? "there is no such file" : "the file cannot be read")}", exception);
        }
    }

    /// <summary>The names and values, event by event: what is nested is refused before it is read.</summary>
    private static IEnumerable<ParameterValue> Read(Parser parser, string source)
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _) || !parser.TryConsume<MappingStart>(out _))
        {
            throw new ParameterException($"{source}: not a list of names with values, name: value");
        }

        while (!parser.TryConsume<MappingEnd>(out _))
        {
            string name = parser.Consume<Scalar>().Value;
            yield return parser.TryConsume<Scalar>(out var value)
                ? new ParameterValue(name, IsNull(value) ? null : value.Value, source)
                : throw new ParameterException(
                    $"{source}: {name} has no single value; only numbers, bool, char, string and enums can be set");
        }

        parser.Consume<DocumentEnd>();
        parser.Consume<StreamEnd>();
    }

    private static bool IsNull(Scalar scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is ("" or "~" or "null" or "Null" or "NULL");
}
