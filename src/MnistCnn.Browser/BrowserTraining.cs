using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// A small convolutional network that the reader trains in the page: a notebook shows it as the last expression of a cell. It
/// computes in the browser, on the images stored with the output, and needs neither a kernel nor a network connection.
/// </summary>
/// <remarks>
/// Two convolutions (5 × 5, then 3 × 3 with twice as many filters), each with ReLU and max-pooling, then dropout and a dense
/// layer with softmax; SGD with momentum 0.9. The images are rounded to 16 shades.
/// </remarks>
public sealed class BrowserTraining : IHtmlOutput
{
    private const int Side = 28, Classes = 10, Shades = 15, PictureColumns = 12, PictureRows = 2;

    private readonly byte[] _shades;
    private readonly string _labels, _json;
    private readonly int _train;

    /// <summary>Packs the images. The page starts with random weights, and trains when somebody presses its button.</summary>
    /// <param name="train">
    /// Images to learn from, float32 (n, 28, 28, 1) or (n, 1, 28, 28), ink 1 and paper 0, and their one-hot targets (n, 10).
    /// 3,000 are enough for 95 %.
    /// </param>
    /// <param name="validation">Images that are held out: the network never learns from them, and is judged by them.</param>
    /// <param name="mostBytes">The room for all images; one takes about 130 bytes.</param>
    /// <exception cref="ArgumentException">The images or targets have another shape or range, or are too many.</exception>
    public BrowserTraining((Tensor X, Tensor Y) train, (Tensor X, Tensor Y) validation, int mostBytes = 1_000_000)
    {
        ArgumentOutOfRange.ThrowIfLessThan(mostBytes, 1);
        (byte[] shades, string labels) = Read(train, nameof(train));
        (byte[] heldOut, string heldOutLabels) = Read(validation, nameof(validation));
        (_shades, _labels, _train) = ([.. shades, .. heldOut], labels + heldOutLabels, labels.Length);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write([.. _shades.Chunk(2).Select(pair => (byte)((pair[0] << 4) | pair[1]))]);
        }

        string pixels = Convert.ToBase64String(packed.ToArray());
        if (pixels.Length > mostBytes)
        {
            throw new ArgumentException(
                Invariant($"{_labels.Length:N0} images take {pixels.Length:N0} bytes; there is room for {mostBytes:N0}. ")
                + "Take fewer, such as X_train[..3000].", nameof(train));
        }

        _json = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"side":{{Side}},"train":{{_train}},"labels":"{{_labels}}","pixels":"{{pixels}}"}""");
    }

    /// <summary>
    /// An HTML fragment that stands alone, may be put into a page any number of times, and shows digits and a sentence where
    /// scripts do not run. The same images give the same fragment.
    /// </summary>
    public string ToHtml()
    {
        string id = Convert.ToHexString(SHA256.HashData([.. _shades, .. _labels.Select(digit => (byte)digit)]).AsSpan(0, 6));
        return $$"""
            <div data-browser-training="{{id}}" role="group" aria-label="Train a network">
            <div><img alt="" style="max-width:100%;border:1px solid {{ChartStyle.Frame}}" src="{{Picture().ToDataUri()}}">
            <p style="margin:0">{{this}}, the first of them above. Where scripts run, one trains it here oneself.</p></div>
            </div>
            <script>
            (function () {
            function modules() {
            {{PageScript.Of("training.js")}}
            return { startTraining, serveTraining };
            }
            var source = "(" + modules + ")().serveTraining(self)";
            var images = {{_json}};
            var style = {{FigureHtml.ForScript(JsonSerializer.Serialize(PageScript.Source("training.css")))}};
            document.querySelectorAll('[data-browser-training="{{id}}"]').forEach(function (root) {
            modules().startTraining(root, images, style, source);
            });
            })();
            </script>
            """;
    }

    /// <summary>What it learns from: <c>A network to train in the page, on 3,000 images; 1,000 are held out</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"A network to train in the page, on {_train:N0} images; {_labels.Length - _train:N0} are held out");

    /// <summary>The pixels of a set as shades from 0 to 15, and its labels as a row of digits.</summary>
    private static (byte[] Shades, string Labels) Read((Tensor X, Tensor Y) set, string name)
    {
        ArgumentNullException.ThrowIfNull(set.X, name);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        nn.Module<Tensor, Tensor> any = nn.Sequential();
        LabeledDataset data = LabeledDataset.Of(any, set.X, set.Y, name, name);
        if (!data.X.shape.AsSpan(1).SequenceEqual([Side, Side, 1]) && !data.X.shape.AsSpan(1).SequenceEqual([1, Side, Side]))
        {
            throw new ArgumentException(
                $"Expected images of shape (n, {Side}, {Side}, 1) or (n, 1, {Side}, {Side}), given {data.X.Shape()}.", name);
        }

        if (data.Y.shape[1] != Classes)
        {
            throw new ArgumentException($"Expected targets of shape (n, {Classes}), given {data.Y.Shape()}.", name);
        }

        float[] pixels = Expect.Floats(data.X);
        int wrong = Array.FindIndex(pixels, ink => !(ink is >= 0 and <= 1));
        return wrong < 0
            ? (Array.ConvertAll(pixels, ink => (byte)MathF.Round(ink * Shades)),
                string.Concat(data.Y.argmax(1).data<long>()))
            : throw new ArgumentException(
                Invariant($"Expected pixels from 0 to 1, given {pixels[wrong]} in image {wrong / (Side * Side)}; ")
                + "divide by 255.", name);
    }

    /// <summary>The first held-out digits side by side.</summary>
    private GrayImage Picture() => new(Side * PictureRows, Side * PictureColumns,
        [.. Enumerable.Range(0, Side * Side * PictureRows * PictureColumns).Select(at =>
        {
            (int row, int column) = Math.DivRem(at, Side * PictureColumns);
            int image = _train + (row / Side * PictureColumns) + (column / Side);
            int pixel = (((image * Side) + (row % Side)) * Side) + (column % Side);
            return pixel < _shades.Length ? (float)_shades[pixel] / Shades : 0;
        })]);
}
