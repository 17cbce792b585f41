using System.Net;
using System.Numerics;
using System.Text;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Pictures of one's own numbers, one line each, in the look of the other figures:
/// <c>Chart.Line(epochs, losses, "Loss", "epoch", "loss")</c>. What is drawn may be any list of numbers, of a tensor
/// <c>tensor.data&lt;float&gt;()</c>.
/// </summary>
public static class Chart
{
    private const int MostBins = 500;

    /// <summary>Draws numbers in their order as a line (matplotlib: <c>plot</c>).</summary>
    /// <typeparam name="T">The type of the numbers.</typeparam>
    /// <param name="y">The numbers; their places, from 0, are the x.</param>
    /// <param name="title">The title above the picture.</param>
    /// <param name="xTitle">What the x are.</param>
    /// <param name="yTitle">What the y are.</param>
    /// <exception cref="ArgumentException">There is no number, or one that is not finite.</exception>
    public static Figure Line<T>(IEnumerable<T> y, string title = "Line", string xTitle = "", string yTitle = "")
        where T : INumber<T>
    {
        double[] values = Numbers(y, "y");
        return Curve("lines", [.. values.Select((_, i) => (double)i)], values, title, xTitle, yTitle);
    }

    /// <summary>Draws a line from point to point (matplotlib: <c>plot</c>).</summary>
    /// <typeparam name="TX">The type of the x.</typeparam>
    /// <typeparam name="TY">The type of the y.</typeparam>
    /// <param name="x">The x of the points.</param>
    /// <param name="y">The y of the points, as many.</param>
    /// <param name="title">The title above the picture.</param>
    /// <param name="xTitle">What the x are.</param>
    /// <param name="yTitle">What the y are.</param>
    /// <exception cref="ArgumentException">
    /// There is no number, one that is not finite, or other x than y by their count.
    /// </exception>
    public static Figure Line<TX, TY>(
        IEnumerable<TX> x, IEnumerable<TY> y, string title = "Line", string xTitle = "", string yTitle = "")
        where TX : INumber<TX>
        where TY : INumber<TY> => Curve("lines", Numbers(x, "x"), Numbers(y, "y"), title, xTitle, yTitle);

    /// <summary>Draws points (matplotlib: <c>scatter</c>).</summary>
    /// <inheritdoc cref="Line{TX, TY}"/>
    public static Figure Points<TX, TY>(
        IEnumerable<TX> x, IEnumerable<TY> y, string title = "Points", string xTitle = "", string yTitle = "")
        where TX : INumber<TX>
        where TY : INumber<TY> => Curve("markers", Numbers(x, "x"), Numbers(y, "y"), title, xTitle, yTitle);

