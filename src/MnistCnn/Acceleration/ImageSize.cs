namespace MnistCnn.Acceleration;

/// <summary>The size of an image whose channels lie side by side.</summary>
internal readonly record struct ImageSize(int Rows, int Columns, int Channels)
{
    /// <summary>All its numbers.</summary>
    public int Count => Rows * Columns * Channels;
}
