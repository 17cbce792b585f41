namespace NotebookRunner.Tests.Pages;

/// <summary>A figure type for cells, as a library would bring it.</summary>
internal static class Figures
{
    public const string Declare = """"
        using System.Text.Encodings.Web;
        using Microsoft.DotNet.Interactive.Formatting;
        public record Figure(string Title = "Title", int Width = 640, int Height = 400)
        {
            public string Json => System.Text.Json.JsonSerializer.Serialize(new
            {
                data = new[] { new { type = "scatter", y = new[] { 1, 3, 2 }, name = "line" } },
                layout = new { title = new { text = Title }, width = Width, height = Height },
            }, new System.Text.Json.JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        }
        Formatter.Register<Figure>((f, w) => w.Write(f.Json), "application/vnd.plotly.v1+json");
        Formatter.Register<Figure>((f, w) => w.Write("<p>html fallback</p>"), "text/html");
        Formatter.Register<Figure>((f, w) => w.Write("Figure: " + f.Title), "text/plain");
        Formatter.SetPreferredMimeTypesFor(typeof(Figure), "application/vnd.plotly.v1+json", "text/html", "text/plain");
        """";
}
