using System.Globalization;
using System.Text;

namespace MnistCnn;

/// <summary>
/// Writes a snapshot of a training run as HTML and SVG. It is sent several times a second: no script, no plotly.js, a few
/// kilobytes. Colours of text and lines are the page's own.
/// </summary>
internal static class TrainingViewHtml
{
    // Longer runs show their first and last epochs, so that the record stays short.
    private const int MaxRows = 24;

    /// <summary>Writes the fragment.</summary>
    public static string Write(TrainingView view)
    {
        var html = new StringBuilder();
        html.Append(
            CultureInfo.InvariantCulture,
            $"<div style=\"max-width:680px;font-family:{ChartStyle.Font};font-size:13px;line-height:1.5;")
            .Append(CultureInfo.InvariantCulture, $"{HtmlTable.NumberStyle}\">");
        if (view.Progress.IsOver)
        {
            return html.Append(Record(view)).Append("</div>").ToString();
        }

        html.Append(Progress(view)).Append("<div style=\"display:flex;flex-wrap:wrap;gap:8px 24px;margin:10px 0\">");
        html.Append(Curves(view, "Loss", e => e.Loss, e => e.ValLoss, view.Progress.Loss));
        html.Append(Curves(view, "Accuracy", e => e.Accuracy, e => e.ValAccuracy, view.Progress.Accuracy));
        return html.Append("</div></div>").ToString();
    }

    private static string Progress(TrainingView view)
    {
        TrainingProgress progress = view.Progress;
        int epoch = Math.Max(1, progress.Epoch);
        double share = Math.Clamp((double)progress.Seen / Math.Max(1, progress.TrainImages), 0, 1);
        string state = progress.IsValidating ? "validating …"
            : view.Remaining is { } rest ? $"{TrainingView.Duration(rest)} left"
            : "starting …";
        string rate = view.ImagesPerSecond > 0 && view.IsInEpoch && !progress.IsValidating
            ? Invariant($"{view.ImagesPerSecond:N0} images/s&ensp;·&ensp;")
            : "";
        var html = new StringBuilder();
        html.Append(Row(
            Invariant($"<strong>Epoch {epoch}/{progress.Epochs}</strong>&ensp;")
            + Invariant($"{progress.Seen:N0} of {progress.TrainImages:N0} images"),
            rate + state));
        html.Append(
            CultureInfo.InvariantCulture,
            $"<div role=\"progressbar\" aria-label=\"Epoch {epoch} of {progress.Epochs}\" ")
            .Append(
                CultureInfo.InvariantCulture,
                $"aria-valuemin=\"0\" aria-valuemax=\"100\" aria-valuenow=\"{100 * share:0}\" ")
            .Append("style=\"height:8px;border-radius:4px;overflow:hidden;background:rgba(128,128,128,0.25)\">")
            .Append(
                CultureInfo.InvariantCulture,
                $"<div style=\"width:{100 * share:0.#}%;height:100%;background:{ChartStyle.Blue}\"></div></div>");
        string now = progress.Seen > 0 ? $"{Figures("loss", progress.Loss)}&ensp;{Figures("acc", progress.Accuracy)}" : "&nbsp;";
        string before =
            progress.History is [.., { ValLoss: { } valLoss, ValAccuracy: { } valAccuracy } last]
            ? Invariant($"epoch {last.Epoch}:&ensp;{Figures("val_loss", valLoss)}&ensp;{Figures("val_acc", valAccuracy)}")
            : "";
        html.Append(Row(now, before));
        return html.ToString();
    }

    /// <summary>What is left of a run: how it ended, its last epoch and its best one, and all of them behind a fold.</summary>
    private static string Record(TrainingView view)
    {
        History run = view.Progress.History;
        string[] ending = view.Ending.Split(' ', 2);
        List<string> lines = [$"<strong>{ending[0]}</strong> {ending[1]}"];
        if (run is [.., var last])
        {
            lines.Add(Invariant($"Epoch {last.Epoch}:&ensp;{Figures("loss", last.Loss)}&ensp;{Figures("acc", last.Accuracy)}")
                + (last is { ValLoss: { } valLoss, ValAccuracy: { } valAccuracy }
                    ? $"&ensp;{Figures("val_loss", valLoss)}&ensp;{Figures("val_acc", valAccuracy)}"
                    : ""));
        }

        if (run.Count > 1 && run.HasValidation && run.MinBy(epoch => epoch.ValLoss) is { ValLoss: { } lowest } best)
        {
            lines.Add(best == run[^1]
                ? "No epoch had a lower val_loss."
                : Invariant($"Epoch {best.Epoch} had the lowest val_loss:&ensp;<strong>{lowest:0.0000}</strong>"));
        }

        lines.AddRange(ResultText.Notes(run));
        return string.Concat(lines.Select(line => $"<div>{line}</div>")) + (run.Count < 2 ? "" : Invariant(
            $"<details><summary style=\"cursor:pointer;width:fit-content\">All {run.Count} epochs</summary>")
            + $"{EpochTable([.. run])}</details>");
    }

