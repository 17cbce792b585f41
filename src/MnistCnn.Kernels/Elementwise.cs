using System.Numerics;
using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>Operations number by number, with the widest registers that the processor is happy with.</summary>
internal static unsafe class Elementwise
{
    /// <summary>sum += addend, both (count).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* sum, float* addend, long count)
    {
        long i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            (Load(sum + i) + Load(addend + i)).Store(sum + i);
        }

        for (; i < count; i++)
        {
            sum[i] += addend[i];
        }
    }

    /// <summary>Adds up rows: sum[c] += Σ rows[r, c].</summary>
    /// <param name="sum">(columns).</param>
    /// <param name="rows">(count, columns).</param>
    /// <param name="count">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(float* sum, float* rows, long count, long columns)
    {
        long column = 0;
        int width = Vector<float>.Count;
        for (; column + (4 * width) <= columns; column += 4 * width)
        {
            // Four sums at once: one alone would wait for itself.
            Vector<float> total0 = Vector<float>.Zero, total1 = total0, total2 = total0, total3 = total0;
            float* next = rows + column;
            for (long row = 0; row < count; row++, next += columns)
            {
                total0 += Load(next);
                total1 += Load(next + width);
                total2 += Load(next + (2 * width));
                total3 += Load(next + (3 * width));
            }

            (Load(sum + column) + total0).Store(sum + column);
            (Load(sum + column + width) + total1).Store(sum + column + width);
            (Load(sum + column + (2 * width)) + total2).Store(sum + column + (2 * width));
            (Load(sum + column + (3 * width)) + total3).Store(sum + column + (3 * width));
        }

        for (; column + width <= columns; column += width)
        {
            Vector<float> total = Load(sum + column);
            float* next = rows + column;
            for (long row = 0; row < count; row++, next += columns)
            {
                total += Load(next);
            }

            total.Store(sum + column);
        }

        for (; column < columns; column++)
        {
            for (long row = 0; row < count; row++)
            {
                sum[column] += rows[(row * columns) + column];
            }
        }
    }

    /// <summary>Negative numbers of (count) become 0; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Relu(float* values, long count)
    {
        long i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            Vector<float> value = Load(values + i);
            Vector.ConditionalSelect(Vector.LessThan(value, Vector<float>.Zero), Vector<float>.Zero, value).Store(values + i);
        }

        for (; i < count; i++)
        {
            values[i] = values[i] < 0 ? 0 : values[i];
        }
    }

    /// <summary>The gradient of ReLU: passes where the output is above 0.</summary>
    /// <param name="from">The gradient of the output, (count).</param>
    /// <param name="test">The output, (count).</param>
    /// <param name="to">Takes the gradient of the input, (count); may be the same memory as the other gradient.</param>
    /// <param name="count">How many numbers.</param>
    /// <param name="scale">What the numbers that pass are multiplied by.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void KeepWherePositive(float* from, float* test, float* to, long count, float scale = 1)
    {
        long i = 0;
        var scales = new Vector<float>(scale);
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            Vector<int> positive = Vector.GreaterThan(Load(test + i), Vector<float>.Zero);
            Vector.ConditionalSelect(positive, scales * Load(from + i), Vector<float>.Zero).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = test[i] > 0 ? scale * from[i] : 0;
        }
    }

    /// <summary>Linear interpolation in place (PyTorch: <c>lerp_</c>): start += weight · (end − start).</summary>
    /// <param name="start">(n); changed in place.</param>
    /// <param name="end">(n).</param>
    /// <param name="weight">0 leaves the start, 1 gives the end.</param>
    /// <param name="threads">The most threads to use.</param>
    public static void Lerp(Span<float> start, ReadOnlySpan<float> end, float weight, int threads)
    {
        fixed (float* from = start, to = end)
        {
            float* from0 = from, to0 = to;
            Workers.RunParts(start.Length, threads, (i, count) => Lerp(from0 + i, to0 + i, weight, count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Load(float* from) => Vector.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lerp(float* start, float* end, float weight, long count)
    {
        long i = 0;
        var weights = new Vector<float>(weight);
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            Vector<float> value = Load(start + i);
            (value + (weights * (Load(end + i) - value))).Store(start + i);
        }

        for (; i < count; i++)
        {
            start[i] += weight * (end[i] - start[i]);
        }
    }
}

/// <summary>ReLU in place, where it could not be fused into the layer before.</summary>
internal sealed unsafe class ReluLayer(int size) : PerSampleLayer(size, size)
{
    public override bool InPlace => true;

    public override void Forward(float* input, float* output, int sample) => Elementwise.Relu(output, OutputSize);

    public override void Backward(
        float* input, float* output, float* outputGradient, float* inputGradient, int sample, float* gradient) =>
        Elementwise.KeepWherePositive(outputGradient, output, outputGradient, OutputSize);
}
