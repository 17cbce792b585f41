using static TorchSharp.torch;

namespace MnistCnn.Lab;

/// <summary>What a convolution has learnt: for each of its outputs one small window over each of its inputs.</summary>
public sealed class ConvolutionFilters
{
    private readonly float[] _weights;

    internal ConvolutionFilters(string layer, Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        Layer = layer;
        (Outputs, Inputs, Rows, Columns) = (
            (int)weight.shape[0], (int)weight.shape[1], (int)weight.shape[2], (int)weight.shape[3]);
        _weights = weight.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }

    /// <summary>The name of the layer.</summary>
    public string Layer { get; }

    /// <summary>The number of filters: of feature maps that come out.</summary>
    public int Outputs { get; }

    /// <summary>The number of channels that come in.</summary>
    public int Inputs { get; }

    /// <summary>The height of the window.</summary>
    public int Rows { get; }

    /// <summary>The width of the window.</summary>
    public int Columns { get; }

    /// <summary>The largest weight, regardless of its sign.</summary>
    public float Largest => _weights.Max(Math.Abs);

    /// <summary>The window of one filter over one input.</summary>
    /// <param name="output">The filter, from 0.</param>
    /// <param name="input">The channel that comes in, from 0.</param>
    public FeatureMap this[int output, int input]
    {
        get
        {
            ArgumentOutOfRange.ThrowIfNegative(output);
            ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(output, Outputs);
            ArgumentOutOfRange.ThrowIfNegative(input);
            ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(input, Inputs);
            int size = Rows * Columns, start = ((output * Inputs) + input) * size;
            return new FeatureMap(Rows, Columns, _weights[start..(start + size)]);
        }
    }

    /// <summary>Their number and size: <c>conv2d_4: 64 filters of 3 × 3 over 32 inputs</c>.</summary>
    public override string ToString() => Invariant(
        $"{Layer}: {Outputs} filters of {Rows} × {Columns} over {Plural.Of(Inputs, "input")}");
}
