using static TorchSharp.torch;

namespace MnistCnn.Lab;

/// <summary>The chart of samples in two dimensions.</summary>
public static class ProjectionChart
{
    // The width of the plot in pixels, and on a phone.
    private const int PlotSize = 500, NarrowPlotSize = 280;

    // Tableau's ten, some of them darker: every one stands out from white and from dark paper.
    private static readonly string[] s_colors =
        ["#4E79A7", "#D9730D", "#E15759", "#3D9C95", "#4E9A45", "#A98600", "#B07AA1", "#D6607A", "#9C755F", "#868D92"];

    /// <summary>
    /// Draws each sample as a dot at its place along the first two components, in the colour of its digit; each cloud has the
    /// name of its digit in the middle. What the model took for another digit is a cross. Pointing at a sample shows its image.
    /// </summary>
    /// <param name="components">The components of the samples.</param>
    /// <param name="evaluation">The model's predictions for the same samples, in the same order.</param>
    /// <param name="title">The title above the chart.</param>
    /// <exception cref="ArgumentException">There are other samples than predictions, or fewer than two components.</exception>
    public static Figure Plot(
        this PrincipalComponents components, Evaluation evaluation, string title = "The samples in two dimensions")
    {
        ArgumentNullException.ThrowIfNull(components);
        ArgumentNullException.ThrowIfNull(evaluation);
        ArgumentNullException.ThrowIfNull(title);
        (long samples, long count) = (components.Scores.shape[0], components.Scores.shape[1]);
        if (samples != evaluation.Count)
        {
            throw new ArgumentException(
                Invariant($"There are {samples} samples but {evaluation.Count} predictions; both must be of the same samples."),
                nameof(evaluation));
        }

        if (count < 2)
        {
            throw new ArgumentException("A plane needs two components.", nameof(components));
        }

        double[] x = Column(components.Scores, 0), y = Column(components.Scores, 1);
        int[] all = [.. Enumerable.Range(0, evaluation.Count)];
        int[] wrong = [.. all.Where(i => evaluation.PredictedLabels[i] != evaluation.TrueLabels[i])];
        int[] labels = [.. evaluation.TrueLabels.Distinct().Order()];
        var traces = labels.Select(label => Dots(label, [.. all.Where(i => evaluation.TrueLabels[i] == label).Except(wrong)]))
            .ToList();
        if (wrong.Length > 0)
        {
            traces.Add(Crosses());
        }

        string note = wrong.Length > 0 ? "✖ read as another digit" : "";
        (double X, double Y)[] middles = [.. labels.Select(MiddleOf)], places = Apart(middles, x, y, NarrowPlotSize);
        var narrow = new Attributes
        {
            ["layout.font.size"] = 12, ["layout.margin.l"] = 44, ["layout.margin.r"] = 8,
        };
        Layout layout = new Layout(Layout.TitleWith(title, note), Layout.Wide, 620, Layout.Left, right: 8, top: 68, bottom: 54)
        {
            HasToolBar = true,
            ["hovermode"] = "closest",
            ["dragmode"] = "pan",
            ["showlegend"] = false,
            ["annotations"] = labels.Zip(Apart(middles, x, y, PlotSize), Name),
            ["xaxis"] = AxisOf(Invariant($"First component ({100 * components.ExplainedShares[0]:0.0} % of the variance)")),
            ["yaxis"] = AxisOf(Invariant($"Second component ({100 * components.ExplainedShares[1]:0.0} %)")),
        }
        .Narrow(420, 460, narrow);
        if (wrong.Length > 0)
        {
            layout.Dark(Invariant($"data.{labels.Length}.marker.color"), "#FFFFFF");
        }

        for (int i = 0; i < labels.Length; i++)
        {
            string path = Invariant($"layout.annotations.{i}.");
            layout.Dark(path + "bgcolor", "rgba(30,30,30,0.85)");
            (narrow[path + "x"], narrow[path + "y"], narrow[path + "font.size"]) = (places[i].X, places[i].Y, 12);
        }

        int columns = (int)Math.Ceiling(Math.Sqrt(all.Length));
        if (Pictures(evaluation, columns) is var (source, rows))
        {
            layout.Pictures(source, columns, rows);
        }

        ((Axis)layout["yaxis"])["scaleanchor"] = "x";
        string errors = Plural.Of(wrong.Length, "error");
        return new(
            title,
            Invariant($"{samples:N0} samples, {errors}"),
            Invariant($"{title}: {samples:N0} samples along the first two principal components, which hold ")
                + Invariant($"{100 * components.ExplainedShares.Take(2).Sum():0.0} % of the variance; {errors} marked."),
            traces,
            layout);

        // SVG elements, not WebGL: some thousands are no trouble, and they look the same in a static picture.
        Trace Dots(int label, int[] indices) => new("scatter")
        {
            ["name"] = Invariant($"{label}"),
            ["x"] = indices.Select(i => x[i]),
            ["y"] = indices.Select(i => y[i]),
            ["customdata"] = indices,
            ["hovertemplate"] = Invariant($"<b>{label}</b>, image %{{customdata}}<extra></extra>"),
            ["mode"] = "markers",
            ["marker"] = new { size = 6, color = s_colors[label % s_colors.Length] },
        };

        Trace Crosses()
        {
            string[] hovers = [.. wrong.Select(i =>
                Invariant($"<b>{evaluation.TrueLabels[i]}</b> read as <b>{evaluation.PredictedLabels[i]}</b>, ")
                + "image %{customdata}<extra></extra>")];
            return new("scatter")
            {
                ["name"] = "read as another digit",
                ["x"] = wrong.Select(i => x[i]),
                ["y"] = wrong.Select(i => y[i]),

                // A single text stands for all of them.
                ["hovertemplate"] = hovers.Length == 1 ? hovers[0] : hovers,
                ["customdata"] = wrong,
                ["mode"] = "markers",
                ["marker"] = new { symbol = "x", size = 8, color = "#000000" },
            };
        }

        (double X, double Y) MiddleOf(int label)
        {
            int[] cloud = [.. all.Where(i => evaluation.TrueLabels[i] == label)];
            return (Median(cloud.Select(i => x[i])), Median(cloud.Select(i => y[i])));
        }
    }

