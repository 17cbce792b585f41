using System.Text;

namespace NotebookRunner.Pages;

/// <summary>Text inside HTML.</summary>
internal static class HtmlText
{
    /// <summary>
    /// The text with every character that HTML gives a meaning escaped; line ends and other letters stay readable.
    /// </summary>
    public static string Escape(string text)
    {
        if (text.AsSpan().IndexOfAny("&<>\"'") < 0)
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (char c in text)
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    /// <summary>Makes a script safe to stand between script tags.</summary>
    public static string GuardScript(string script) =>
        script.Replace("</script", "<\\/script", StringComparison.OrdinalIgnoreCase)
            .Replace("<!--", "<\\!--", StringComparison.Ordinal);

    /// <summary>Makes JSON safe to stand between script tags: it holds no tag any more, and means the same.</summary>
    public static string GuardJson(string json) => json.Replace("<", "\\u003c", StringComparison.Ordinal);
}
