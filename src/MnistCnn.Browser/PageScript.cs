using System.Reflection;
using System.Text;

namespace MnistCnn;

/// <summary>
/// The scripts of the page. Their sources are JavaScript modules, each with its imports on top and its exports named; an
/// output of a notebook is a place without addresses, so a module is put into it with all that it imports, as one text.
/// </summary>
/// <remarks>
/// The modules share one scope there: no two may declare the same name at their outer level, an import names what it takes and
/// renames nothing, on a line of its own, and an export stands before what it exports. The tests of the scripts hold that.
/// </remarks>
internal static class PageScript
{
    /// <summary>A module and, before it, everything that it imports: the statements of one function.</summary>
    /// <param name="module">The module's file, such as <c>explorer.js</c>.</param>
    public static string Of(string module)
    {
        var text = new StringBuilder("\"use strict\";\n");
        Add(module, text, []);
        return text.ToString();
    }

    /// <summary>The text of a script or a style sheet.</summary>
    /// <param name="name">The file's name, which is unique among the scripts.</param>
    public static string Source(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static void Add(string module, StringBuilder text, HashSet<string> added)
    {
        if (!added.Add(module))
        {
            return;
        }

        foreach (string line in Source(module).Split('\n'))
        {
            if (line.StartsWith("import ", StringComparison.Ordinal))
            {
                Add(Path.GetFileName(line.Split('"')[1]), text, added);
            }
            else
            {
                const string Export = "export ";
                text.Append(line.StartsWith(Export, StringComparison.Ordinal) ? line[Export.Length..] : line).Append('\n');
            }
        }
    }
}