    /// <summary>Draws a bar for each number (matplotlib: <c>bar</c>).</summary>
    /// <typeparam name="TName">What names the bars: text, or anything that can be written.</typeparam>
    /// <typeparam name="T">The type of the numbers.</typeparam>
    /// <param name="names">The names of the bars, each another.</param>
    /// <param name="values">The numbers, as many.</param>
    /// <param name="title">The title above the picture.</param>
    /// <param name="xTitle">What the names are.</param>
    /// <param name="yTitle">What the numbers are.</param>
    /// <exception cref="ArgumentException">
    /// There is no number, one that is not finite, a name that comes twice, or other names than numbers by their count.
    /// </exception>
    public static Figure Bars<TName, T>(
        IEnumerable<TName> names, IEnumerable<T> values, string title = "Bars", string xTitle = "", string yTitle = "")
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] labels = [.. names.Select(name => WebUtility.HtmlEncode(Invariant($"{name}")))];
        double[] heights = Numbers(values, "values");
        SameCount(labels.Length, heights.Length, "names", "values");
        if (labels.GroupBy(label => label, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two bars have the name {twice.Key}; each needs a name of its own.", nameof(names));
        }

        int most = Array.IndexOf(heights, heights.Max());
        (string[] texts, int angle) = Ticks(labels, letters: 90);
        (string[] onPhone, int angleOnPhone) = Ticks(labels, letters: 40);
        return Draw(
            title, xTitle, yTitle, Plural.Of(labels.Length, "bar"),
            $"{Plural.Of(labels.Length, "bar")}; the largest is {labels[most]}, {FigureNumbers.Number(heights[most])}.",
            new("bar") { ["x"] = labels, ["y"] = heights, ["marker"] = new { color = ChartStyle.Blue } },
            new() { ["layout.xaxis.ticktext"] = onPhone, ["layout.xaxis.tickangle"] = angleOnPhone },
            ("type", "category"), ("tickvals", labels), ("ticktext", texts), ("tickangle", angle), ("automargin", true));
    }

    /// <summary>Names below bars, upright where each of their words has room.</summary>
    /// <param name="names">The names.</param>
    /// <param name="letters">The room for all of them.</param>
    private static (string[] Texts, int Angle) Ticks(string[] names, int letters)
    {
        int each = letters / names.Length;
        bool isUpright = names.SelectMany(name => name.Split(' ')).All(word => word.Length <= each);
        return ([.. names.Select(name => Lines(name, isUpright ? each : 20))], isUpright ? 0 : -90);
    }

    /// <summary>A name in lines of some letters, parted between words.</summary>
    private static string Lines(string name, int longest)
    {
        var text = new StringBuilder();
        int line = 0;
        foreach (string word in name.Split(' '))
        {
            bool fits = line > 0 && line + 1 + word.Length <= longest;
            text.Append(line == 0 ? "" : fits ? " " : "<br>").Append(word);
            line = fits ? line + 1 + word.Length : word.Length;
        }

        return text.ToString();
    }

    /// <summary>Draws how many of the numbers lie in each of equal bins (matplotlib: <c>hist</c>).</summary>
    /// <typeparam name="T">The type of the numbers.</typeparam>
    /// <param name="values">The numbers.</param>
    /// <param name="bins">How many bins, 1 to 500.</param>
    /// <param name="title">The title above the picture.</param>
    /// <param name="xTitle">What the numbers are.</param>
    /// <exception cref="ArgumentException">There is no number, or one that is not finite.</exception>
    public static Figure Histogram<T>(IEnumerable<T> values, int bins = 20, string title = "Histogram", string xTitle = "")
        where T : INumber<T> => Histogram(Numbers(values, "values"), bins, title, xTitle);

    /// <inheritdoc cref="Histogram{T}(IEnumerable{T}, int, string, string)"/>
    /// <remarks>An array would convert to a tensor, too; so it has a method of its own.</remarks>
    public static Figure Histogram<T>(T[] values, int bins = 20, string title = "Histogram", string xTitle = "")
        where T : INumber<T>
    {
        ArgumentOutOfRange.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRange.ThrowIfGreaterThan(bins, MostBins);
        double[] numbers = Numbers(values, "values");
        (double low, double high) = (numbers.Min(), numbers.Max());
        (low, high) = high > low ? (low, high) : (low - 0.5, high + 0.5);
        double width = (high - low) / bins;
        int[] counts = new int[bins];
        foreach (double number in numbers)
        {
            counts[Math.Min((int)((number - low) / width), bins - 1)]++;
        }

        string[] ranges = [.. counts.Select((_, i) =>
            $"{FigureNumbers.Number(low + (i * width))} to {FigureNumbers.Number(low + ((i + 1) * width))}")];
        int most = Array.IndexOf(counts, counts.Max());
        return Draw(
            title, xTitle, "Count", Invariant($"{numbers.Length:N0} numbers"),
            Invariant($"{numbers.Length:N0} numbers from {FigureNumbers.Number(numbers.Min())} to ")
                + Invariant($"{FigureNumbers.Number(numbers.Max())}; most, {counts[most]:N0}, lie in {ranges[most]}."),
            new("bar")
            {
                ["x"] = counts.Select((_, i) => low + ((i + 0.5) * width)), ["y"] = counts, ["ids"] = ranges, ["width"] = width,
                ["marker"] = new { color = ChartStyle.Blue, line = new { color = ChartStyle.Frame, width = 1 } },
                ["hovertext"] = counts.Select((count, i) => Invariant($"{ranges[i]}: <b>{count:N0}</b>")),
                ["hovertemplate"] = Trace.HoverText,
            });
    }

    /// <summary>Draws how many of the numbers of a tensor lie in each of equal bins.</summary>
    /// <param name="values">The numbers: a tensor of any shape.</param>
    /// <param name="bins">How many bins, 1 to 500.</param>
    /// <param name="title">The title above the picture.</param>
    /// <param name="xTitle">What the numbers are.</param>
    /// <exception cref="ArgumentException">There is no number, or one that is not finite.</exception>
    public static Figure Histogram(Tensor values, int bins = 20, string title = "Histogram", string xTitle = "") =>
        Histogram(NumbersOf(values, "values"), bins, title, xTitle);

    /// <summary>Draws a tensor as an image, its smallest number white, its largest black (matplotlib: <c>imshow</c>).</summary>
    /// <param name="image">The numbers: tensor (rows, columns); axes of length 1, such as a channel's, do not count.</param>
    /// <param name="title">The title above the picture.</param>
    /// <exception cref="ArgumentException">Another shape, or a number that is not finite.</exception>
    public static Figure Image(Tensor image, string title = "Image")
    {
        ArgumentNullException.ThrowIfNull(image);
        long[] sides = [.. image.shape.Where(side => side != 1)];
        if (sides.Length != 2)
        {
            throw new ArgumentException(
                $"Expected one image of the shape (rows, columns), given {image.Shape()}; images[0] is the first of many.",
                nameof(image));
        }

        (int rows, int columns) = ((int)sides[0], (int)sides[1]);
        double[] numbers = NumbersOf(image, nameof(image));
        (double low, double high) = (numbers.Min(), numbers.Max());
        double range = high > low ? high - low : 1;
        var picture = new GrayImage(rows, columns, [.. numbers.Select(number => (float)((number - low) / range))]);
        string size = Invariant($"{rows} × {columns} pixels from {FigureNumbers.Number(low)} to {FigureNumbers.Number(high)}");
        var grid = new ImageGrid(
            WebUtility.HtmlEncode(title), [new ImageTile(picture.ToDataUri(Math.Max(1, 280 / rows)), size)],
            Columns: 1, NarrowColumns: 1, TileSize: 280, HeaderHeight: 0, FooterHeight: 6, EmptyText: "", Width: Layout.Small,
            Bar: new("Smallest to largest", low, high > low ? high : low + 1, ChartStyle.Paper, "#000000"));
        return grid.Draw(size, $"{title}: {size}.");
    }

    private static Figure Curve(string mode, double[] x, double[] y, string title, string xTitle, string yTitle)
    {
        SameCount(x.Length, y.Length, "x", "y");
        string points = Plural.Of(x.Length, "point");
        (string xName, string yName) = (xTitle.Length == 0 ? "x" : xTitle, yTitle.Length == 0 ? "y" : yTitle);
        return Draw(
            title, xTitle, yTitle, points,
            $"{points}, {xName} from {FigureNumbers.Number(x.Min())} to {FigureNumbers.Number(x.Max())}, "
                + $"{yName} from {FigureNumbers.Number(y.Min())} to {FigureNumbers.Number(y.Max())}.",
            new("scatter")
            {
                ["mode"] = mode, ["x"] = x, ["y"] = y,
                ["line"] = new { color = ChartStyle.Blue, width = 2.5 },
                ["marker"] = new { color = ChartStyle.Blue, size = 7 },
            });
    }

    private static Figure Draw(
        string title, string xTitle, string yTitle, string summary, string words, Trace trace, Attributes? onPhone = null,
        params (string, object)[] xAxis)
    {
        ArgumentNullException.ThrowIfNull(title);
        var x = new Axis(WebUtility.HtmlEncode(xTitle)) { ["showgrid"] = false };
        foreach ((string name, object value) in xAxis)
        {
            x[name] = value;
        }

        Layout layout = new Layout(
            WebUtility.HtmlEncode(title), Layout.Wide, 380, Layout.Left, right: 8, top: 50, bottom: xTitle.Length == 0 ? 34 : 52)
        {
            HasToolBar = true,
            ["hovermode"] = "closest",
            ["showlegend"] = false,
            ["xaxis"] = x,
            ["yaxis"] = new Axis(WebUtility.HtmlEncode(yTitle.Length == 0 ? "y" : yTitle))
            {
                ["nticks"] = 7, ["separatethousands"] = true,
            },
        }
        .Narrow(Layout.Wide, 320, onPhone ?? new() { ["layout.xaxis.nticks"] = 5 });
        return new(title, summary, $"{title}: {words}", [trace], layout);
    }

    private static double[] Numbers<T>(IEnumerable<T> values, string name)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(values, name);
        double[] numbers = [.. values.Select(double.CreateSaturating)];
        int wrong = Array.FindIndex(numbers, number => !double.IsFinite(number));
        return numbers.Length == 0 ? throw new ArgumentException($"There is nothing to draw: {name} is empty.", name)
            : wrong >= 0 ? throw new ArgumentException(
                Invariant($"{name} holds {numbers[wrong]} at position {wrong}, which cannot be drawn."), name)
            : numbers;
    }

    private static double[] NumbersOf(Tensor values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        using var scope = NewDisposeScope();
        return Numbers(values.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray(), name);
    }

    private static void SameCount(int first, int second, string firstName, string secondName)
    {
        if (first != second)
        {
            throw new ArgumentException(
                Invariant($"There are {first} {firstName} but {second} {secondName}; each needs its own."), firstName);
        }
    }
}
