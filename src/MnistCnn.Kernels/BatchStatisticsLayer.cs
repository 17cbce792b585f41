using System.Numerics;
using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>
/// The first half of a batch normalisation, at the end of a block: forward it only looks at the numbers; backward it takes out
/// of the gradient what the batch's mean and variance absorb.
/// </summary>
internal sealed unsafe class BatchStatisticsLayer(BatchNormalization normalization)
    : PerSampleLayer(normalization.Size, normalization.Size)
{
    private bool _active;

    public override bool InPlace => true;

    public override void Prepare(bool sameWeights) => _active = normalization.UsesBatchStatistics;

    public override void Forward(float* input, float* output, int sample)
    {
        if (_active)
        {
            Collect(output, OutputSize / normalization.Channels, normalization.Channels, normalization.StatisticsOf(sample));
        }
    }

    public override void EndForward(int samples)
    {
        if (_active)
        {
            normalization.TakeBatch(samples);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(
        float* input, float* output, float* outputGradient, float* inputGradient, int sample, float* gradient)
    {
        int channels = normalization.Channels;
        float* ofGradient = normalization.FactorOfGradient;
        float* ofInput = normalization.FactorOfInput;
        float* constant = normalization.Constant;
        float* mean = normalization.Mean;
        for (float* end = output + OutputSize; output < end; output += channels, outputGradient += channels)
        {
            int channel = 0;
            for (; channel + Vector<float>.Count <= channels; channel += Vector<float>.Count)
            {
                Vector<float> difference = Vector.Load(output + channel) - Vector.Load(mean + channel);
                Vector<float> scaled = Vector.Load(ofGradient + channel) * Vector.Load(outputGradient + channel);
                (scaled + ((Vector.Load(ofInput + channel) * difference) + Vector.Load(constant + channel)))
                    .Store(outputGradient + channel);
            }

            for (; channel < channels; channel++)
            {
                outputGradient[channel] = (ofGradient[channel] * outputGradient[channel])
                    + ((ofInput[channel] * (output[channel] - mean[channel])) + constant[channel]);
            }
        }
    }

    /// <summary>
    /// The means of the channels of one sample, then the sums of the squared differences from them: taken by sample, the
    /// sums are short, and the same however the samples are shared out.
    /// </summary>
    /// <param name="values">(count, channels).</param>
    /// <param name="count">The numbers of a channel.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="statistics">Takes (2, channels).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Collect(float* values, int count, int channels, float* statistics)
    {
        // Four registers at a time fill whole cache lines and keep four sums going.
        int width = Vector<float>.Count, channel = 0;
        var share = new Vector<float>(1f / count);
        for (; channel + (4 * width) <= channels; channel += 4 * width)
        {
            float* next = values + channel;
            Vector<float> a = Vector<float>.Zero, b = a, c = a, d = a;
            for (int i = 0; i < count; i++, next += channels)
            {
                a += Vector.Load(next);
                b += Vector.Load(next + width);
                c += Vector.Load(next + (2 * width));
                d += Vector.Load(next + (3 * width));
            }

            Vector<float> meanA = a * share, meanB = b * share, meanC = c * share, meanD = d * share;
            (a, b, c, d) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
            next = values + channel;
            for (int i = 0; i < count; i++, next += channels)
            {
                Vector<float> value = Vector.Load(next) - meanA;
                a += value * value;
                value = Vector.Load(next + width) - meanB;
                b += value * value;
                value = Vector.Load(next + (2 * width)) - meanC;
                c += value * value;
                value = Vector.Load(next + (3 * width)) - meanD;
                d += value * value;
            }

            float* to = statistics + channel;
            meanA.Store(to);
            meanB.Store(to + width);
            meanC.Store(to + (2 * width));
            meanD.Store(to + (3 * width));
            to += channels;
            a.Store(to);
            b.Store(to + width);
            c.Store(to + (2 * width));
            d.Store(to + (3 * width));
        }

        for (; channel < channels; channel++)
        {
            float sum = 0, squares = 0;
            for (int i = 0; i < count; i++)
            {
                sum += values[(i * channels) + channel];
            }

            float mean = sum / count;
            for (int i = 0; i < count; i++)
            {
                float value = values[(i * channels) + channel] - mean;
                squares += value * value;
            }

            statistics[channel] = mean;
            statistics[channels + channel] = squares;
        }
    }
}
