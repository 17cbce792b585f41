using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MnistCnn;
using MnistCnn.Lab;
using MnistCnn.Tests.Lab.Experiments;
using MnistCnn.Tests.Lab.Inspection;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistCnn.Tests.Charts;

/// <summary>
/// Every chart, whole, against the file of its name in <c>Charts/Figures</c>. Where a change of a figure is meant, run these
/// tests once with the environment variable <c>RENEW_GOLDEN=1</c> and read what git shows.
/// </summary>
public class FigureJsonTests
{
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, Func<Figure>> s_figures = new(StringComparer.Ordinal)
    {
        ["history"] = () => Samples.Run(2).Plot(),
        ["history-empty"] = () => new History([], cancelled: true).Plot(),
        ["confusion-matrix"] = () => Samples.Matrix(new[,] { { 99, 1 }, { 0, 100 } }).Plot(),
        ["confusion-matrix-normalized"] = () => Samples.Matrix(new[,] { { 9, 3 }, { 0, 0 } }).Plot(true, "a<b", ["<i>", "dog"]),
        ["probability"] = () => Samples.Probability(0, [0f, 0.05f, 0.3f, 1f], [false, false, true, true], bins: 4),
        ["errors"] = () => Samples.Predictions(3).PlotErrors(),
        ["errors-empty"] = () => Samples.Predictions(0).PlotErrors(),
        ["predictions"] = () => Samples.Predictions(6).PlotPredictions(),
        ["learning-rate"] = () => new LearningRateFinder([1e-3, 1e-2, 1e-1, 1], [3, 2, 1, 9], stoppedEarly: true).Plot(),
        ["learning-rate-none"] = () => new LearningRateFinder([0.1, 1], [1, 2], stoppedEarly: false).Plot(),
        ["experiment-curves"] = () => SampleRuns.Kernels().PlotCurves(),
        ["experiment-spread"] = () => SampleRuns.Kernels().PlotSpread(),
        ["experiment-trade-off"] = () => SampleRuns.Kernels().PlotTradeOff(
            Cost.Parameters, "kernelSize", [("theirs", 697, 0.99), ("best", null, 0.9991)]),
        ["filters"] = () => TinyNetwork.Make(ImageDataFormat.ChannelsLast).Filters("conv").Plot(),
        ["filters-mosaic"] = () => Mosaic().Filters("conv").Plot(),
        ["feature-maps"] = () => TinyNetwork.Make(ImageDataFormat.ChannelsLast)
            .Activations(TinyNetwork.Image(ImageDataFormat.ChannelsLast))["relu"].PlotMaps(),
        ["pooling"] = () => TinyNetwork.Make(ImageDataFormat.ChannelsLast)
            .PooledMaps("pool", TinyNetwork.Image(ImageDataFormat.ChannelsLast), 0).PlotPooling(),
        ["attribution"] = () => new[]
        {
            new Attribution("Occlusion", Samples.Image(), 7, 0.75, Map(0.25f)),
            new Attribution("Gradient", Samples.Image(), 2, 0.1, Map(-0.25f)),
        }.Plot(),
        ["adversarial"] = () => new AdversarialImage?[]
        {
            new(Samples.Image(), 7, 0.999, Map(1), 0.2, Samples.Image(), 2, 0.5),
        }.Plot(),
        ["top-activations"] = () =>
            new[] { new TopActivation(17, Samples.Image(), 2.5f, 3, 4, new PixelPatch(3, 4, 5, 5)) }.Plot(),
        ["projection"] = Projection,
        ["own-line"] = () => Chart.Line([1, 2, 4], [0.5, 0.25f, 0.1], "Loss", "epoch", "loss"),
        ["own-points"] = () => Chart.Points([1, 2, 4], [0.5, 0.25, 0.1]),
        ["own-bars"] = () => Chart.Bars(["<a>", "b"], [3, 1.5], "Two", "which", "how many"),
        ["own-histogram"] = () => Chart.Histogram([0, 1, 1, 2.5], bins: 2),
        ["own-image"] = () => Chart.Image(tensor(new[,] { { 0f, 0.5f }, { 1f, 0f } })),
    };

    public static TheoryData<string> Names => [.. s_figures.Keys];

    public static Figure Draw(string name) => s_figures[name]();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_figure_is_drawn_as_it_was(string name)
    {
        Figure figure = Draw(name);
        string path = Repository.PathOf("tests", "MnistCnn.Tests", "Charts", "Figures", name + ".json");
        string drawn = Text(figure);
        if (Environment.GetEnvironmentVariable("RENEW_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, drawn);
        }

        Assert.Equal(File.ReadAllText(path), drawn);
    }

    /// <summary>Its words and its JSON, keys sorted; a line for each trace and for each property of the layout.</summary>
    private static string Text(Figure figure)
    {
        var text = new StringBuilder("{\n");
        Property("text", figure.ToString());
        Property("description", figure.Description);
        Property("size", new[] { figure.Width, figure.Height });
        JsonObject json = Sorted(JsonNode.Parse(figure.PlotlyJson)).AsObject();
        Property("config", json["config"]);
        Lines("data", '[', ']', json["data"]!.AsArray().Select(trace => Compact(trace)));
        text.Append(",\n");
        Lines("layout", '{', '}', json["layout"]!.AsObject().Select(field => $"{Compact(field.Key)}: {Compact(field.Value)}"));
        Assert.Equal(["config", "data", "layout"], json.Select(property => property.Key));
        return text.Append("\n}\n").ToString();

        void Property(string name, object? value) =>
            text.Append(FormattableString.Invariant($"{Compact(name)}: {Compact(value)},\n"));

        void Lines(string name, char open, char close, IEnumerable<string> lines) =>
            text.Append(FormattableString.Invariant($"{Compact(name)}: {open}\n  {string.Join(",\n  ", lines)}\n{close}"));
    }

    private static string Compact(object? value) => JsonSerializer.Serialize(value, s_plain);

    private static JsonNode Sorted(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields
            .OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => KeyValuePair.Create(field.Key, field.Value is null ? null : Sorted(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Sorted(item))]),
        JsonValue value when value.TryGetValue(out string? text) && text.StartsWith("data:", StringComparison.Ordinal) =>
            Picture(text),
        _ => node!.DeepClone(),
    };

    /// <summary>The size of a picture; what is on it is the matter of other tests, its bytes are the compressor's.</summary>
    private static string Picture(string source)
    {
        byte[] png = Convert.FromBase64String(source[(source.IndexOf(',', StringComparison.Ordinal) + 1)..]);
        int width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)),
            height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        return $"picture of {width} × {height}";
    }

    private static FeatureMap Map(float peak) => new(28, 28, [.. Enumerable.Range(0, 784).Select(i => i == 30 ? peak : 0f)]);

    private static Sequential Mosaic()
    {
        Sequential model = Sequential(("conv", Conv2d(2, 20, 3)));
        TinyNetwork.Set(model, "conv.weight", [.. Enumerable.Range(0, 360).Select(i => (i % 7) - 3f)]);
        return model;
    }

    private static Figure Projection()
    {
        var components = PrincipalComponents.Fit(tensor(new float[,] { { 3, 0 }, { -3, 0 }, { 0, 1 }, { 0, -1 } }));
        float[] predicted = [.. Row(4), .. Row(7), .. Row(9), .. Row(7)];
        return components.Plot(Samples.Evaluation(0, [4, 7, 4, 7], predicted));

        static float[] Row(int label) => [.. Enumerable.Range(0, 10).Select(i => i == label ? 1f : 0f)];
    }
}
