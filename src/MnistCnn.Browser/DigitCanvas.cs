using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TorchSharp.Modules;

namespace MnistCnn;

/// <summary>
/// A sheet to draw digits on, with the trained network that reads them: a notebook shows it as the last expression of a cell.
/// It computes in the browser, on the weights stored with the output, and needs neither a kernel nor a network.
/// </summary>
public sealed class DigitCanvas
{
    private readonly PackedNetwork _network;
    private readonly IReadOnlyList<GrayImage> _examples;
    private readonly string _reading;

    internal DigitCanvas(PackedNetwork network, IReadOnlyList<GrayImage> examples, string reading) =>
        (_network, _examples, _reading) = (network, examples, reading);

    /// <summary>The network as the page computes it: the same layers, with the weights as they are stored.</summary>
    public Sequential Model => _network.Model;

    /// <summary>The room that the weights take in the output, in bytes.</summary>
    public int Bytes => _network.Json.Length;

    /// <summary>Bits for each weight of the large layers; small layers have 8.</summary>
    public int Bits => _network.Bits;

    /// <summary>
    /// An HTML fragment that stands alone, may be put into a page any number of times, and shows an example and a sentence
    /// where scripts do not run. The same canvas gives the same fragment.
    /// </summary>
    public string ToHtml()
    {
        string examples = JsonSerializer.Serialize(_examples.Select(image => Convert.ToBase64String(
            [.. image.Pixels.Select(ink => (byte)MathF.Round(255 * Math.Clamp(ink, 0, 1)))])));
        string id = Id(examples);
        string picture = _examples.Count == 0
            ? ""
            : $"<img alt=\"\" style=\"width:112px;border:1px solid {ChartStyle.Frame};image-rendering:pixelated\" "
                + $"src=\"{_examples[0].ToDataUri()}\">";
        string reading = WebUtility.HtmlEncode(_reading) + " Where scripts run, one draws here oneself.";
        const string Start = "function (root) { startDigitCanvas(root, network, examples, style); }";
        return $$"""
            <div data-digit-canvas="{{id}}" role="group" aria-label="Draw a digit">
            <div>{{picture}}<p style="margin:0">{{reading}}</p></div>
            </div>
            <script>
            (function () {
            {{PageScript.Of("digit-canvas.js")}}
            var network = {{FigureHtml.ForScript(_network.Json)}};
            var examples = {{FigureHtml.ForScript(examples)}};
            var style = {{FigureHtml.ForScript(JsonSerializer.Serialize(PageScript.Source("digit-canvas.css")))}};
            document.querySelectorAll('[data-digit-canvas="{{id}}"]').forEach({{Start}});
            })();
            </script>
            """;
    }

    /// <summary>Its size: <c>Canvas to draw a digit on: 1,199,882 weights, 5 bits each, 905,000 bytes</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Canvas to draw a digit on: {Model.parameters().Sum(parameter => parameter.numel()):N0} weights, "
        + $"{Bits} bits each, {Bytes:N0} bytes");

    /// <summary>The same on every machine: from the numbers of network and examples, not from how they are packed.</summary>
    private string Id(string examples)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([.. _network.Numbers]);
        hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(_network.Layers) + examples));
        return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 6));
    }
}
