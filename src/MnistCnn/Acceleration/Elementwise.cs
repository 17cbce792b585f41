using System.Numerics;
using System.Runtime.CompilerServices;

namespace MnistCnn.Acceleration;

/// <summary>Operations number by number, with the widest registers that the processor is happy with.</summary>
internal static unsafe class Elementwise
{
    /// <summary>sum += addend.</summary>
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows(float* sum, float* rows, long count, long columns)
    {
        long column = 0;
        for (; column + Vector<float>.Count <= columns; column += Vector<float>.Count)
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

    /// <summary>Negative numbers become 0; NaN stays NaN.</summary>
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void KeepWherePositive(float* from, float* test, float* to, long count)
    {
        long i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            Vector<int> positive = Vector.GreaterThan(Load(test + i), Vector<float>.Zero);
            Vector.ConditionalSelect(positive, Load(from + i), Vector<float>.Zero).Store(to + i);
        }

        for (; i < count; i++)
        {
            to[i] = test[i] > 0 ? from[i] : 0;
        }
    }

    /// <summary>Moves numbers towards others by a share of the way: from += share · (to − from).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MoveTowards(float* from, float* to, float share, long count)
    {
        long i = 0;
        var shares = new Vector<float>(share);
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            Vector<float> value = Load(from + i);
            (value + (shares * (Load(to + i) - value))).Store(from + i);
        }

        for (; i < count; i++)
        {
            from[i] += share * (to[i] - from[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Load(float* from) => Vector.Load(from);
}