    private static string EpochTable(EpochRecord[] rows)
    {
        int hidden = rows.Length - MaxRows;
        return hidden <= 0 ? ResultText.EpochTable(rows) : ResultText.EpochTable(rows.Take(MaxRows / 2))
            + Invariant($"<div>… {hidden} more epochs …</div>") + ResultText.EpochTable(rows.TakeLast(MaxRows / 2));
    }

    private static string Curves(
        TrainingView view, string title, Func<EpochRecord, double> training, Func<EpochRecord, double?> validation, double now)
    {
        const int Width = 310, Height = 130, Left = 44, Right = 10, Top = 24, Bottom = 20;
        TrainingProgress progress = view.Progress;
        double[] train = [.. progress.History.Select(training)];
        double?[] val = [.. progress.History.Select(validation)];
        bool running = view.IsInEpoch && double.IsFinite(now);
        double[] all = [.. train, .. val.OfType<double>(), .. running ? new[] { now } : []];
        all = [.. all.Where(double.IsFinite)];
        double low = all.Length == 0 ? 0 : all.Min();
        double high = all.Length == 0 ? 1 : all.Max();
        if (high - low < 1e-9)
        {
            (low, high) = (low - 0.01, high + 0.01);
        }

        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg role=\"img\" aria-label=\"{title} over the epochs\" viewBox=\"0 0 {Width} {Height}\" width=\"{Width}\" ")
            .Append("style=\"max-width:100%;height:auto;font-size:11px\" fill=\"currentColor\">")
            .Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Left}\" y=\"12\" font-size=\"12\" font-weight=\"600\">{title}</text>");
        Legend(Width - Right, "validation", ChartStyle.Orange, val.OfType<double>().Any());
        Legend(Width - Right - (val.OfType<double>().Any() ? 72 : 0), "training", ChartStyle.Blue, show: true);
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{Left} {Top}V{Height - Bottom}H{Width - Right}\" ")
            .Append("fill=\"none\" stroke=\"currentColor\" stroke-opacity=\"0.4\"/>");
        if (all.Length > 0)
        {
            Label(Left - 5, Y(high) + 4, "end", Invariant($"{high:0.000}"));
            Label(Left - 5, Y(low) + 4, "end", Invariant($"{low:0.000}"));
        }

        Label(X(1), Height - 6, "middle", "1");
        if (progress.Epochs > 1)
        {
            Label(X(progress.Epochs), Height - 6, "middle", Invariant($"{progress.Epochs}"));
        }

        Line([.. train.Select(y => (double?)y)], ChartStyle.Blue);
        Line(val, ChartStyle.Orange);
        if (running)
        {
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<circle cx=\"{X(progress.Epoch):0.#}\" cy=\"{Y(now):0.#}\" r=\"3\" fill=\"none\" ")
                .Append(CultureInfo.InvariantCulture, $"stroke=\"{ChartStyle.Blue}\" stroke-width=\"1.5\"/>");
        }

        return svg.Append("</svg>").ToString();

        double X(int epoch) =>
            Left + 10 + ((Width - Left - Right - 16.0) * (epoch - 1) / Math.Max(1, progress.Epochs - 1));

        double Y(double value) => Height - Bottom - 6 - ((Height - Top - Bottom - 10) * (value - low) / (high - low));

        void Label(double x, double y, string anchor, string text) => svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"{anchor}\" fill-opacity=\"0.8\">{text}</text>");

        void Legend(double right, string text, string color, bool show)
        {
            if (show)
            {
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<text x=\"{right}\" y=\"12\" text-anchor=\"end\"><tspan fill=\"{color}\">●</tspan> {text}</text>");
            }
        }

        void Line(double?[] values, string color)
        {
            var points = new StringBuilder();
            for (int i = 0; i < values.Length; i++)
            {
                if (values[i] is { } y && double.IsFinite(y))
                {
                    points.Append(CultureInfo.InvariantCulture, $"{X(progress.History[i].Epoch):0.#},{Y(y):0.#} ");
                }
            }

            if (points.Length > 0)
            {
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<polyline points=\"{points.ToString().TrimEnd()}\" fill=\"none\" stroke=\"{color}\" ")
                    .Append("stroke-width=\"2\" stroke-linejoin=\"round\" stroke-linecap=\"round\"/>");
                string last = points.ToString().TrimEnd().Split(' ')[^1];
                string[] place = last.Split(',');
                svg.Append(
                    CultureInfo.InvariantCulture,
                    $"<circle cx=\"{place[0]}\" cy=\"{place[1]}\" r=\"2.5\" fill=\"{color}\"/>");
            }
        }
    }

    private static string Row(string left, string right) =>
        "<div style=\"display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 16px\">"
        + $"<span>{left}</span><span>{right}</span></div>";

    private static string Figures(string name, double value) =>
        Invariant($"<span style=\"white-space:nowrap\">{name} <strong>{value:0.0000}</strong></span>");
}
