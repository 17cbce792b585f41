using System.Text.Json.Nodes;
using Xunit;

namespace NotebookRunner.Tests.Exports;

public sealed class ExportTests : IDisposable
{
    private const string Pixel =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    private readonly RunnerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_program_has_the_usings_first_the_cells_in_order_and_the_types_behind()
    {
        string program = await ExportedAsync("cs", new NotebookBuilder()
            .Markdown("# Title\n\nWords.")
            .Code("using System.IO;   // Path\nint n = 1, m;\nn + 1   // two")
            .Code("record Pair(int A, int B);\nvoid Twice() => n *= 2;\nvar pair = new Pair(n, m);\nTwice()")
            .Code("using System.IO;\nConsole.WriteLine(Path.GetFileName(\"a/b\"));\nn.Display(); display(pair)"));

        string[] order =
        [
            "using System.IO;   // Path", "Start(\"n.ipynb\", \".\");", "// # Title\n//\n// Words.",
            "int n = 1, m = default;\ndisplay(n + 1);   // two", "void Twice() => n *= 2;\nvar pair = new Pair(n, m);\nTwice();",
            "Console.WriteLine(Path.GetFileName(\"a/b\"));\nn.Display(); display(pair);", "record Pair(int A, int B);",
            "static class Shown",
        ];
        int[] places = [.. order.Select(part => program.IndexOf(part, StringComparison.Ordinal))];
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.Equal(program.IndexOf("using System.IO;", StringComparison.Ordinal), program.LastIndexOf(
            "using System.IO;", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("var x = 1;", "var x = \"a\";", "cell 2: A local variable or function named 'x' is already defined")]
    [InlineData("int x = 1;", "for (int i = 0; i < 2; i++) { int x = i; }", "cell 2: A local or parameter named 'x' cannot be")]
    [InlineData("int x = 1;", "int y = z;", "cell 2: line 1, column 9: error CS0103: ")]
    [InlineData("#r \"System.Xml.dll\"", "1", "cell 1: ")]
    [InlineData("int x = 1;", "#!import other.csx", "cell 2: #!import other.csx is not taken into a program")]
    public async Task What_no_program_can_say_is_told_with_its_cell(string first, string second, string said)
    {
        (int exitCode, string error) = await ExportAsync("cs", NotebookBuilder.WithCode(first, second).Build());

        Assert.Equal(2, exitCode);
        Assert.StartsWith("--to cs: " + said, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Values_are_put_in_and_the_program_says_so()
    {
        string program = await ExportedAsync(
            "cs", new NotebookBuilder().Code("int epochs = 10;", "parameters").Code("epochs"), "--set", "epochs=1");

        Assert.Contains(
            "int epochs = 10;\n\n// Parameters\nepochs = 1;\n\ndisplay(epochs);\n", program, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Markdown_has_code_outputs_pictures_and_tables_and_its_links_lead_where_they_did()
    {
        string notebook = Executed(
            ("markdown", "See [it](data/it.txt#part), [the web](https://example.org), ![p](attachment:p.png).", """[]"""),
            ("code", "Console.WriteLine(1);",
                """[{ "output_type": "stream", "name": "stdout", "text": "\u001b[1mone\u001b[0m\n" }]"""),
            ("code", "Table()", """
                [{ "output_type": "execute_result", "data": { "text/plain": "a b", "text/html":
                  "<div>Words.</div><table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td>x_y</td></tr></table>" } }]
                """),
            ("code", "Text()", """
                [{ "output_type": "execute_result", "data": { "text/plain": ["in ```\n", "fences"],
                  "text/html": "<pre>x</pre>" } }]
                """),
            ("code", "Plot()", $$"""
                [{ "output_type": "display_data", "data": { "text/plain": "Figure: [1] loss", "image/png": "{{Pixel}}",
                  "application/vnd.plotly.v1+json": { "data": [] } } }]
                """),
            ("code", "throw",
                """[{ "output_type": "error", "ename": "E", "evalue": "v", "traceback": ["E: v", "  line 1"] }]"""));
        _folder.Write("data/it.txt", "it");

        (int exitCode, string error) = await ExportAsync("md", notebook, "--output", Path.Combine(_folder.Path, "site", "n.md"));

        Assert.True(exitCode == 0, error);
        Assert.Equal(
            """
            See [it](../data/it.txt#part), [the web](https://example.org), ![p](n_files/1.png).

            ```csharp
            Console.WriteLine(1);
            ```

            ```text
            one
            ```

            ```csharp
            Table()
            ```

            Words.

            | a | b |
            | --- | --- |
            | 1\|2 | x_y |

            ```csharp
            Text()
            ```

            ````text
            in ```
            fences
            ````

            ```csharp
            Plot()
            ```

            ![Figure: (1) loss](n_files/2.png)

            ```csharp
            throw
            ```

            ```text
            E: v
              line 1
            ```

            """,
            Read("site/n.md"));
        Assert.All((string[])["1.png", "2.png"], name => Assert.Equal(
            Convert.FromBase64String(Pixel), File.ReadAllBytes(Path.Combine(_folder.Path, "site", "n_files", name))));
    }

    [Theory]
    [InlineData("--set goes with --to cs", "--to", "md", "--set", "n=1")]
    [InlineData("Argument 'html' not recognized", "--to", "html")]
    [InlineData("Option '--to' is required.")]
    [InlineData("--output names the notebook itself", "--to", "md", "--output", "n.ipynb")]
    public async Task Wrong_use_is_told_in_one_line(string said, params string[] options)
    {
        (int exitCode, string error) = await ExportAsync(
            null, NotebookBuilder.WithCode("1").Build(),
            [.. options.Select(option => option == "n.ipynb" ? Path.Combine(_folder.Path, option) : option)]);

        Assert.Equal(2, exitCode);
        Assert.StartsWith(said, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
    }

    private static string Executed(params (string Kind, string Source, string Outputs)[] cells) => new JsonObject
    {
        ["cells"] = new JsonArray([.. cells.Select((cell, i) => new JsonObject
        {
            ["cell_type"] = cell.Kind,
            ["id"] = $"c{i}",
            ["metadata"] = new JsonObject(),
            ["source"] = cell.Source,
            [cell.Kind == "code" ? "outputs" : "attachments"] = cell.Kind == "code"
                ? JsonNode.Parse(cell.Outputs)
                : new JsonObject { ["p.png"] = new JsonObject { ["image/png"] = Pixel } },
        })]),
        ["metadata"] = new JsonObject(),
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    }.ToJsonString();

    private async Task<string> ExportedAsync(string form, NotebookBuilder notebook, params string[] options)
    {
        (int exitCode, string error) = await ExportAsync(form, notebook.Build(), options);
        Assert.True(exitCode == 0, error);
        return Read("n." + form);
    }

    private async Task<(int ExitCode, string Error)> ExportAsync(string? form, string notebook, params string[] options)
    {
        using var error = new StringWriter();
        string[] to = form is null ? [] : ["--to", form];
        int exitCode = await RunnerFolder.RunAppAsync(
            ["export", _folder.Write("n.ipynb", notebook), .. to, .. options], TextWriter.Null, error,
            TestContext.Current.CancellationToken);
        return (exitCode, error.ToString());
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(_folder.Path, name));
}
