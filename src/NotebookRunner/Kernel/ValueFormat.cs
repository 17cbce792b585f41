using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.DotNet.Interactive.Formatting.Csv;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Kernel;

/// <summary>Turns values into outputs by the formatters that the notebook and its libraries have registered.</summary>
internal static class ValueFormat
{
    /// <summary>The value in the MIME types given, or else in those that its type prefers.</summary>
    public static MimeBundle Format(object? value, params IReadOnlyList<string> mimeTypes)
    {
        if (value is CheckOutcome outcome)
        {
            return outcome.ToBundle();
        }

        IEnumerable<string> types = mimeTypes.Count > 0
            ? mimeTypes
            : Formatter.GetPreferredMimeTypesFor(value?.GetType() ?? typeof(object));
        var bundle = new MimeBundle(
            [.. types.Distinct(StringComparer.Ordinal)
                .Select(type => KeyValuePair.Create(type, Formatter.ToDisplayString(value!, type)))]);
        return bundle with
        {
            Preview = bundle[PlainTextFormatter.MimeType] ?? bundle[CsvFormatter.MimeType] ?? Preview(value),
        };
    }

    private static string? Preview(object? value)
    {
        if (value is IHtmlContent)
        {
            return null;
        }

        try
        {
            return Formatter.ToDisplayString(value!, PlainTextFormatter.MimeType);
        }
#pragma warning disable CA1031 // The notebook did not ask for this text: what goes wrong in making it must not fail the cell.
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }
}
