using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using TorchSharp.Modules;

namespace MnistCnn;

/// <summary>
/// A trained network to walk about in: all its maps for a digit that one draws or chooses, and for each number the window and
/// the weights that it is computed from. A notebook shows it as the last expression of a cell. It computes in the browser, on
/// the weights stored with the output, and needs neither a kernel nor a network.
/// </summary>
public sealed class NetworkExplorer : IHtmlOutput
{
    private static readonly string[] s_styles = ["page-part.css", "explorer.css"];
    private readonly PackedNetwork _network;
    private readonly IReadOnlyList<GrayImage> _images;
    private readonly string _reading;

    internal NetworkExplorer(PackedNetwork network, IReadOnlyList<GrayImage> images, string reading) =>
        (_network, _images, _reading) = (network, images, reading);

    /// <summary>The network as the page computes it: the same layers, with the weights as they are stored.</summary>
    public Sequential Model => _network.Model;

    /// <summary>The room that the weights take in the output, in bytes.</summary>
    public int Bytes => _network.Json.Length;

    /// <summary>Bits for each weight of the large layers; small layers have 8.</summary>
    public int Bits => _network.Bits;

    /// <summary>
    /// An HTML fragment that stands alone, may be put into a page any number of times, and shows the first image and what the
    /// network reads in it on paper and where scripts do not run. The same explorer gives the same fragment.
    /// </summary>
    public string ToHtml()
    {
        string images = PageFragment.Json(_images);
        string sentence = WebUtility.HtmlEncode(_reading) + " Where scripts run, one looks into each of its layers here.";
        return PageFragment.Write(
            "explorer", Id(images), "The network, layer by layer", PageFragment.Still(_images[0], sentence),
            "explorer.js", "startExplorer", s_styles, _network.Json, images);
    }

    /// <summary>Its size: <c>Explorer of a network: 1,199,882 weights, 5 bits each, 905,000 bytes</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Explorer of a network: {Model.parameters().Sum(parameter => parameter.numel()):N0} weights, "
        + $"{Bits} bits each, {Bytes:N0} bytes");

    /// <summary>The same on every machine: from the numbers of network and images, not from how they are packed.</summary>
    private string Id(string images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([.. _network.Numbers]);
        hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(_network.Layers) + images));
        return Convert.ToHexString(hash.GetHashAndReset().AsSpan(0, 6));
    }
}
