using System.Net;
using System.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>The shapes that an image passes through in a model, drawn: stacks of maps, then rows of numbers.</summary>
public sealed class ShapeDiagram : IHtmlOutput
{
    /// <summary>The height of a picture, in pixels.</summary>
    private const double Height = 84;

    /// <summary>The height of the largest map, in pixels, beside which the others are drawn to scale.</summary>
    private const double LargestMap = 54;

    private readonly IReadOnlyList<Step> _steps;

    internal ShapeDiagram(IReadOnlyList<Step> steps) => _steps = steps;

    /// <summary>An HTML fragment without a script; it takes the page's colours and breaks into lines on a narrow page.</summary>
    public string ToHtml()
    {
        long largest = _steps.Max(step => step.Channels is null ? 1 : step.Rows);
        long longest = _steps.Max(step => step.Channels is null ? step.Rows : 1);
        var html = new StringBuilder()
            .Append("<div role=\"img\" aria-label=\"").Append(WebUtility.HtmlEncode(Description)).Append("\" ")
            .Append("style=\"display:flex;flex-wrap:wrap;align-items:flex-end;gap:14px 0;font:11.5px/1.35 ")
            .Append(ChartStyle.Font).Append(";color:var(--vscode-editor-foreground,inherit)\">\n");
        foreach (Step step in _steps)
        {
            string words = WebUtility.HtmlEncode(string.Join('\n', step.Layers)).Replace("\n", "<br/>", StringComparison.Ordinal);
            html.Append("<div style=\"display:flex;align-items:flex-end;break-inside:avoid\">")
                .Append(step.Layers.Count == 0 ? "" : Arrow(words))
                .Append("<div style=\"text-align:center\">").Append(step.Draw(Height, LargestMap / largest, longest))
                .Append("<div style=\"font-weight:600;white-space:nowrap\">").Append(step.Size)
                .Append("</div><div style=\"opacity:.8;white-space:nowrap\">").Append(step.Count).Append("</div></div></div>\n");
        }

        return html.Append("</div>").ToString();
    }

    private static string Arrow(string words) =>
        $"<div style=\"text-align:center;padding:0 2px\"><div style=\"font-size:10.5px\">{words}</div>"
        + Invariant($"<div aria-hidden=\"true\" style=\"font-size:20px;height:{Height - 10:0}px\">→</div></div>");

    /// <summary>The shapes, one after the other: <c>28 × 28 × 1 → 26 × 26 × 32 → 21632 → 10</c>.</summary>
    public override string ToString() => string.Join(" → ", _steps.Select(step => step.Size));

    private string Description => "The shapes in the model. An image, " + string.Join(", ", _steps.Select(step =>
        step.Layers.Count == 0 ? step.Size : $"then {string.Join(", ", step.Layers).Replace('\n', ' ')}: {step.Size}")) + ".";

    /// <summary>What comes out of one or more layers.</summary>
    /// <param name="Layers">In words: the layer that changes the shape, then those that keep it.</param>
    /// <param name="Rows">Rows and, for the sake of this picture, columns; of a row of numbers how many there are.</param>
    /// <param name="Columns">The columns of a map.</param>
    /// <param name="Channels">The channels; null for a row of numbers.</param>
    internal sealed record Step(IReadOnlyList<string> Layers, long Rows, long Columns, long? Channels)
    {
        public string Size => Channels is { } channels
            ? Invariant($"{Rows} × {Columns} × {channels}")
            : Invariant($"{Rows:N0}");

        public string Count =>
            Channels is { } channels ? Invariant($"= {Rows * Columns * channels:N0}") : "\u00A0"; // A line as high as the others.

