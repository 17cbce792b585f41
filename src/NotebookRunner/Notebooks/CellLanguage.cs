using System.Text.Json.Nodes;

namespace NotebookRunner.Notebooks;

/// <summary>Which language a code cell is written in: what the cell says counts before what the file says.</summary>
internal static class CellLanguage
{
    /// <summary>The option of the command line that runs what this program's own engine does not know.</summary>
    public const string RunsOthers = "--kernel dotnet-interactive";

    private static readonly string[] CSharpNames =
        ["C#", "csharp", ".net-csharp", "polyglot-notebook", "dotnet-interactive.csharp"];

    /// <summary>The language of a cell that is not written in C#; null for one that is, and for one that has no code.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="notebookLanguage">The language of the cells that name none; null: C#.</param>
    public static string? Other(Cell cell, string? notebookLanguage)
    {
        var metadata = cell.Json["metadata"] as JsonObject;
        string? language = Named(metadata, "polyglot_notebook", "kernelName")
            ?? Named(metadata, "dotnet_interactive", "language")
            ?? (Named(metadata, "vscode", "languageId") is { } id and not "polyglot-notebook" ? id : notebookLanguage);
        return !cell.IsRunnable || language is null || CSharpNames.Contains(language, StringComparer.OrdinalIgnoreCase)
            || IsSwitchToCSharp(cell.Source.TrimStart().Split('\n')[0])
                ? null
                : language;
    }

    /// <summary>
    /// Whether a line tells the kernel that C# follows: <c>#!csharp</c> or <c>#!c#</c>, and behind it whatever is no option.
    /// </summary>
    public static bool IsSwitchToCSharp(string line)
    {
        string[] words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        return words is ["#!csharp" or "#!c#" or "#!C#", .. var rest] && !rest.Any(word => word.StartsWith('-'));
    }

    /// <summary>The text at a path of names; null where there is none.</summary>
    public static string? Named(JsonNode? node, params string[] path)
    {
        foreach (string name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
    }
}
