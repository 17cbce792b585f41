using System.Net;
using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;
using MnistCnn.Course;
using MnistCnn.Lab;
using MnistCnn.Native;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Tells .NET Interactive how the library's results look at the end of a cell: as text, as a table or as a figure, never as a
/// tree of properties.
/// </summary>
/// <remarks>
/// .NET Interactive sends one output with all of a type's preferred MIME types; the host chooses among them. Loading the
/// library registers everything; nothing needs to be called.
/// </remarks>
internal static class NotebookFormatters
{
    /// <summary>The MIME type of plotly.js data, which Jupyter and VS Code draw themselves.</summary>
    public const string PlotlyMimeType = "application/vnd.plotly.v1+json";

    private static readonly List<Type> s_types = [];
    private static int s_registered;

    /// <summary>Registers all formatters of the library; further calls do nothing.</summary>
    public static void Register()
    {
        if (Interlocked.Exchange(ref s_registered, 1) == 0)
        {
            RegisterAll();
        }
    }

    /// <summary>Registers all formatters, over those of another copy of the library too.</summary>
    internal static void RegisterAll()
    {
        Formatter.Register<Figure>((figure, writer) => writer.Write(figure.PlotlyJson), PlotlyMimeType);

        // Through Jupyter the JSON comes as a string, of which JupyterLab's renderer for plotly.js makes an empty figure.
        string[] data = NotebookHost.IsThroughJupyter ? [] : [PlotlyMimeType];
        RegisterHtml<Figure>(figure => figure.ToHtml(), figure => figure.ToString(), data);

        RegisterHtml<ModelSummary>(ResultText.SummaryTable, summary => summary.ToString());
        RegisterText<LayerShape>();
        RegisterText<WeightShape>();
        RegisterText<LayerSummary>();
        RegisterHtml<TextTable<LayerShape>>(table => ResultText.Table(table, "Layer shapes"), table => table.ToString());
        RegisterHtml<TextTable<WeightShape>>(table => ResultText.Table(table, "Weight shapes"), table => table.ToString());
        RegisterText<Activations>();
        RegisterText<LayerActivation>();
        RegisterText<ConvolutionFilters>();
        RegisterText<FeatureMap>();
        RegisterText<PooledMap>();
        RegisterText<IEnumerable<PooledMap>>(maps => string.Join('\n', maps));
        RegisterText<Attribution>();
        RegisterText<IEnumerable<Attribution>>(attributions => string.Join('\n', attributions));
        RegisterText<TopActivation>();
        RegisterText<IEnumerable<TopActivation>>(activations => string.Join('\n', activations));
        RegisterText<AdversarialImage>();
        RegisterText<PixelPatch>();
        RegisterText<ReceptiveField>();
        RegisterText<PrincipalComponents>();
        RegisterText<Evaluation>();
        RegisterText<ClassificationReport>();
        RegisterText<ConfusionMatrix>(ResultText.Matrix);
        RegisterText<Shape>();
        RegisterText<ImageDataFormat>(format => format.KerasName());
        RegisterText<ImageDataset>();
        RegisterText<LabeledImages>();
        RegisterText<MinMaxScaler>();
        RegisterText<IdxArray>(array => $"IDX array of shape {new Shape([.. array.Shape.Select(size => (long)size)])}");
        RegisterText<ClassScores>();
        RegisterText<Optimizer>();
        RegisterText<Initializer>();
        RegisterText<Callback>();
        RegisterText<Monitor>(monitor => monitor.KerasName());
        RegisterText<TrainingContext>(training =>
            Invariant($"A run of {training.Epochs} epochs, in epoch {training.Epoch}."));
        RegisterText<EvaluationContext>(test => Invariant($"An evaluation of {test.Samples} samples."));
        RegisterText<ImageAugmentation>();
        RegisterText<Checkpoint>();
        RegisterText<LearningRateFinder>();
        RegisterText<Tensor>(TensorText.Of);
        RegisterHtml<nn.Module>(ResultText.ModelElement, ResultText.Model);

        // The kernel's own dump of one is 100 KB long and names folders of the machine.
        RegisterText<Exception>(exception => $"{exception.GetType()}: {exception.Message}");
        RegisterHtml<History>(ResultText.EpochTable, ResultText.EpochLines);
        RegisterHtml<IEnumerable<EpochRecord>>(ResultText.EpochTable, ResultText.EpochLines);
        RegisterText<EpochRecord>(record => ResultText.EpochLine(record));
        RegisterHtml<GrayImage>(ResultText.ImageElement, ResultText.ImageLine);
        RegisterHtml<ImagePrediction>(ResultText.PredictionElement, ResultText.PredictionLine);
        RegisterHtml<IEnumerable<ImagePrediction>>(
            predictions => string.Concat(predictions.Select(ResultText.PredictionElement)),
            predictions => string.Join('\n', predictions.Select(ResultText.PredictionLine)));
        RegisterHtml<Experiment>(ExperimentText.RunTable, ExperimentText.RunLines);
        RegisterHtml<RunGroups>(ExperimentText.GroupTable, ExperimentText.GroupLines);
        RegisterHtml<Comparisons>(ExperimentText.ComparisonTable, comparisons => comparisons.ToString());
        RegisterText<Run>();
        RegisterText<RunGroup>();
        RegisterText<Comparison>();
        RegisterText<Settings>();
        RegisterText<Setting>();
        RegisterText<TestResult>();
        RegisterText<Cost>();
        RegisterText<Measure>(measure => measure.Name());
        RegisterHtml<CheckResult>(ResultText.CheckElement, result => result.ToString());
        RegisterHtml<SheetPoints>(
            points => ResultText.Table(ResultRecorder.Told(points).Rows, "Points"), points => points.ToString());
        RegisterHtml<IHtmlOutput>(output => output.ToHtml(), output => output.ToString()!);
        RegisterHtml<TrainingView>(view => view.ToHtml(), view => view.ToString());

        RegisterVariable<Tensor>(TensorText.Summary, TensorText.Json);
        RegisterVariable<nn.Module>(
            module => Invariant($"{module.GetType().Name}, {ParametersOf(module):N0} parameters"),
            module => new JsonObject { ["type"] = module.GetType().Name, ["parameters"] = ParametersOf(module) });
        RegisterVariable<MinMaxScaler>(scaler => scaler.ToString(), scaler => scaler.ToString());
        RegisterVariable<ImageDataset>(data => data.ToString(), data => data.ToString());
        RegisterVariable<LabeledImages>(images => images.ToString(), images => images.ToString());
        RegisterVariable<History>(
            history => history is [.., var last] ? ResultText.EpochLine(last) : "no epochs", ResultRecorder.Lists);
    }

