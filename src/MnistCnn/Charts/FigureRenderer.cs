using System.Reflection;

namespace MnistCnn;

/// <summary>
/// Draws with Plotly.NET. It is implemented in MnistCnn.Plotly, which lives in a load context of its own: nothing but the
/// framework's types and those of this assembly crosses.
/// </summary>
internal interface IFigureRenderer
{
    /// <summary>Makes one JSON object with <c>data</c>, <c>layout</c> and <c>config</c>.</summary>
    string Render(IEnumerable<Trace> traces, Layout layout);
}

/// <summary>Finds the drawing side of the library at the first figure.</summary>
internal static class FigureRenderer
{
    private static readonly Lazy<IFigureRenderer> s_instance = new(() => Load(DefaultFolder));

    /// <summary>The renderer, loaded once.</summary>
    public static IFigureRenderer Instance => s_instance.Value;

    /// <summary>
    /// The folder <c>plotly/</c> beside this assembly. Notebook kernels load the assembly by path and into load contexts of
    /// their own, so the place is asked of the assembly itself, not of the application.
    /// </summary>
    public static string DefaultFolder =>
        Path.Combine(Path.GetDirectoryName(typeof(FigureRenderer).Assembly.Location) ?? ".", "plotly");

    /// <summary>Loads the renderer from a folder.</summary>
    /// <param name="folder">The folder that holds MnistCnn.Plotly.dll and what it depends on.</param>
    /// <exception cref="FileNotFoundException">The folder or the assembly is not there.</exception>
    public static IFigureRenderer Load(string folder)
    {
        string path = Path.Combine(folder, "MnistCnn.Plotly.dll");
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                "The part of the library that draws figures is missing: there is no plotly/MnistCnn.Plotly.dll beside "
                + "MnistCnn.dll. Run `dotnet build` at the repository's root, then restart the notebook's kernel.",
                path);
        }

        Assembly assembly = new PlotlyLoadContext(path).LoadFromAssemblyPath(path);
        Type type = assembly.GetType("MnistCnn.Plotly.PlotlyRenderer", throwOnError: true)!;
        return (IFigureRenderer)Activator.CreateInstance(type, nonPublic: true)!;
    }
}
