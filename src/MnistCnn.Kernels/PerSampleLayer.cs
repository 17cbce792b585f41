namespace MnistCnn.Kernels;

/// <summary>The shape of an image whose channels lie side by side: (rows, columns, channels).</summary>
internal readonly record struct ImageShape(int Rows, int Columns, int Channels)
{
    /// <summary>All its numbers.</summary>
    public int Count => Rows * Columns * Channels;
}

/// <summary>
/// A layer that treats each sample by itself. Such layers run one sample through all of them before the next, while its
/// numbers are still in the processor's cache.
/// </summary>
/// <param name="inputSize">The numbers of a sample that come in.</param>
/// <param name="outputSize">The numbers of a sample that go out.</param>
internal abstract unsafe class PerSampleLayer(int inputSize, int outputSize) : IDisposable
{
    /// <summary>The numbers of a sample that come in.</summary>
    public int InputSize => inputSize;

    /// <summary>The numbers of a sample that go out.</summary>
    public int OutputSize => outputSize;

    /// <summary>Whether the output overwrites the input, and the input's gradient the output's.</summary>
    public virtual bool InPlace => false;

    /// <summary>Whether the backward pass does without the sample as it came in.</summary>
    public virtual bool NeedsNoInput => false;

    /// <summary>
    /// Whether the backward pass does without the sample as it went out, if the layer after it passes gradients back only to
    /// numbers that passed a ReLU.
    /// </summary>
    public virtual bool MayLoseOutput => false;

    /// <summary>Whether to compute the output again takes less time than to keep it.</summary>
    public virtual bool IsCheap => false;

    /// <summary>The numbers in which gradients of weights are summed.</summary>
    public virtual int GradientSize => 0;

    /// <summary>The numbers in which they are summed during the backward pass of a group of samples.</summary>
    public virtual int GroupGradientSize => GradientSize;

    /// <summary>Gets ready for a batch.</summary>
    /// <param name="sameWeights">Whether the weights are still those of the last forward pass.</param>
    public virtual void Prepare(bool sameWeights)
    {
    }

    /// <summary>Computes the output of one sample.</summary>
    /// <param name="input">(<see cref="InputSize"/>).</param>
    /// <param name="output">Takes (<see cref="OutputSize"/>); the same memory as the input if the layer works in place.</param>
    /// <param name="sample">The number of the sample in its batch.</param>
    public abstract void Forward(float* input, float* output, int sample);

    /// <summary>Is told when the whole batch has passed.</summary>
    /// <param name="samples">The size of the batch.</param>
    public virtual void EndForward(int samples)
    {
    }

    /// <summary>The backward pass of one sample.</summary>
    /// <param name="input">The sample as it came in: (<see cref="InputSize"/>); null: see <see cref="NeedsNoInput"/>.</param>
    /// <param name="output">
    /// As it went out: (<see cref="OutputSize"/>); later layers may have set more of it to 0; null: see
    /// <see cref="MayLoseOutput"/>.
    /// </param>
    /// <param name="outputGradient">The gradient of the loss by the output, laid out as it; may be overwritten.</param>
    /// <param name="inputGradient">Takes the gradient by the input, laid out as it; null: not needed.</param>
    /// <param name="sample">The number of the sample in its batch.</param>
    /// <param name="gradient">The group's sum, (<see cref="GroupGradientSize"/>): the sample's gradient is added.</param>
    public abstract void Backward(
        float* input, float* output, float* outputGradient, float* inputGradient, int sample, float* gradient);

    /// <summary>Computes the gradients of the weights from what a group of samples has summed.</summary>
    /// <param name="groupGradient">(<see cref="GroupGradientSize"/>).</param>
    /// <param name="gradient">(<see cref="GradientSize"/>), still 0.</param>
    public virtual void FinishGroup(float* groupGradient, float* gradient) =>
        new Span<float>(groupGradient, GradientSize).CopyTo(new Span<float>(gradient, GradientSize));

    /// <summary>Stores the gradients with the weights.</summary>
    /// <param name="gradient">(<see cref="GradientSize"/>), summed over the batch.</param>
    public virtual void StoreGradients(float* gradient)
    {
    }

    /// <summary>Gives its memory back.</summary>
    public virtual void Dispose()
    {
    }
}