    private static Attributes Name(int label, (double X, double Y) place) => new()
    {
        ["text"] = Invariant($"<b>{label}</b>"), ["showarrow"] = false, ["captureevents"] = false,
        ["x"] = place.X, ["y"] = place.Y, ["font"] = new { size = 15 }, ["bgcolor"] = "rgba(255,255,255,0.85)",
        ["bordercolor"] = s_colors[label % s_colors.Length], ["borderwidth"] = 2, ["borderpad"] = 2,
    };

    /// <summary>Moves places apart until no name of 26 pixels lies on another.</summary>
    private static (double X, double Y)[] Apart(
        (double X, double Y)[] middles, double[] x, double[] y, int plotSize)
    {
        (double X, double Y)[] places = [.. middles];
        double least = 26 * Math.Max(x.Max() - x.Min(), y.Max() - y.Min()) / plotSize;
        for (int round = 0; round < 100; round++)
        {
            for (int i = 0; i < places.Length; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    (double dx, double dy) = (places[i].X - places[j].X, places[i].Y - places[j].Y);
                    double distance = Math.Sqrt((dx * dx) + (dy * dy)), push = (least - distance) / 2;
                    if (push > 0)
                    {
                        (dx, dy) = distance > 0 ? (push * dx / distance, push * dy / distance) : (push, 0);
                        places[i] = (places[i].X + dx, places[i].Y + dy);
                        places[j] = (places[j].X - dx, places[j].Y - dy);
                    }
                }
            }
        }

        return places;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

    /// <summary>
    /// All images in one picture, in four greys, which are enough for a small one and take little room; null where the samples
    /// are no images, or are gone.
    /// </summary>
    private static (string Source, int Rows)? Pictures(Evaluation evaluation, int columns)
    {
        GrayImage[] images;
        try
        {
            images = [.. Enumerable.Range(0, evaluation.Count).Select(i => evaluation[i].Image)];
        }
        catch (InvalidOperationException)
        {
            return null;
        }

        (int height, int width) = (images[0].Rows, images[0].Columns);
        int rows = (images.Length + columns - 1) / columns;
        return (PngFile.ToDataUri(PngFile.EncodeGrey(rows * height, columns * width, GreyAt)), rows);

        int GreyAt(int row, int column)
        {
            int i = (row / height * columns) + (column / width);
            float ink = i < images.Length ? images[i].Pixels[(row % height * width) + (column % width)] : 0;
            return 255 - (85 * (int)MathF.Round(3 * Math.Clamp(ink, 0, 1)));
        }
    }

    private static Axis AxisOf(string title) => new(title)
    {
        ["constrain"] = "domain",
        ["zeroline"] = false,
        ["showgrid"] = false,
        ["nticks"] = 6,
    };

    /// <summary>A column, to a thousandth of its range: finer than a screen shows.</summary>
    private static double[] Column(Tensor scores, int column)
    {
        using Tensor values = scores.select(1, column).to(ScalarType.Float64).contiguous();
        double[] numbers = [.. values.data<double>()];
        double range = Math.Max(numbers.Max() - numbers.Min(), 1e-12);
        int digits = Math.Clamp(3 - (int)Math.Floor(Math.Log10(range)), 0, 15);
        return [.. numbers.Select(value => Math.Round(value, digits))];
    }
}
