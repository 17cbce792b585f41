/// <summary>Shows results: as text on the console; tables and figures on a page beside the program, too.</summary>
static class Shown
{
    static readonly string s_program = AppContext.GetData("EntryPointFilePath") as string ?? Environment.ProcessPath;
    static readonly string s_page = System.IO.Path.ChangeExtension(s_program, ".html");

    /// <summary>Begins the page, and goes where the notebook lies, from where it names its files.</summary>
    public static void Start(string title, string folder)
    {
        System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;
        Console.OutputEncoding = Encoding.UTF8;
        Environment.CurrentDirectory = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(s_program), folder);
        title = System.Net.WebUtility.HtmlEncode(title);
        string plotly = System.IO.Directory.EnumerateFiles(
            AppContext.BaseDirectory, "plotly.min.js", System.IO.SearchOption.AllDirectories).FirstOrDefault();
        System.IO.File.WriteAllText(
            s_page,
            $"<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>\n"
                + "<style>:root { color-scheme: light dark; font-family: system-ui, sans-serif }\n"
                + "body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem } body > div { margin: 1.5rem 0 } pre { font-size: 1rem; overflow-x: auto }</style>\n"
                + (plotly is null ? "" : $"<script>{System.IO.File.ReadAllText(plotly)}</script>\n") + $"<h1>{title}</h1>\n");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Console.WriteLine($"Tables and figures: {System.IO.Path.GetFileName(s_page)}, beside the program");
    }

    /// <summary>Shows a value, as a notebook does at the end of a cell.</summary>
    public static void display(object value)
    {
        string html = "text/html", plain = "text/plain";
        bool isHtml = value is Microsoft.AspNetCore.Html.IHtmlContent;
        string text = isHtml ? "" : Microsoft.DotNet.Interactive.Formatting.Formatter.ToDisplayString(value, plain);
        Console.Write(isHtml ? "" : text.TrimEnd('\n') + "\n");
        bool hasHtml = Microsoft.DotNet.Interactive.Formatting.Formatter
            .GetPreferredMimeTypesFor(value?.GetType() ?? typeof(object)).Contains(html);
        System.IO.File.AppendAllText(s_page, hasHtml
            ? $"<div>{Microsoft.DotNet.Interactive.Formatting.Formatter.ToDisplayString(value, html)}</div>\n"
            : $"<pre>{System.Net.WebUtility.HtmlEncode(text)}</pre>\n");
    }

    /// <summary>Shows a value.</summary>
    public static void Display(this object value) => display(value);

    /// <summary>Marks a text as HTML, so that it is shown as such.</summary>
    public static Microsoft.AspNetCore.Html.IHtmlContent HTML(string text) => new Microsoft.AspNetCore.Html.HtmlString(text);
}
