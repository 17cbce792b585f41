using System.Globalization;
using System.Net;
using System.Text;
using MnistCnn.Course;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>The texts and tables that the library's plain results show as.</summary>
internal static class ResultText
{
    /// <summary>The counts as numpy prints an array: aligned to the right, in brackets.</summary>
    public static string Matrix(ConfusionMatrix matrix)
    {
        string[][] rows =
        [
            .. Enumerable.Range(0, matrix.Classes).Select(row => Enumerable.Range(0, matrix.Classes)
                .Select(column => matrix[row, column].ToString(CultureInfo.InvariantCulture)).ToArray()),
        ];
        int width = rows.Max(row => row.Max(number => number.Length));
        return "[["
            + string.Join("]\n [", rows.Select(row => string.Join(' ', row.Select(number => number.PadLeft(width))))) + "]]";
    }

    /// <summary>Rows of the library as a table: a column whose cells are all numbers stands on the right.</summary>
    /// <typeparam name="TRow">The type of a row.</typeparam>
    /// <param name="rows">The rows.</param>
    /// <param name="label">What the table holds.</param>
    public static string Table<TRow>(TextTable<TRow> rows, string label)
    {
        var table = new HtmlTable(label);
        for (int column = 0; column < rows.Headings.Count; column++)
        {
            table.Column(rows.Headings[column], words: !rows.Cells().All(cells => cells[column].All(char.IsAsciiDigit)));
        }

        rows.Cells().ToList().ForEach(cells => table.Row(cells.Select(cell => new TableCell(cell))));
        return table.ToString();
    }

    /// <summary>What Keras prints of a model, as a table.</summary>
    public static string SummaryTable(ModelSummary summary)
    {
        HtmlTable table = new HtmlTable("Summary of the model")
            .Column("Layer", words: true).Column("Type", words: true).Column("Output shape", words: true).Column("Param #");
        foreach (LayerSummary layer in summary.Layers)
        {
            table.Row(layer.Name, layer.Type, layer.OutputShape.ToString(), Count(layer.Parameters));
        }

        return table.Total("Total params", "", "", Count(summary.TotalParameters))
            .Total("Trainable params", "", "", Count(summary.TrainableParameters))
            .Total("Non-trainable params", "", "", Count(summary.NonTrainableParameters)).ToString();
    }

    /// <summary>A model as the table of its summary; where the shape of its input is not known, as TorchSharp names it.</summary>
    public static string ModelElement(nn.Module module) => SummaryOf(module) is { } summary
        ? SummaryTable(summary)
        : NotebookFormatters.Preformatted(Model(module));

    /// <summary>A model as its summary; where the shape of its input is not known, as TorchSharp names it.</summary>
    public static string Model(nn.Module module) => SummaryOf(module)?.ToString() ?? string.Join('\n',
        [module.GetName(), .. module.named_children().Select(child => $"  {child.name}: {child.module.GetName()}")]);

    /// <summary>One line as Keras prints at the end of an epoch.</summary>
    public static string EpochLine(EpochRecord record)
    {
        var line = new StringBuilder("Epoch ");
        line.Append(CultureInfo.InvariantCulture, $"{record.Epoch}");
        line.Append(
            CultureInfo.InvariantCulture,
            $" - {Seconds(record.Duration)} - loss: {record.Loss:0.0000} - acc: {record.Accuracy:0.0000}");
        if (record.ValLoss is { } loss && record.ValAccuracy is { } accuracy)
        {
            line.Append(CultureInfo.InvariantCulture, $" - val_loss: {loss:0.0000} - val_acc: {accuracy:0.0000}");
        }

        return line.ToString();
    }

    /// <summary>A line for each epoch.</summary>
    public static string EpochLines(IEnumerable<EpochRecord> records)
    {
        string lines = string.Join('\n', records.Select(record => EpochLine(record)));
        return lines.Length == 0 ? "No finished epoch." : string.Join('\n', [lines, .. Endings(records)]);
    }

