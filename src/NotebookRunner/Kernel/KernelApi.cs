using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.DotNet.Interactive.Formatting.Csv;
using Microsoft.DotNet.Interactive.Formatting.TabularData;

namespace NotebookRunner.Kernel;

/// <summary>
/// What every cell finds imported, under the names and with the meaning that the .NET Interactive kernel gives them.
/// </summary>
/// <remarks>
/// Not there: <c>Kernel</c> and <c>KernelInvocationContext</c>, through which a cell speaks to other kernels;
/// <c>GetInputsAsync</c>; and <c>DisplayId</c>, <c>FormattedValues</c> and <c>IsUpdated</c> of a displayed value.
/// <see cref="Formatter"/>, <c>PocketView</c> and the rest of the formatting package are the package itself.
/// </remarks>
public static class KernelApi
{
    /// <summary>Shows a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The MIME types to show it in; those its type prefers if none is given.</param>
    /// <returns>The value that is shown.</returns>
    public static DisplayedValue display(object? value, params string[] mimeTypes) => DisplayedValue.Show(value, mimeTypes);

    /// <summary>Marks a text as HTML, so that it is shown as such and not escaped.</summary>
    /// <param name="content">The HTML.</param>
    /// <returns>The HTML, to be the cell's last expression or to be displayed.</returns>
    public static IHtmlContent HTML(string content) => content.ToHtmlContent();

    /// <summary>Runs JavaScript in the page that shows the notebook.</summary>
    /// <param name="scriptContent">The script.</param>
    public static void Javascript(string scriptContent) =>
        DisplayedValue.ShowAs($"<script type=\"text/javascript\">{scriptContent}</script>", HtmlFormatter.MimeType);

    /// <summary>Adds a style sheet to the page that shows the notebook.</summary>
    /// <param name="content">The style sheet.</param>
    public static void CSS(string content) => DisplayedValue.ShowAs($"<style>{content}</style>", HtmlFormatter.MimeType);

    /// <summary>Asks the user in the kernel; here nobody is there to answer.</summary>
    /// <param name="prompt">The question.</param>
    /// <param name="typeHint">What kind of answer is expected.</param>
    /// <returns>Never.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static Task<string> GetInputAsync(string prompt = "", string typeHint = "text") => throw NoUser();

    /// <summary>Asks the user for a password in the kernel; here nobody is there to answer.</summary>
    /// <param name="prompt">The question.</param>
    /// <returns>Never.</returns>
    /// <exception cref="NotSupportedException">Always.</exception>
    public static Task<string> GetPasswordAsync(string prompt = "") => throw NoUser();

    private static NotSupportedException NoUser() => new("A notebook that runs without a user cannot ask for input.");
}

/// <summary><c>value.Display()</c>, as the .NET Interactive kernel offers it in every cell.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mimeTypes">The MIME types to show it in; those its type prefers if none is given.</param>
    /// <returns>The value that is shown.</returns>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) => DisplayedValue.Show(value, mimeTypes);

    /// <summary>Shows a text that is of a MIME type already.</summary>
    /// <param name="value">The text.</param>
    /// <param name="mimeType">Its MIME type.</param>
    /// <returns>The value that is shown.</returns>
    public static DisplayedValue DisplayAs(this string value, string mimeType) => DisplayedValue.ShowAs(value, mimeType);

    /// <summary>Shows objects as a table with a column for each of their properties.</summary>
    /// <param name="value">The objects, a row each.</param>
    /// <param name="mimeTypes">The MIME types to show it in; HTML and CSV if none is given.</param>
    /// <returns>The value that is shown.</returns>
    public static DisplayedValue DisplayTable<T>(this IEnumerable<T>? value, params string[] mimeTypes) =>
        DisplayedValue.Show(
            value?.ToTabularDataResource(),
            mimeTypes.Length > 0 || value is null ? mimeTypes : [HtmlFormatter.MimeType, CsvFormatter.MimeType]);
}
