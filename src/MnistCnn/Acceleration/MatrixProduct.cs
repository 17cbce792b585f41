namespace MnistCnn.Acceleration;

/// <summary>
/// A matrix product whose operands lie anywhere in memory: C[r, c] = Start[r, c] + Σ A[r, k] · B[k, c]. The sum runs over
/// segments of steps, which lets a convolution read its windows out of an image where they lie, with no copy: a segment
/// is a row of the window, a step a number of that row.
/// </summary>
/// <remarks>All distances count float32 numbers. The numbers of a row of B, C and Start lie side by side.</remarks>
internal unsafe struct MatrixProduct
{
    public float* A;
    public float* B;
    public float* C;

    /// <summary>What the sums start from: the bias, or C itself to add to it; null: 0.</summary>
    public float* Start;

    public int Rows;
    public int Columns;
    public nint ARow;
    public nint CRow;

    /// <summary>From row to row of Start; 0: every row starts from the same numbers.</summary>
    public nint StartRow;

    public nint Steps;
    public nint AStep;
    public nint BStep;
    public nint Segments;
    public nint ASegment;
    public nint BSegment;

    /// <summary>Whether negative results become 0.</summary>
    public bool Relu;

    public readonly float* StartAt(int row, int column) => Start == null ? null : Start + (row * StartRow) + column;
}
