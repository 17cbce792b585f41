using System.Reflection;

namespace NotebookRunner.Pages;

/// <summary>The files of the <c>Template</c> folder, which this program carries, and plotly.js, which lies beside it.</summary>
internal static class TemplateFiles
{
    /// <summary>The text of a file of the template.</summary>
    public static string Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The text of plotly.js.</summary>
    public static string ReadPlotly() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "plotly.min.js"));
}