    /// <summary>
    /// How a type looks in a list of variables (VS Code's, <c>#!whos</c>), and what another language is given of it
    /// (<c>#!set --value @csharp:name</c>): by itself, .NET Interactive writes all properties as JSON, and fails on a tensor's.
    /// </summary>
    /// <typeparam name="T">The type; types derived from it look the same.</typeparam>
    /// <param name="summary">Gives a line.</param>
    /// <param name="json">Gives something small.</param>
    private static void RegisterVariable<T>(Func<T, string> summary, Func<T, JsonNode> json)
    {
        Formatter.Register<T>((value, writer) => writer.Write(summary(value)), "text/plain+summary");
        Formatter.Register<T>((value, writer) => writer.Write(json(value).ToJsonString()), JsonFormatter.MimeType);
    }

    private static long ParametersOf(nn.Module module) => module.parameters().Sum(parameter => parameter.numel());

    /// <summary>Whether the library shows a value, in a host that knows nothing of .NET Interactive's formatters.</summary>
    /// <param name="value">What a cell shows.</param>
    /// <param name="other">Takes the text of a value that the host shows by itself.</param>
    public static bool IsShown(object value, Action<string> other)
    {
        bool isShown = s_types.Exists(type => type.IsInstanceOfType(value));
        if (!isShown)
        {
            other($"{value}\n");
        }

        return isShown;
    }

    /// <summary>Shows a type as text: fixed-width in HTML, as it is in plain text.</summary>
    /// <typeparam name="T">The type; types derived from it, or that implement it, look the same.</typeparam>
    /// <param name="text">Gives the text; null takes <see cref="object.ToString"/>.</param>
    public static void RegisterText<T>(Func<T, string>? text = null)
    {
        text ??= value => value?.ToString() ?? "";
        RegisterHtml(value => Preformatted(text(value)), text);
    }

    /// <summary>Shows a type as HTML, and as text where there is none.</summary>
    /// <typeparam name="T">The type; types derived from it, or that implement it, look the same.</typeparam>
    /// <param name="html">Gives an HTML fragment in which everything that comes from data is escaped.</param>
    /// <param name="text">Gives the plain text.</param>
    /// <param name="otherMimeTypes">Further MIME types to send, whose formatters are registered already.</param>
    public static void RegisterHtml<T>(Func<T, string> html, Func<T, string> text, params string[] otherMimeTypes)
    {
        ArgumentNullException.ThrowIfNull(html);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(otherMimeTypes);
        s_types.Add(typeof(T));
        Formatter.Register<T>(
            (value, writer) =>
            {
                ShownOutputs.Add(value);
                writer.Write(html(value));
            },
            HtmlFormatter.MimeType);
        Formatter.Register<T>((value, writer) => writer.Write(text(value)), PlainTextFormatter.MimeType);
        Formatter.SetPreferredMimeTypesFor(
            typeof(T), [HtmlFormatter.MimeType, .. otherMimeTypes, PlainTextFormatter.MimeType]);
    }

    /// <summary>
    /// Fixed-width text as HTML, in the page's colours. Where it has columns, which runs of spaces keep apart, it scrolls; any
    /// other is broken where its place ends.
    /// </summary>
    /// <param name="text">The text; it is escaped.</param>
    public static string Preformatted(string text) =>
        $"<pre style=\"margin:0;background:transparent;color:inherit;font-family:{ChartStyle.MonospaceFont};"
        + (text.Contains("  ", StringComparison.Ordinal)
            ? "white-space:pre;overflow-x:auto\" tabindex=\"0\">"
            : "white-space:pre-wrap;overflow-wrap:anywhere\">")
        + $"{WebUtility.HtmlEncode(text.TrimEnd('\n'))}</pre>";
}