    /// <summary>What callbacks did to a run: whether it was stopped early, and whose weights the model has.</summary>
    public static IEnumerable<string> Notes(History run)
    {
        if (run.StoppedEarly)
        {
            yield return run.BestEpoch is { } best
                ? string.Create(CultureInfo.InvariantCulture, $"Stopped early: no improvement since epoch {best}.")
                : "Stopped early.";
        }

        if (run.HasBestWeights)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"The weights are those of epoch {run.BestEpoch}, the best.");
        }
    }

    /// <summary>A table row for each epoch.</summary>
    public static string EpochTable(IEnumerable<EpochRecord> records)
    {
        EpochRecord[] rows = [.. records];
        if (rows.Length == 0)
        {
            return "<p>No finished epoch.</p>";
        }

        bool validated = rows.Any(row => row.ValLoss is not null);
        bool scheduled = rows.Any(row => row.LearningRate != rows[0].LearningRate);
        string[] names = ["Epoch", "Time", "loss", "acc", .. validated ? ["val_loss", "val_acc"] : Array.Empty<string>()];
        var table = new HtmlTable("Epochs");
        foreach (string name in scheduled ? [.. names, "lr"] : names)
        {
            table.Column(name);
        }

        foreach (EpochRecord row in rows)
        {
            TableCell[] cells =
            [
                row.Epoch.ToString(CultureInfo.InvariantCulture), Seconds(row.Duration), Figures(row.Loss), Figures(row.Accuracy),
                .. validated ? [Figures(row.ValLoss), Figures(row.ValAccuracy)] : Array.Empty<TableCell>(),
                Rate(row.LearningRate),
            ];
            table.Row(cells);
        }

        return table + string.Concat(Endings(records).Select(ending => $"<p>{ending}</p>"));
    }

    /// <summary>A duration as Keras prints it, but with a decimal below ten seconds.</summary>
    public static string Seconds(TimeSpan duration) => duration.TotalSeconds < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0.0}s")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:0}s");

    /// <summary>An image in words.</summary>
    public static string ImageLine(GrayImage image) => string.Create(
        CultureInfo.InvariantCulture, $"{image.Rows} × {image.Columns} grey image");

    /// <summary>The image itself, dark ink on white paper.</summary>
    public static string ImageElement(GrayImage image) => ImageElement(image, ImageLine(image), 112);

    /// <summary>A prediction in words.</summary>
    public static string PredictionLine(ImagePrediction prediction) => string.Create(
        CultureInfo.InvariantCulture,
        $"Image {prediction.Index}: predicted {prediction.PredictedLabel} "
        + $"({100 * prediction.Probabilities[prediction.PredictedLabel]:0.0} %), "
        + $"true {prediction.TrueLabel}{(prediction.IsCorrect ? "" : " – wrong")}");

    /// <summary>The image with the prediction below it.</summary>
    public static string PredictionElement(ImagePrediction prediction)
    {
        string line = PredictionLine(prediction);
        string caption = string.Create(
            CultureInfo.InvariantCulture,
            $"Predicted: {prediction.PredictedLabel}<br>True: {prediction.TrueLabel}{(prediction.IsCorrect ? "" : " – wrong")}");
        return "<figure style=\"display:inline-block;margin:0 12px 8px 0;text-align:left\" "
            + $"title=\"{WebUtility.HtmlEncode(line)}\">"
            + ImageElement(prediction.Image, line, 84)
            + $"<figcaption style=\"font-size:85%\">{caption}</figcaption></figure>";
    }

    /// <summary>A check's line behind a mark that carries its own colours: legible on any page.</summary>
    public static string CheckElement(CheckResult result)
    {
        (string color, string mark) = result.Passed ? ("#1a7f37", "✓") : ("#9a6700", "•");
        string hint = result.Hint is null ? "" : $" <em>Hint: {WebUtility.HtmlEncode(result.Hint)}</em>";
        return "<div style=\"margin:0;line-height:1.5\">"
            + "<span style=\"display:inline-block;width:1.5em;border-radius:3px;text-align:center;font-weight:bold;"
            + $"background:{color};color:#ffffff\">{mark}</span> "
            + $"{WebUtility.HtmlEncode(result.Message)}{hint}"
            + (result.Remark is null ? "" : $"<br>{WebUtility.HtmlEncode(result.Remark)}") + "</div>";
    }

    private static string ImageElement(GrayImage image, string alt, int width) =>
        $"<img alt=\"{WebUtility.HtmlEncode(alt)}\" src=\"{image.ToDataUri()}\" "
        + string.Create(CultureInfo.InvariantCulture,
            $"style=\"width:{width}px;border:1px solid {ChartStyle.Frame};image-rendering:pixelated\">");

    private static ModelSummary? SummaryOf(nn.Module module)
    {
        try
        {
            return (module as nn.Module<Tensor, Tensor>)?.Summary();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Endings(IEnumerable<EpochRecord> records) => records is History run
        ? [.. run.Cancelled ? ["Stopped before the last epoch."] : Array.Empty<string>(), .. Notes(run)]
        : [];

    private static string Rate(double? rate) => rate?.ToString("0.##e-0", CultureInfo.InvariantCulture) ?? "–";

    private static string Figures(double? value) =>
        value is { } number ? number.ToString("0.0000", CultureInfo.InvariantCulture) : "–";
}
