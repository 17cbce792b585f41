using System.Globalization;
using System.Text.Json.Nodes;
using NotebookRunner.Notebooks;

namespace Writer;

/// <summary>An executed notebook, every cell of which says the version.</summary>
internal sealed class NotebookWriting(string folder) : IWriting
{
    private const int Cells = 300;

    private readonly Notebook?[] _versions = new Notebook?[3];

    public string Target { get; } = Path.Combine(folder, "executed.ipynb");

    public void Write(int version) => NotebookWriter.WriteFile(_versions[version] ??= Make(version), Target);

    public int? Read()
    {
        if (!File.Exists(Target))
        {
            return null;
        }

        string[] sources = [
            .. NotebookReader.ReadFile(Target).Cells.Select(cell => cell.Source).Distinct(StringComparer.Ordinal)];
        return sources is [var source]
            ? int.Parse(source.AsSpan(0, 1), CultureInfo.InvariantCulture)
            : throw new InvalidDataException("The cells are of both versions.");
    }

    /// <summary>A notebook of half a megabyte.</summary>
    internal static Notebook Make(int version)
    {
        string source = string.Create(CultureInfo.InvariantCulture, $"{version} // {new string('x', 1500)}");
        var cells = new JsonArray(
            [.. Enumerable.Range(0, Cells).Select(_ => new JsonObject { ["cell_type"] = "code", ["source"] = source })]);
        return NotebookReader.Parse(new JsonObject { ["nbformat"] = 4, ["cells"] = cells }.ToJsonString());
    }
}
