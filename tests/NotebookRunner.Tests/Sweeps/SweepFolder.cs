using NotebookRunner.Notebooks;
using Xunit;

namespace NotebookRunner.Tests.Sweeps;

/// <summary>A sweep over a grid of four, one of which fails; run once for all tests that look at the result.</summary>
[CollectionDefinition(nameof(SweepFolder))]
public sealed class SweepFolder : ICollectionFixture<SweepFolder>, IAsyncLifetime
{
    private readonly RunnerFolder _folder = new();

    /// <summary>
    /// Stores one number, and a record with curves as a library would; fails where size is 20 and the word has a comma.
    /// </summary>
    internal static NotebookBuilder Notebook { get; } = new NotebookBuilder()
        .Markdown("# Tiny")
        .Code("int size = 1;\nstring word = \"x\";\ndouble rate = 0.5;", "parameters")
        .Code(
            """
            void Glue(string name, string data) =>
                ("{\"name\":\"" + name + "\",\"data\":" + data + ",\"encoder\":\"json\",\"version\":1}")
                    .DisplayAs("application/scrapbook.scrap.json+json");
            Glue("score", (100 - size).ToString());
            Glue("word_length", word.Length.ToString());
            var shown = rate.ToString(System.Globalization.CultureInfo.InvariantCulture);
            Glue("training", "{\"val_acc\":[0.5,0." + (size + 60) + "],\"loss\":[2,1,null],\"rate\":" + shown + "}");
            """)
        .Code("if (size == 20 && word.Contains(',')) throw new InvalidOperationException(\"broken <b>\");")
        .Code("Console.WriteLine($\"{size} {word}\");");

    internal Outcome Outcome { get; private set; } = null!;

    internal string PagePath => Path.Combine(_folder.Output, "n-sweep.html");

    internal string Page => File.ReadAllText(PagePath);

    internal IReadOnlyList<string> Files =>
        [.. Directory.GetFiles(_folder.Output).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public async ValueTask InitializeAsync()
    {
        Outcome = await _folder.RunFileAsync(
            "n.ipynb", Notebook.Build(), CancellationToken.None,
            "--sweep", "size=3,20", "--sweep", "word=a,\"b,c\"", "--set", "rate=0.25");
    }

    internal Notebook ReadNotebook(string name) => NotebookReader.ReadFile(Path.Combine(_folder.Output, name));

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
