using System.Runtime.CompilerServices;

namespace MnistCnn.Acceleration;

/// <summary>The transforms of tiles with one family of instructions: rows first, then columns.</summary>
/// <typeparam name="TSimd">The instructions.</typeparam>
/// <typeparam name="TVector">Their register.</typeparam>
internal sealed unsafe class WinogradKernels<TSimd, TVector> : WinogradTransforms
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>For the channels that are left over.</summary>
    private static readonly WinogradKernels<SimdScalar, float> s_rest = new();

    private static int Width => TSimd.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Input(float* pixels, nint row, nint pixel, float* to, nint position, int channels, float* work)
    {
        int channel = 0;
        for (; channel + Width <= channels; channel += Width)
        {
            for (int i = 0; i < Edge; i++)
            {
                WinogradLines<TSimd, TVector>.Input(pixels + channel + (i * row), pixel, work + (i * Edge * Width), Width);
            }

            for (int j = 0; j < Edge; j++)
            {
                WinogradLines<TSimd, TVector>.Input(
                    work + (j * Width), Edge * Width, to + channel + (j * position), Edge * position);
            }
        }

        if (channel < channels)
        {
            s_rest.Input(pixels + channel, row, pixel, to + channel, position, channels - channel, work);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Output(
        float* from, nint position, float* bias, bool relu, float* to, nint row, nint pixel, int filters, float* work)
    {
        int filter = 0;
        for (; filter + Width <= filters; filter += Width)
        {
            for (int j = 0; j < Edge; j++)
            {
                WinogradLines<TSimd, TVector>.Output(
                    from + filter + (j * position), Edge * position, work + (j * Width), Edge * Width, TSimd.Zero, false);
            }

            TVector added = bias == null ? TSimd.Zero : TSimd.Load(bias + filter);
            for (int i = 0; i < Tile; i++)
            {
                WinogradLines<TSimd, TVector>.Output(
                    work + (i * Edge * Width), Width, to + filter + (i * row), pixel, added, relu);
            }
        }

        if (filter < filters)
        {
            s_rest.Output(
                from + filter, position, bias == null ? null : bias + filter, relu, to + filter, row, pixel, filters - filter, work);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void OutputGradient(
        float* gradient, float* output, nint row, nint pixel, float* biasGradient, float* to, nint position, int filters,
        float* work)
    {
        int filter = 0;
        for (; filter + Width <= filters; filter += Width)
        {
            TVector sum = TSimd.Load(biasGradient + filter);
            for (int i = 0; i < Tile; i++)
            {
                float* from = gradient + filter + (i * row);
                TVector y0 = TSimd.Load(from), y1 = TSimd.Load(from + pixel);
                TVector y2 = TSimd.Load(from + (2 * pixel)), y3 = TSimd.Load(from + (3 * pixel));
                if (output != null)
                {
                    float* test = output + filter + (i * row);
                    y0 = TSimd.KeepWherePositive(y0, TSimd.Load(test));
                    y1 = TSimd.KeepWherePositive(y1, TSimd.Load(test + pixel));
                    y2 = TSimd.KeepWherePositive(y2, TSimd.Load(test + (2 * pixel)));
                    y3 = TSimd.KeepWherePositive(y3, TSimd.Load(test + (3 * pixel)));
                }

                sum = TSimd.Add(sum, TSimd.Add(TSimd.Add(y0, y1), TSimd.Add(y2, y3)));
                WinogradLines<TSimd, TVector>.OutputGradient(y0, y1, y2, y3, work + (i * Edge * Width), Width);
            }

            TSimd.Store(sum, biasGradient + filter);
            for (int j = 0; j < Edge; j++)
            {
                float* from = work + (j * Width);
                WinogradLines<TSimd, TVector>.OutputGradient(
                    TSimd.Load(from), TSimd.Load(from + (Edge * Width)), TSimd.Load(from + (2 * Edge * Width)),
                    TSimd.Load(from + (3 * Edge * Width)), to + filter + (j * position), Edge * position);
            }
        }

        if (filter < filters)
        {
            s_rest.OutputGradient(
                gradient + filter, output == null ? null : output + filter, row, pixel, biasGradient + filter, to + filter, position,
                filters - filter, work);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddInputGradient(
        float* from, nint position, float* to, nint row, nint pixel, int channels, float* work)
    {
        int channel = 0;
        for (; channel + Width <= channels; channel += Width)
        {
            for (int j = 0; j < Edge; j++)
            {
                WinogradLines<TSimd, TVector>.InputGradient(
                    from + channel + (j * position), Edge * position, work + (j * Width), Edge * Width, false);
            }

            for (int i = 0; i < Edge; i++)
            {
                WinogradLines<TSimd, TVector>.InputGradient(
                    work + (i * Edge * Width), Width, to + channel + (i * row), pixel, true);
            }
        }

        if (channel < channels)
        {
            s_rest.AddInputGradient(from + channel, position, to + channel, row, pixel, channels - channel, work);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Weights(float* from, float* to, nint windows, float* work) =>
        Weights(from, to, windows, windows, work);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddWeightGradient(float* from, float* to, nint windows, float* work) =>
        AddWeightGradient(from, to, windows, windows, work);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weights(float* from, float* to, nint count, nint windows, float* work)
    {
        nint window = 0;
        for (; window + Width <= count; window += Width)
        {
            for (int i = 0; i < 3; i++)
            {
                WinogradLines<TSimd, TVector>.Weights(
                    from + window + (i * 3 * windows), windows, work + (i * Edge * Width), Width);
            }

            for (int j = 0; j < Edge; j++)
            {
                WinogradLines<TSimd, TVector>.Weights(
                    work + (j * Width), Edge * Width, to + window + (j * windows), Edge * windows);
            }
        }

        if (window < count)
        {
            WinogradKernels<SimdScalar, float>.Weights(from + window, to + window, count - window, windows, work);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWeightGradient(float* from, float* to, nint count, nint windows, float* work)
    {
        nint window = 0;
        for (; window + Width <= count; window += Width)
        {
            for (int j = 0; j < Edge; j++)
            {
                WinogradLines<TSimd, TVector>.WeightGradient(
                    from + window + (j * windows), Edge * windows, work + (j * Width), Edge * Width, false);
            }

            for (int i = 0; i < 3; i++)
            {
                WinogradLines<TSimd, TVector>.WeightGradient(
                    work + (i * Edge * Width), Width, to + window + (i * 3 * windows), windows, true);
            }
        }

        if (window < count)
        {
            WinogradKernels<SimdScalar, float>.AddWeightGradient(from + window, to + window, count - window, windows, work);
        }
    }
}
