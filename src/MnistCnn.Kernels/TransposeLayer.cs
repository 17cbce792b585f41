using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>Turns (rows, columns) into (columns, rows): for models that keep their channels first at both ends.</summary>
/// <param name="rows">Rows that come in.</param>
/// <param name="columns">Columns that come in.</param>
internal sealed unsafe class TransposeLayer(int rows, int columns) : PerSampleLayer(rows * columns, rows * columns)
{
    public override void Forward(float* input, float* output, int sample) => Transpose(input, output, rows, columns);

    public override void Backward(
        float* input, float* output, float* outputGradient, float* inputGradient, int sample, float* gradient)
    {
        if (inputGradient != null)
        {
            Transpose(outputGradient, inputGradient, columns, rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* from, float* to, int rows, int columns)
    {
        // A cache line of each row at a time.
        for (int first = 0; first < columns; first += 16)
        {
            int end = Math.Min(first + 16, columns);
            for (int row = 0; row < rows; row++)
            {
                for (int column = first; column < end; column++)
                {
                    to[(column * rows) + row] = from[(row * columns) + column];
                }
            }
        }
    }
}
