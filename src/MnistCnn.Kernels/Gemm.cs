namespace MnistCnn.Kernels;

/// <summary>
/// The arguments of a product of float32 matrices, C = D + A · B (BLAS: <c>sgemm</c>), wherever the matrices lie in memory. A is
/// M × K, B is K × N, C and D are M × N. K is summed segment by segment, as in oneDNN's batch-reduce GEMM
/// (C = D + Σ Aₛ · Bₛ), which lets a convolution read its windows out of the image where they lie, with no copy: a segment is a
/// row of the window.
/// </summary>
/// <remarks>
/// All strides count float32 numbers. B, C and D are row-major: the numbers of a row lie side by side, and the leading dimension
/// is the stride from row to row.
/// </remarks>
internal unsafe struct Gemm
{
    public float* A;
    public float* B;
    public float* C;

    /// <summary>What is added: a bias, or C itself to accumulate; null: nothing.</summary>
    public float* D;

    /// <summary>Rows of A, C and D.</summary>
    public int M;

    /// <summary>Columns of B, C and D.</summary>
    public int N;

    /// <summary>Columns of A and rows of B in a segment.</summary>
    public nint K;

    /// <summary>Stride from row to row of A.</summary>
    public nint ARowStride;

    /// <summary>Stride from column to column of A; with 1 as the row stride A is read transposed.</summary>
    public nint AColumnStride;

    /// <summary>Leading dimension of B.</summary>
    public nint LdB;

    /// <summary>Leading dimension of C.</summary>
    public nint LdC;

    /// <summary>Leading dimension of D; 0: a bias, the same for every row.</summary>
    public nint LdD;

    /// <summary>How many pairs of A and B are multiplied and summed.</summary>
    public nint Segments;

    /// <summary>Stride from one A to the next.</summary>
    public nint ASegmentStride;

    /// <summary>Stride from one B to the next.</summary>
    public nint BSegmentStride;

    /// <summary>Whether negative results become 0.</summary>
    public bool Relu;

    public readonly float* DAt(int row, int column) => D == null ? null : D + (row * LdD) + column;
}
