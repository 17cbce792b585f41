using static TorchSharp.torch;

namespace MnistCnn.Lab;

/// <summary>The chart of samples in two dimensions.</summary>
public static class ProjectionChart
{
    // Tableau's ten, with the yellow darker: every one stands out from white and from dark paper.
    private static readonly string[] s_colors =
        ["#4E79A7", "#F28E2B", "#E15759", "#3D9C95", "#59A14F", "#B8960C", "#B07AA1", "#E0738A", "#9C755F", "#868D92"];

    /// <summary>
    /// Draws each sample as the digit that it is, at its place along the first two components. What the model took for another
    /// digit has a circle; pointing at a sample says which image it is.
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
        var traces = evaluation.TrueLabels.Distinct().Order().Select(label => Digits(
            label, [.. all.Where(i => evaluation.TrueLabels[i] == label)])).ToList();
        if (wrong.Length > 0)
        {
            traces.Add(Circles());
        }

        string note = wrong.Length > 0 ? $"<span style=\"color:{ChartStyle.Red}\">○</span> read as another digit" : "";
        Layout layout = new Layout(Layout.TitleWith(title, note), 640, 560, left: 62, right: 18, top: 68, bottom: 54)
        {
            HasToolBar = true,
            ["hovermode"] = "closest",
            ["dragmode"] = "pan",
            ["showlegend"] = false,
            ["xaxis"] = AxisOf(Invariant($"First component ({100 * components.ExplainedShares[0]:0.0} % of the variance)")),
            ["yaxis"] = AxisOf(Invariant($"Second component ({100 * components.ExplainedShares[1]:0.0} %)")),
        }
        .Narrow(420, 460, new() { ["layout.font.size"] = 12, ["layout.margin.l"] = 44, ["layout.margin.r"] = 8 });
        ((Axis)layout["yaxis"])["scaleanchor"] = "x";
        string errors = Plural.Of(wrong.Length, "error");
        return new(
            title,
            Invariant($"{samples:N0} samples, {errors}"),
            Invariant($"{title}: {samples:N0} samples along the first two principal components, which hold ")
                + Invariant($"{100 * components.ExplainedShares.Take(2).Sum():0.0} % of the variance; {errors} circled."),
            traces,
            layout);

        // SVG elements, not WebGL: some thousands are no trouble, and they look the same in a static picture.
        Trace Digits(int label, int[] indices) => new("scatter")
        {
            ["name"] = Invariant($"{label}"),
            ["x"] = indices.Select(i => x[i]),
            ["y"] = indices.Select(i => y[i]),
            ["hovertemplate"] = Invariant($"<b>{label}</b><extra></extra>"),
            ["mode"] = "text",
            ["text"] = Invariant($"{label}"),
            ["textfont"] = new { size = 11, color = s_colors[label % s_colors.Length] },
        };

        Trace Circles()
        {
            const string color = ChartStyle.Red;
            string[] hovers = [.. wrong.Select(i =>
                Invariant($"<b>{evaluation.TrueLabels[i]}</b> read as <b>{evaluation.PredictedLabels[i]}</b>, ")
                + "image %{customdata}<extra></extra>")];
            return new("scatter")
            {
                ["name"] = "wrong",
                ["x"] = wrong.Select(i => x[i]),
                ["y"] = wrong.Select(i => y[i]),

                // A single text stands for all of them.
                ["hovertemplate"] = hovers.Length == 1 ? hovers[0] : hovers,
                ["customdata"] = wrong,
                ["mode"] = "markers",
                ["marker"] = new { symbol = "circle-open", size = 15, color, line = new { width = 1.8, color } },
            };
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
