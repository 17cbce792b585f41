using Xunit;

namespace Notebooks.Tests;

/// <summary>
/// A last line with a semicolon computes a figure and shows nothing: the next check says so, and never of one that was shown, was
/// used or may still be.
/// </summary>
public sealed class Results_that_are_not_shown : IAsyncLifetime
{
    /// <summary>Twice, so that it is seen that a loss is told once.</summary>
    private const string Check = "Console.WriteLine(Check.ImageShape(null)); Check.ImageShape(null)";

    private const string Prepare = """
        using MnistCnn.Course;
        Check.Model(() => null);
        var hist = new History([new(1, 0.5, 0.8, 0.4, 0.9, TimeSpan.Zero)]);
        var matrix = new ConfusionMatrix(new[] { 0, 1, 1 }, new[] { 0, 1, 0 }, 2);
        var small = torch.nn.Sequential(("dense_1", torch.nn.Linear(4, 2))).Compile(new Shape(4));
        Figure kept = null;
        void both() { display(hist.Plot()); display(matrix.Plot()); }
        void neither() { hist.Plot(); }
        """;

    /// <summary>Cells, each with what is computed there and never shown.</summary>
    private static readonly (string Cell, string? Lost)[] s_cells =
    [
        ("hist.Plot();", "figure"),
        ("matrix.Plot(normalize: true);", "figure"),
        ("small.Summary();", "summary"),
        ("new ClassificationReport(matrix);", "report"),
        ("neither();", "figure"),
        ("var other = 1;\nhist.Plot(); // the curves", "figure"),
        ("hist.Plot()", null),
        ("small.Summary()", null),
        ("new ClassificationReport(matrix)", null),
        ("matrix", null),
        ("small", null),
        ("display(hist.Plot());", null),
        ("hist.Plot().Display();", null),
        ("kept = hist.Plot();", null),
        ("var mine = matrix.Plot();", null),
        ("display(kept); display(mine);", null),
        ("both();", null),
        ("Console.WriteLine(new ClassificationReport(matrix));", null),
        ("Console.WriteLine($\"{small.Summary().TotalParameters} {new ClassificationReport(matrix).Accuracy:F2}\");", null),
        ("string html = hist.Plot().ToHtml();", null),
        ("Console.WriteLine(hist.Plot());", null),
        ("matrix.ToString();", null),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");
    private ExecutedNotebook? _notebook;

    public async ValueTask InitializeAsync() => _notebook = await SmallNotebook.RunAsync(
        _folder.FullName,
        [
            SmallNotebook.LoadLibrary, Prepare,
            .. s_cells.SelectMany(row => new[] { row.Cell, Check }),
        ]);

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Are_told_of_by_the_next_check_and_once()
    {
        Assert.All(s_cells.Index(), row =>
        {
            string remark = row.Item.Lost is { } kind
                ? $"\nA {kind} was computed and not shown: leave out the semicolon at the end of its cell, "
                    + "or write .Display() behind it."
                : "";
            string check = "• shape_ord is empty. Hint: It is the shape of one image: rows, columns and channels.";
            Assert.Equal(
                (row.Item.Cell, $"{check}{remark}\n{check}"), (row.Item.Cell, _notebook!.Cells[3 + (2 * row.Index)].Text));
        });
    }
}
