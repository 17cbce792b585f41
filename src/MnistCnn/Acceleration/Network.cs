namespace MnistCnn.Acceleration;

/// <summary>
/// A network of dense layers, convolutions and what lies between them, computed on the CPU with the modules' own weights:
/// the same numbers as the modules give, up to rounding, in less time.
/// </summary>
/// <remarks>
/// What makes it faster than layer by layer: matrix products in the widest registers; convolutions that read their windows
/// where they lie; one image through all convolutions before the next, so that its numbers stay in the cache; memory
/// that is used again at every step; and dropout that needs no random numbers in sequence.
/// </remarks>
internal sealed unsafe class Network : IDisposable
{
    private readonly NativeBuffer _input;
    private readonly Stage[] _stages;
    private readonly int _inputSize;

    /// <summary>Joins the stages.</summary>
    public Network(NativeBuffer input, int inputSize, int capacity, Stage[] stages) =>
        (_input, _inputSize, Capacity, _stages) = (input, inputSize, capacity, stages);

    /// <summary>The most samples in a batch.</summary>
    public int Capacity { get; }

    /// <summary>The numbers that go out for a sample.</summary>
    public int Classes => _stages[^1].OutputSize;

    /// <summary>What went out for the last batch: (samples, classes).</summary>
    public float* Logits => _stages[^1].Output;

    /// <summary>Where the gradient of the logits is put before <see cref="Backward"/>: (samples, classes).</summary>
    public float* LogitsGradient => _stages[^1].OutputGradient;

    /// <summary>Computes the logits of some rows of a data set.</summary>
    /// <param name="samples">The data set, sample by sample.</param>
    /// <param name="rows">Which of them.</param>
    /// <param name="batch">Training or not.</param>
    public void Forward(float* samples, ReadOnlySpan<int> rows, in BatchContext batch)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            new Span<float>(samples + ((long)rows[i] * _inputSize), _inputSize)
                .CopyTo(new Span<float>(_input.Start + ((long)i * _inputSize), _inputSize));
        }

        foreach (Stage stage in _stages)
        {
            stage.Forward(rows.Length, batch);
        }
    }

    /// <summary>Sets the gradients of all weights from the gradient of the logits.</summary>
    /// <param name="samples">The size of the last batch.</param>
    public void Backward(int samples)
    {
        for (int i = _stages.Length - 1; i >= 0; i--)
        {
            _stages[i].Backward(samples);
        }
    }

    public void Dispose()
    {
        foreach (Stage stage in _stages)
        {
            stage.Dispose();
        }

        _input.Dispose();
    }
}
