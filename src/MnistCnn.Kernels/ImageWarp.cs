using System.Buffers;
using System.Drawing;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MnistCnn.Kernels;

/// <summary>How images lie in memory, and what stands where they have no pixel.</summary>
/// <param name="Shape">The shape of an image.</param>
/// <param name="ChannelsFirst">Whether it is (channels, rows, columns) instead of (rows, columns, channels).</param>
/// <param name="Fill">What stands outside.</param>
internal readonly record struct ImageFormat(ImageShape Shape, bool ChannelsFirst, float Fill)
{
    /// <summary>From pixel to pixel of a channel.</summary>
    public int PixelStride => ChannelsFirst ? 1 : Shape.Channels;
}

/// <summary>Affine maps of images with bilinear interpolation.</summary>
/// <remarks>The numbers are the same to the bit whatever instructions the processor has.</remarks>
internal static unsafe class ImageWarp
{
    /// <summary>The image is enclosed by this many pixels of paper on the left and above, so that no read needs a test.</summary>
    private const int Border = 1;

    /// <summary>And by this many on the right and below: a place is read with its neighbour.</summary>
    private const int FarBorder = 2;

    /// <summary>Changes some images of a data set, each in its own way.</summary>
    /// <param name="images">(n, …), images one after the other.</param>
    /// <param name="rows">Which of the n.</param>
    /// <param name="maps">For each of them where the pixel at (x, y) of the result comes from.</param>
    /// <param name="erased">For each of them the pixels that are filled then.</param>
    /// <param name="results">Takes the changed images, in the order of the rows.</param>
    /// <param name="format">The format of the images.</param>
    /// <param name="threads">The most threads to use.</param>
    public static void Apply(
        ReadOnlySpan<float> images, int[] rows, Matrix3x2[] maps, Rectangle[] erased, Span<float> results, ImageFormat format,
        int threads)
    {
        long size = format.Shape.Count;
        fixed (float* first = images, firstResult = results)
        {
            float* source = first, target = firstResult;
            Workers.Run(rows.Length, threads, i =>
            {
                float* image = source + (rows[i] * size), result = target + (i * size);
                if (maps[i].IsIdentity)
                {
                    new Span<float>(image, format.Shape.Count).CopyTo(new Span<float>(result, format.Shape.Count));
                }
                else
                {
                    Apply(image, result, maps[i], format);
                }

                Erase(result, erased[i], format);
            });
        }
    }

    private static void Apply(float* source, float* target, Matrix3x2 map, ImageFormat format)
    {
        (int rows, int columns, int channels) = format.Shape;
        int pixels = rows * columns, places = pixels + Vector<float>.Count;
        int planeSize = (rows + Border + FarBorder) * (columns + Border + FarBorder);
        float[] scratch = ArrayPool<float>.Shared.Rent((2 * places) + planeSize);
        fixed (float* x = scratch)
        {
            float* y = x + places, plane = y + places;
            FindPlaces(map, rows, columns, x, y);
            for (int channel = 0; channel < channels; channel++)
            {
                int first = format.ChannelsFirst ? channel * pixels : channel;
                new Span<float>(plane, planeSize).Fill(format.Fill);
                Enclose(source + first, rows, columns, format.PixelStride, plane);
                Interpolate(plane, rows, columns, x, y, target + first, format.PixelStride);
            }
        }

        ArrayPool<float>.Shared.Return(scratch);
    }

    /// <summary>Where each pixel comes from, counted in the enclosed plane.</summary>
    private static void FindPlaces(Matrix3x2 map, int rows, int columns, float* x, float* y)
    {
        Vector<float> numbers = Numbers();
        for (int row = 0; row < rows; row++, x += columns, y += columns)
        {
            var x0 = new Vector<float>(map.M31 + Border + (map.M21 * row));
            var y0 = new Vector<float>(map.M32 + Border + (map.M22 * row));

            // What is written beyond the end of a row is written over by the next; after the last there is room.
            for (int column = 0; column < columns; column += Vector<float>.Count)
            {
                Vector<float> at = numbers + new Vector<float>(column);
                (x0 + (map.M11 * at)).Store(x + column);
                (y0 + (map.M12 * at)).Store(y + column);
            }
        }
    }

    private static Vector<float> Numbers()
    {
        Span<float> numbers = stackalloc float[Vector<float>.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = i;
        }

        return new Vector<float>(numbers);
    }

    private static void Enclose(float* source, int rows, int columns, int pixelStride, float* plane)
    {
        for (int row = 0; row < rows; row++)
        {
            float* from = source + ((long)row * columns * pixelStride);
            float* to = plane + ((row + Border) * (columns + Border + FarBorder)) + Border;
            for (int column = 0; column < columns; column++)
            {
                to[column] = from[column * pixelStride];
            }
        }
    }

    /// <summary>Bilinear interpolation; places outside are moved to the border, where there is only paper.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Interpolate(float* plane, int rows, int columns, float* x, float* y, float* target, int pixelStride)
    {
        float lastX = columns + Border, lastY = rows + Border;
        int pixels = rows * columns, width = columns + Border + FarBorder, i = 0;
        if (Avx2.IsSupported && pixelStride == 1)
        {
            Vector256<float> zero = Vector256<float>.Zero, lastXs = Vector256.Create(lastX), lastYs = Vector256.Create(lastY);
            var widths = Vector256.Create(width);
            for (; i + Vector256<float>.Count <= pixels; i += Vector256<float>.Count)
            {
                Vector256<float> atX = Vector256.Min(Vector256.Max(Vector256.Load(x + i), zero), lastXs);
                Vector256<float> atY = Vector256.Min(Vector256.Max(Vector256.Load(y + i), zero), lastYs);
                Vector256<int> column = Vector256.ConvertToInt32(atX), row = Vector256.ConvertToInt32(atY);
                Vector256<float> partX = atX - Vector256.ConvertToSingle(column), partY = atY - Vector256.ConvertToSingle(row);
                Vector256<int> place = (row * widths) + column;
                Vector256<float> a = Avx2.GatherVector256(plane, place, sizeof(float));
                Vector256<float> b = Avx2.GatherVector256(plane + 1, place, sizeof(float));
                Vector256<float> c = Avx2.GatherVector256(plane + width, place, sizeof(float));
                Vector256<float> d = Avx2.GatherVector256(plane + width + 1, place, sizeof(float));
                Vector256<float> above = a + (partX * (b - a)), below = c + (partX * (d - c));
                (above + (partY * (below - above))).Store(target + i);
            }
        }

        for (; i < pixels; i++)
        {
            float atX = MathF.Min(MathF.Max(x[i], 0), lastX), atY = MathF.Min(MathF.Max(y[i], 0), lastY);
            int column = (int)atX, row = (int)atY;
            float partX = atX - column, partY = atY - row;
            float* place = plane + (row * width) + column;
            float above = place[0] + (partX * (place[1] - place[0]));
            float below = place[width] + (partX * (place[width + 1] - place[width]));
            target[i * pixelStride] = above + (partY * (below - above));
        }
    }

    private static void Erase(float* image, Rectangle erased, ImageFormat format)
    {
        (int planes, int width) = format.ChannelsFirst ? (format.Shape.Channels, 1) : (1, format.Shape.Channels);
        for (int plane = 0; plane < planes; plane++)
        {
            for (int row = erased.Top; row < erased.Bottom; row++)
            {
                long first = ((((long)plane * format.Shape.Rows) + row) * format.Shape.Columns) + erased.Left;
                new Span<float>(image + (first * width), erased.Width * width).Fill(format.Fill);
            }
        }
    }
}
