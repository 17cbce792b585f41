using MnistCnn.Data;
using MnistCnn.Inspection;
using MnistCnn.Metrics;
using static TorchSharp.torch;

namespace MnistCnn.Display;

/// <summary>How data, shapes, summaries and reports look at the end of a cell.</summary>
internal static class ResultFormatters
{
    /// <summary>Registers them.</summary>
    public static void Register()
    {
        NotebookFormatters.RegisterText<ImageDataset>();
        NotebookFormatters.RegisterText<LabeledImages>();
        NotebookFormatters.RegisterText<ImageDataFormat>(format => format.KerasName());
        NotebookFormatters.RegisterText<Shape>();
        NotebookFormatters.RegisterText<Tensor>(tensor => TensorText.Of(tensor));
        NotebookFormatters.RegisterText<MinMaxScaler>();
        NotebookFormatters.RegisterText<nn.Module>(ResultText.Model);
        NotebookFormatters.RegisterText<ModelSummary>();
        NotebookFormatters.RegisterText<Evaluation>();
        NotebookFormatters.RegisterText<ClassificationReport>(report => report.ToString().TrimEnd('\n'));
        RegisterTable<LayerShape>();
        RegisterTable<WeightShape>();
    }

    private static void RegisterTable<TRow>() =>
        NotebookFormatters.RegisterHtml<TextTable<TRow>>(
            table =>
            {
                HtmlTable html = new HtmlTable("left").Header([.. table.Headings]);
                foreach (IReadOnlyList<string> cells in table.Cells())
                {
                    html.Row([.. cells]);
                }

                return html.ToString();
            },
            table => table.ToString());
}
