namespace MnistCnn;

/// <summary>One layer as the page's script computes it; what a kind of layer does not need is null.</summary>
/// <param name="Kind">"conv2d", "relu", "maxPool", "flatten" or "dense".</param>
/// <param name="Name">The name the layer was given.</param>
/// <param name="Inputs">Channels or numbers that come in.</param>
/// <param name="Outputs">Channels or numbers that go out.</param>
/// <param name="Rows">The height of the window.</param>
/// <param name="Columns">The width of the window.</param>
/// <param name="Factors">What the whole numbers of each output are multiplied by.</param>
/// <param name="Biases">What is added to each output.</param>
internal sealed record PackedLayer(
    string Kind,
    string Name,
    int? Inputs = null,
    int? Outputs = null,
    int? Rows = null,
    int? Columns = null,
    IReadOnlyList<float>? Factors = null,
    IReadOnlyList<float>? Biases = null);
