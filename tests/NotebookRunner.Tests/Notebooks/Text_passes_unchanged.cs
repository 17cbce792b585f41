using System.Text.Json.Nodes;
using NotebookRunner.Exercises;
using NotebookRunner.Notebooks;
using Xunit;

namespace NotebookRunner.Tests.Notebooks;

public class Text_passes_unchanged
{
    private static readonly string[] Pieces =
    [
        "a", "ß", "日", "😀", " ", "  ", "\t", "\n", "\r", "\r\n", "\f", "\v", "\u0085", "\u2028", "\u2029", "\u001c", "\u001d",
        "\u001e", "\0", "\u0001", "\u001b[1m", "\u007f", "\u00a0", "\ufeff", "\u200b",
        "\ud800", "\udc00", "\\", "\"", "NaN", "é", "<",
    ];

    [Fact]
    public void Through_reading_and_writing_in_every_kind_of_cell_and_everywhere_else() => Assert.All(Texts(), text =>
    {
        string written = NotebookWriter.Format(NotebookReader.Parse(Json(text, asLines: false)));
        AssertHas(text, (JsonObject)JupyterJson.Read(written)!);
        Assert.Equal(written, NotebookWriter.Format(NotebookReader.Parse(written)));
        Assert.Equal(written, NotebookWriter.Format(NotebookReader.Parse(Json(text, asLines: true))));
    });

    [Fact]
    public void Into_the_students_sheet() => Assert.All(Texts(), text =>
    {
        Notebook sheet = StudentSheet.Create(NotebookReader.Parse(Json(text, asLines: false)), withAnswers: false);
        AssertHas(text, (JsonObject)JupyterJson.Read(NotebookWriter.Format(sheet))!);
    });

    [Fact]
    public void But_the_kernel_gets_the_line_ends_of_an_editor() =>
        Assert.Equal(
            "a\nb\nc\u2028\f\u0085\"d\"", new Cell(CellKind.Code, new JsonObject
            {
                ["source"] = new JsonArray("a\r\n", "b\rc\u2028\f\u0085\"d\""),
            }).Source);

    private static IEnumerable<string> Texts()
    {
        var random = new Random(7);
        return Enumerable.Range(0, 300)
            .Select(_ => string.Concat(random.GetItems(Pieces, random.Next(12))))
            .Prepend("a\u2028b\u0085c\fd\ve");
    }

    private static void AssertHas(string text, JsonObject json)
    {
        Assert.Equal(text, json["metadata"]!["note"]!.GetValue<string>());
        for (int i = 0; i < 3; i++)
        {
            JsonNode cell = json["cells"]![i]!;
            Assert.Equal(text, string.Concat(cell["source"]!.AsArray().Select(line => line!.GetValue<string>())));
            Assert.Equal(text, cell["metadata"]!["note"]!.GetValue<string>());
            Assert.All(cell["source"]!.AsArray().SkipLast(1), line => Assert.EndsWith("\n", line!.GetValue<string>()));
        }

        Assert.Equal(text, json["cells"]![0]!["attachments"]!["a.txt"]!["text/plain"]!.GetValue<string>());
    }

    private static string Json(string text, bool asLines)
    {
        var cells = new JsonArray();
        foreach (string kind in (string[])["markdown", "raw", "code"])
        {
            cells.Add((JsonNode)new JsonObject
            {
                ["cell_type"] = kind,
                ["id"] = kind,
                ["metadata"] = new JsonObject { ["note"] = text },
                ["source"] = asLines ? MultilineText.Split(text) : text,
            });
        }

        cells.Add((JsonNode)new JsonObject
        {
            ["cell_type"] = "code",
            ["metadata"] = new JsonObject { ["exercise"] = new JsonObject { ["prompt"] = "?" } },
            ["source"] = "// BEGIN SOLUTION\n// END SOLUTION",
        });
        cells[0]!["attachments"] = new JsonObject { ["a.txt"] = new JsonObject { ["text/plain"] = text } };
        return JupyterJson.Write(new JsonObject
        {
            ["cells"] = cells,
            ["metadata"] = new JsonObject { ["note"] = text },
            ["nbformat"] = 4,
        });
    }
}
