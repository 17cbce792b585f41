using System.Numerics;
using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>
/// The second half of a batch normalisation, at the start of the next block, with the ReLU after it: each number times
/// a scale plus a shift. Where no backward pass follows it is all there is, and works in place.
/// </summary>
internal sealed unsafe class NormalizationLayer : PerSampleLayer
{
    private readonly BatchNormalization _normalization;
    private readonly bool _relu;
    private int _samples;

    /// <summary>Describes the layer.</summary>
    /// <param name="normalization">What it shares with the first half, if there is one; disposed of with this layer.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <param name="inPlace">Whether there is no first half and no backward pass.</param>
    public NormalizationLayer(BatchNormalization normalization, bool relu, bool inPlace)
        : base(normalization.Size, normalization.Size) =>
        (_normalization, _relu, InPlace) = (normalization, relu, inPlace);

    public override bool InPlace { get; }

    public override int GradientSize => 2 * _normalization.Channels;

    public override void Prepare(bool sameWeights)
    {
        if (InPlace && _normalization.UsesBatchStatistics)
        {
            throw new InvalidOperationException("Without a backward pass only running statistics normalise.");
        }

        _normalization.Prepare();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(float* input, float* output, int sample)
    {
        int channels = _normalization.Channels;
        float* scale = _normalization.Scale, shift = _normalization.Shift;
        for (float* end = input + InputSize; input < end; input += channels, output += channels)
        {
            int channel = 0;
            for (; channel + Vector<float>.Count <= channels; channel += Vector<float>.Count)
            {
                Vector<float> value = Vector.Load(input + channel) * Vector.Load(scale + channel);
                value += Vector.Load(shift + channel);
                if (_relu)
                {
                    value = Vector.ConditionalSelect(Vector.LessThan(value, Vector<float>.Zero), Vector<float>.Zero, value);
                }

                value.Store(output + channel);
            }

            for (; channel < channels; channel++)
            {
                float value = (input[channel] * scale[channel]) + shift[channel];
                output[channel] = _relu && value < 0 ? 0 : value;
            }
        }
    }

    public override void EndForward(int samples) => _samples = samples;

    public override void Backward(
        float* input, float* output, float* outputGradient, float* inputGradient, int sample, float* gradient)
    {
        if (_relu)
        {
            Elementwise.KeepWherePositive(outputGradient, output, outputGradient, OutputSize);
        }

        int channels = _normalization.Channels;
        Collect(
            input, outputGradient, InputSize / channels, channels, _normalization.Mean, _normalization.InverseDeviation,
            gradient);
        if (inputGradient != null)
        {
            new Span<float>(outputGradient, OutputSize).CopyTo(new Span<float>(inputGradient, OutputSize));
        }
    }

    public override void StoreGradients(float* gradient) => _normalization.StoreGradients(gradient, _samples);

    public override void Dispose()
    {
        base.Dispose();
        _normalization.Dispose();
    }

    /// <summary>Adds, for each channel, Σ gradient · (input − mean) · inverse deviation, and behind them Σ gradient.</summary>
    /// <param name="input">(count, channels).</param>
    /// <param name="outputGradient">(count, channels).</param>
    /// <param name="count">The numbers of a channel.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="mean">(channels).</param>
    /// <param name="inverseDeviation">(channels).</param>
    /// <param name="sums">(2, channels).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Collect(
        float* input, float* outputGradient, int count, int channels, float* mean, float* inverseDeviation, float* sums)
    {
        int width = Vector<float>.Count, channel = 0;
        for (; channel + (4 * width) <= channels; channel += 4 * width)
        {
            float* next = input + channel, nextGradient = outputGradient + channel, at = mean + channel;
            Vector<float> meanA = Vector.Load(at), meanB = Vector.Load(at + width);
            Vector<float> meanC = Vector.Load(at + (2 * width)), meanD = Vector.Load(at + (3 * width));
            Vector<float> a = Vector<float>.Zero, b = a, c = a, d = a, sumA = a, sumB = a, sumC = a, sumD = a;
            for (int i = 0; i < count; i++, next += channels, nextGradient += channels)
            {
                Vector<float> value = Vector.Load(nextGradient);
                sumA += value;
                a += value * (Vector.Load(next) - meanA);
                value = Vector.Load(nextGradient + width);
                sumB += value;
                b += value * (Vector.Load(next + width) - meanB);
                value = Vector.Load(nextGradient + (2 * width));
                sumC += value;
                c += value * (Vector.Load(next + (2 * width)) - meanC);
                value = Vector.Load(nextGradient + (3 * width));
                sumD += value;
                d += value * (Vector.Load(next + (3 * width)) - meanD);
            }

            float* to = sums + channel, factor = inverseDeviation + channel;
            Add(to, a * Vector.Load(factor));
            Add(to + width, b * Vector.Load(factor + width));
            Add(to + (2 * width), c * Vector.Load(factor + (2 * width)));
            Add(to + (3 * width), d * Vector.Load(factor + (3 * width)));
            to += channels;
            Add(to, sumA);
            Add(to + width, sumB);
            Add(to + (2 * width), sumC);
            Add(to + (3 * width), sumD);
        }

        for (; channel < channels; channel++)
        {
            float products = 0, sum = 0;
            for (int i = 0; i < count; i++)
            {
                float value = outputGradient[(i * channels) + channel];
                sum += value;
                products += value * (input[(i * channels) + channel] - mean[channel]);
            }

            sums[channel] += products * inverseDeviation[channel];
            sums[channels + channel] += sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* sum, Vector<float> addend) => (Vector.Load(sum) + addend).Store(sum);
}
