using System.Text.Json;

namespace MnistCnn;

/// <summary>What a notebook shows as a piece of a page: it stands alone, any number of times, and asks no server.</summary>
internal interface IHtmlOutput
{
    /// <summary>The fragment; the same value gives the same one.</summary>
    string ToHtml();
}

/// <summary>Writes the HTML of what runs in the page.</summary>
internal static class PageFragment
{
    /// <summary>
    /// A place on the page, what stands there on paper and where no scripts run, and the script that starts in every copy of it.
    /// </summary>
    /// <param name="name">What the place is called: <c>data-NAME</c>.</param>
    /// <param name="id">The same for the same content, on every machine.</param>
    /// <param name="label">What a screen reader calls it.</param>
    /// <param name="still">HTML of what stands there without the script.</param>
    /// <param name="module">The script, which exports a function <paramref name="start"/>.</param>
    /// <param name="start">It gets the place, the arguments and, last, the text of the style sheets.</param>
    /// <param name="styles">The style sheets.</param>
    /// <param name="arguments">JSON.</param>
    public static string Write(
        string name, string id, string label, string still, string module, string start, string[] styles,
        params string[] arguments)
    {
        string style = JsonSerializer.Serialize(string.Concat(styles.Select(PageScript.Source)));
        string given = string.Join(",\n", arguments.Append(style).Select(FigureHtml.ForScript));
        return $$"""
            <div data-{{name}}="{{id}}" role="group" aria-label="{{label}}">
            <div>{{still}}</div>
            </div>
            <script>
            (function () {
            {{PageScript.Of(module)}}
            const given = [{{given}}];
            document.querySelectorAll('[data-{{name}}="{{id}}"]').forEach(root => {{start}}(root, ...given));
            })();
            </script>
            """;
    }

    /// <summary>An image and a sentence beside it.</summary>
    /// <param name="image">The image.</param>
    /// <param name="sentence">HTML.</param>
    public static string Still(GrayImage image, string sentence) =>
        $"<img alt=\"\" style=\"width:112px;border:1px solid {ChartStyle.Frame};image-rendering:pixelated\" "
        + $"src=\"{image.ToDataUri()}\"><p style=\"margin:0\">{sentence}</p>";

    /// <summary>The bytes of images, 255 is ink, as JSON strings in base64.</summary>
    public static string Json(IEnumerable<GrayImage> images) => JsonSerializer.Serialize(
        images.Select(image => Convert.ToBase64String(
            [.. image.Pixels.Select(ink => (byte)MathF.Round(255 * Math.Clamp(ink, 0, 1)))])));
}
