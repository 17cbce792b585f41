using System.Text;
using System.Text.Json.Nodes;
using NotebookRunner.Execution;
using NotebookRunner.Exercises;
using NotebookRunner.Notebooks;
using NotebookRunner.Pages;
using Xunit;

namespace Robustness.Tests.BadData;

/// <summary>The reader of notebooks, the page that is made of one, and the text that a cell writes.</summary>
internal static class NotebookTargets
{
    private const string Seed = """
        {"cells":[
         {"cell_type":"markdown","id":"m","metadata":{},
          "source":["# Title\n","text $x^2$ **b** [a](b.md) ![i](attachment:p.png)\n","- one\n"],
          "attachments":{"p.png":{"image/png":"AA=="}}},
         {"cell_type":"code","execution_count":1,"id":"c","metadata":{"tags":["parameters"],
          "polyglot_notebook":{"kernelName":"csharp"}},
          "outputs":[{"name":"stdout","output_type":"stream","text":["a\n"]}],
          "source":"int x = 1;\n// BEGIN SOLUTION\nx++;\n// END SOLUTION"},
         {"cell_type":"raw","metadata":{"exercise":{"prompt":"p"}},"source":""}],
         "metadata":{"kernelspec":{"display_name":".NET (C#)","language":"C#","name":".net-csharp"}},
         "nbformat":4,"nbformat_minor":5}
        """;

    private const string Markdown =
        "# A *title* {onclick=alert(1)}\n\n| a | b |\n|---|--:|\n| 1 | `2` |\n\n> quote\n\n1. one\n   - two\n\n"
        + "$$\\frac{a}{b} \\left( \\sum_{i=1}^n x_i \\right)$$\n\n"
        + "Text[^1] ~~gone~~ <b onclick=x>raw</b> <!-- c --> &amp; [link](a.md \"t\") ![i](x.png) "
        + "<https://e.org> $\\alpha$\n\n[^1]: note\n\n```csharp\nvar x = $\"{1}\";\n```\n";

    private static readonly string[] s_json = ["\\ud800", "\\u0000", "\"", "{", "}", "[", "]", ",", ":",
        "null", "1e999", "\"source\":", "\"outputs\":[{}],", "\"cell_type\":\"code\",", "[[[[[[[[", "{\"a\":"];
    private static readonly string[] s_markdown = ["$", "$$", "{", "\\", "\\frac", "\\left", "|", "> ", "- ",
        "```", "<", "](", "![", "[^", "*", "_", "\n\n", "&#0;", ":::", "{.a #b c=d}", "^^", "\t", "javascript:"];
    private static readonly string[] s_terminal = [
        "\u001b[", "\u001b[0m", "\u001b[38;5;", "\u001b[2K", "\r", "\b", "\n", "\ud83d\ude00", "m", ";", "<b>", "&"];

    private static readonly string s_file = Path.Combine(Directory.CreateTempSubdirectory("mnistcnn-").FullName, "n.ipynb");

    public static IEnumerable<FuzzTarget> All =>
    [
        new("notebook", [Bytes(Seed)], [.. s_json.Select(Bytes)], ReadNotebook, BytesPerByte: 400, LongRun: 100_000),
        new("Markdown of a notebook's page", [Bytes(Markdown)], [.. s_markdown.Select(Bytes)],
            RenderMarkdown, BytesPerByte: 40_000, LongRun: 20_000),
        new("text of a cell's output",
            [Bytes("\u001b[1;31mred\u001b[0m \u001b[38;5;208mo\u001b[48;2;1;2;3mrgb\u001b[m\rover\b\b\u001b[K<i>\n")],
            [.. s_terminal.Select(Bytes)], RenderOutput, BytesPerByte: 4000, LongRun: 200_000),
    ];

    private static bool ReadNotebook(byte[] bytes)
    {
        File.WriteAllBytes(s_file, bytes);
        try
        {
            Notebook notebook = NotebookReader.ReadFile(s_file);
            string written = NotebookWriter.Format(notebook);
            Assert.Equal(written, NotebookWriter.Format(NotebookReader.Parse(written)));
            CreateSheet(notebook);
            return true;
        }
        catch (NotebookFormatException refusal)
        {
            Assert.DoesNotContain('\n', refusal.Message);
            return false;
        }
    }

    /// <summary>A notebook need not be an exercise.</summary>
    private static void CreateSheet(Notebook notebook)
    {
        try
        {
            _ = StudentSheet.Create(notebook, withAnswers: false);
        }
        catch (NotebookFormatException refusal)
        {
            Assert.DoesNotContain('\n', refusal.Message);
        }
    }

    private static bool RenderMarkdown(byte[] bytes)
    {
        var notebook = new Notebook(
            new JsonObject(), [new Cell(CellKind.Markdown, new JsonObject { ["source"] = Encoding.UTF8.GetString(bytes) })]);
        string page = HtmlPage.Create(
            notebook, new RunResult([], 0, IsStopped: false, DateTimeOffset.UnixEpoch, TimeSpan.Zero), "/notebooks/n.ipynb",
            "/pages/n.html");
        Assert.Equal(3, page.Split("<script").Length);
        return true;
    }

    private static bool RenderOutput(byte[] bytes)
    {
        string html = AnsiText.ToHtml(TerminalText.Collapse(Encoding.UTF8.GetString(bytes)));
        Assert.DoesNotMatch("<(?!/?span[ >])", html);
        return true;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
