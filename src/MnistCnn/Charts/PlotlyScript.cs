using System.Security.Cryptography;

namespace MnistCnn;

/// <summary>Where a page finds plotly.js.</summary>
internal static class PlotlyScript
{
    /// <summary>The version that Plotly.NET 6.0.0 carries, and that lies in the build output.</summary>
    public const string Version = "2.28.0";

    /// <summary>The last resort: the same version at its publisher's.</summary>
    public const string CdnAddress = $"https://cdn.plot.ly/plotly-{Version}.min.js";

    // More steps up would name folders of this machine in a saved notebook.
    private const int MaxStepsUp = 3;

    private static readonly Lazy<string?> s_integrity = new(() => IntegrityOf(LocalFile));

    /// <summary>The script in the build output.</summary>
    public static string LocalFile => Path.Combine(FigureRenderer.DefaultFolder, "plotly.min.js");

    /// <summary>
    /// The hash that a page holds the publisher's script against, of the file in the build output; null without that file. Both
    /// are meant to be the same bytes. Should they differ, the browser refuses the script and the figure's picture stays.
    /// </summary>
    public static string? Integrity => s_integrity.Value;

    /// <summary>The address of a file as seen from a page in another folder, such as <c>../src/plotly.min.js</c>.</summary>
    /// <param name="file">Full path of the file.</param>
    /// <param name="folder">Full path of the page's folder: in all notebook hosts, the working directory.</param>
    /// <returns>
    /// A relative address; null when the file is on another drive or too far away to be of the same repository.
    /// </returns>
    public static string? RelativeAddress(string file, string folder)
    {
        string path = Path.GetRelativePath(folder, file);
        if (Path.IsPathRooted(path))
        {
            return null;
        }

        string[] steps = path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        int up = steps.TakeWhile(step => step is "..").Count();
        string shared = Path.GetFullPath(Path.Combine([folder, .. steps.Take(up)]));
        bool related = up <= MaxStepsUp && (up == 0 || shared != Path.GetPathRoot(shared));
        return related ? string.Join('/', steps.Select(Uri.EscapeDataString)) : null;
    }

    /// <summary>The Subresource Integrity value of a file.</summary>
    public static string? IntegrityOf(string file) =>
        File.Exists(file) ? "sha384-" + Convert.ToBase64String(SHA384.HashData(File.ReadAllBytes(file))) : null;
}