        /// <summary>Maps one behind the other, to scale; a row of numbers as a bar, by the logarithm of its length.</summary>
        public string Draw(double height, double scale, long longest)
        {
            var shapes = new StringBuilder();
            double width;
            if (Channels is { } channels)
            {
                (double high, double wide) = (Rows * scale, Columns * scale);
                int sheets = 1 + (int)Math.Round(Math.Log2(channels));
                double step = 3, depth = (sheets - 1) * step;
                width = wide + depth + 2;
                for (int i = sheets - 1; i >= 0; i--)
                {
                    Rectangle(shapes, 1 + (i * step), height - 1 - high - (i * step), wide, high);
                }
            }
            else if (Rows <= 16)
            {
                double side = Math.Min(8, (height - 2) / Rows);
                width = side + 2;
                for (int i = 0; i < Rows; i++)
                {
                    Rectangle(shapes, 1, height - 1 - ((i + 1) * side), side, side);
                }
            }
            else
            {
                double high = (height - 2) * Math.Log(Rows) / Math.Log(Math.Max(longest, 17));
                width = 12;
                Rectangle(shapes, 1, height - 1 - high, 10, high);
            }

            return Invariant($"<svg aria-hidden=\"true\" width=\"{width:0.#}\" height=\"{height:0}\" ")
                + Invariant($"viewBox=\"0 0 {width:0.#} {height:0}\" style=\"display:block;margin:0 auto 3px\">{shapes}</svg>");
        }

        private static void Rectangle(StringBuilder shapes, double x, double y, double width, double height) =>
            shapes.Append(Invariant($"<rect x=\"{x:0.#}\" y=\"{y:0.#}\" width=\"{width:0.#}\" height=\"{height:0.#}\" "))
                .Append("fill=\"#6ba6cf\" stroke=\"#1b4f72\" stroke-width=\"1\"/>");
    }
}

/// <summary>The picture of a model's shapes.</summary>
public static class ShapeDiagramExtensions
{
    /// <summary>Draws the shapes that an image passes through: rows × columns × channels, then rows of numbers.</summary>
    /// <param name="model">The model, trained or not.</param>
    /// <exception cref="InvalidOperationException">The model does not know the shape of its input: compile it first.</exception>
    /// <exception cref="ArgumentException">A layer cannot take what the layer before it gives.</exception>
    public static ShapeDiagram PlotShapes(this nn.Module<Tensor, Tensor> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ImageDataFormat format = ModelLayout.Peek(model, out _).DataFormat;
        var steps = new List<ShapeDiagram.Step>();
        foreach (LayerTrace layer in ModelTracer.Trace(model, null))
        {
            if (steps.Count == 0)
            {
                steps.Add(StepOf([], layer.InputShape));
            }

            ShapeDiagram.Step next = StepOf([Words(layer.Module)], layer.OutputShape);
            ShapeDiagram.Step last = steps[^1];
            bool isSame = steps.Count > 1 && (next.Rows, next.Columns, next.Channels) == (last.Rows, last.Columns, last.Channels);
            if (isSame)
            {
                steps[^1] = last with { Layers = [.. last.Layers, .. next.Layers] };
            }
            else
            {
                steps.Add(next);
            }
        }

        return new ShapeDiagram(steps);

        ShapeDiagram.Step StepOf(IReadOnlyList<string> layers, Shape shape)
        {
            long[] sizes = [.. shape.Skip(1)];
            bool isFirst = format == ImageDataFormat.ChannelsFirst;
            return sizes.Length == 3
                ? new(layers, sizes[isFirst ? 1 : 0], sizes[isFirst ? 2 : 1], sizes[isFirst ? 0 : 2])
                : new(layers, sizes.Aggregate(1L, (product, size) => product * size), 1, null);
        }
    }

    private static string Words(nn.Module layer) => layer switch
    {
        Conv2d conv => Invariant($"Conv2D\n{conv.weight!.shape[2]} × {conv.weight.shape[3]}"),
        MaxPool2d pool => Invariant($"MaxPool\n{pool.kernel_size[0]} × {pool.kernel_size[^1]}"),
        _ => LayerType.NameOf(layer),
    };
}
