using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

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
    public override void TransformInput(
        float* d, nint rowStride, nint pixelStride, float* v, nint elementStride, int channels, float* work)
    {
        int channel = 0;
        for (; channel + Width <= channels; channel += Width)
        {
            for (int i = 0; i < InputTile; i++)
            {
                WinogradTransforms1D<TSimd, TVector>.MultiplyBT(
                    d + channel + (i * rowStride), pixelStride, work + (i * InputTile * Width), Width);
            }

            for (int j = 0; j < InputTile; j++)
            {
                WinogradTransforms1D<TSimd, TVector>.MultiplyBT(
                    work + (j * Width), InputTile * Width, v + channel + (j * elementStride), InputTile * elementStride);
            }
        }

        if (channel < channels)
        {
            s_rest.TransformInput(d + channel, rowStride, pixelStride, v + channel, elementStride, channels - channel, work);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformOutput(
        float* m, nint elementStride, float* bias, bool relu, float* y, nint rowStride, nint pixelStride, int filters,
        float* work)
    {
        int filter = 0;
        for (; filter + Width <= filters; filter += Width)
        {
            for (int j = 0; j < InputTile; j++)
            {
                WinogradTransforms1D<TSimd, TVector>.MultiplyAT(
                    m + filter + (j * elementStride), InputTile * elementStride, work + (j * Width), InputTile * Width,
                    TSimd.Zero, false);
            }

            TVector added = bias == null ? TSimd.Zero : TSimd.Load(bias + filter);
            for (int i = 0; i < OutputTile; i++)
            {
                WinogradTransforms1D<TSimd, TVector>.MultiplyAT(
                    work + (i * InputTile * Width), Width, y + filter + (i * rowStride), pixelStride, added, relu);
            }
        }

        if (filter < filters)
        {
            s_rest.TransformOutput(
                m + filter, elementStride, bias == null ? null : bias + filter, relu, y + filter, rowStride, pixelStride,
                filters - filter, work);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformOutputGradient(
        float* dy, float* y, nint rowStride, nint pixelStride, float* biasGradient, float* m, nint elementStride, int filters,
        float* work)
    {
        int filter = 0;
        for (; filter + Width <= filters; filter += Width)
        {
            TVector sum = TSimd.Load(biasGradient + filter);
            for (int i = 0; i < OutputTile; i++)
            {
                float* from = dy + filter + (i * rowStride);
                TVector y0 = TSimd.Load(from), y1 = TSimd.Load(from + pixelStride);
                TVector y2 = TSimd.Load(from + (2 * pixelStride)), y3 = TSimd.Load(from + (3 * pixelStride));
                if (y != null)
                {
                    float* test = y + filter + (i * rowStride);
                    y0 = TSimd.KeepWherePositive(y0, TSimd.Load(test));
                    y1 = TSimd.KeepWherePositive(y1, TSimd.Load(test + pixelStride));
                    y2 = TSimd.KeepWherePositive(y2, TSimd.Load(test + (2 * pixelStride)));
                    y3 = TSimd.KeepWherePositive(y3, TSimd.Load(test + (3 * pixelStride)));
                }

                sum = TSimd.Add(sum, TSimd.Add(TSimd.Add(y0, y1), TSimd.Add(y2, y3)));
                WinogradTransforms1D<TSimd, TVector>.MultiplyA(y0, y1, y2, y3, work + (i * InputTile * Width), Width);
            }

            TSimd.Store(sum, biasGradient + filter);
            for (int j = 0; j < InputTile; j++)
            {
                float* from = work + (j * Width);
                WinogradTransforms1D<TSimd, TVector>.MultiplyA(
                    TSimd.Load(from), TSimd.Load(from + (InputTile * Width)), TSimd.Load(from + (2 * InputTile * Width)),
                    TSimd.Load(from + (3 * InputTile * Width)), m + filter + (j * elementStride), InputTile * elementStride);
            }
        }

        if (filter < filters)
        {
            s_rest.TransformOutputGradient(
                dy + filter, y == null ? null : y + filter, rowStride, pixelStride, biasGradient + filter, m + filter,
                elementStride, filters - filter, work);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddInputGradient(
        float* m, nint elementStride, float* dd, nint rowStride, nint pixelStride, int channels, float* work)
    {
        int channel = 0;
        for (; channel + Width <= channels; channel += Width)
        {
            for (int j = 0; j < InputTile; j++)
            {
                WinogradTransforms1D<TSimd, TVector>.MultiplyB(
                    m + channel + (j * elementStride), InputTile * elementStride, work + (j * Width), InputTile * Width, false);
            }

            for (int i = 0; i < InputTile; i++)
            {
                WinogradTransforms1D<TSimd, TVector>.MultiplyB(
                    work + (i * InputTile * Width), Width, dd + channel + (i * rowStride), pixelStride, true);
            }
        }

        if (channel < channels)
        {
            s_rest.AddInputGradient(m + channel, elementStride, dd + channel, rowStride, pixelStride, channels - channel, work);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void TransformFilters(float* g, float* u, nint count, float* work) =>
        TransformFilters(g, u, count, count, work);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddFilterGradient(float* m, float* dg, nint count, float* work) =>
        AddFilterGradient(m, dg, count, count, work);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformFilters(float* g, float* u, nint count, nint stride, float* work)
    {
        nint filter = 0;
        for (; filter + Width <= count; filter += Width)
        {
            for (int i = 0; i < 3; i++)
            {
                WinogradTransforms1D<TSimd, TVector>.MultiplyG(
                    g + filter + (i * 3 * stride), stride, work + (i * InputTile * Width), Width);
            }

            for (int j = 0; j < InputTile; j++)
            {
                WinogradTransforms1D<TSimd, TVector>.MultiplyG(
                    work + (j * Width), InputTile * Width, u + filter + (j * stride), InputTile * stride);
            }
        }

        if (filter < count)
        {
            WinogradKernels<SimdScalar, float>.TransformFilters(g + filter, u + filter, count - filter, stride, work);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFilterGradient(float* m, float* dg, nint count, nint stride, float* work)
    {
        nint filter = 0;
        for (; filter + Width <= count; filter += Width)
        {
            for (int j = 0; j < InputTile; j++)
            {
                WinogradTransforms1D<TSimd, TVector>.MultiplyGT(
                    m + filter + (j * stride), InputTile * stride, work + (j * Width), InputTile * Width, false);
            }

            for (int i = 0; i < 3; i++)
            {
                WinogradTransforms1D<TSimd, TVector>.MultiplyGT(
                    work + (i * InputTile * Width), Width, dg + filter + (i * 3 * stride), stride, true);
            }
        }

        if (filter < count)
        {
            WinogradKernels<SimdScalar, float>.AddFilterGradient(m + filter, dg + filter, count - filter, stride, work);
        }
    }
}
