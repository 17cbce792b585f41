namespace MnistCnn.Acceleration;

/// <summary>
/// A layer that treats each sample by itself. Such layers run one sample through all of them before the next, while its
/// numbers are still in the processor's cache.
/// </summary>
internal abstract unsafe class SampleLayer(int inputSize, int outputSize) : IDisposable
{
    /// <summary>The numbers of a sample that come in.</summary>
    public int InputSize { get; } = inputSize;

    /// <summary>The numbers of a sample that go out.</summary>
    public int OutputSize { get; } = outputSize;

    /// <summary>Whether the output overwrites the input, and the input's gradient the output's.</summary>
    public virtual bool InPlace => false;

    /// <summary>The numbers in which gradients of weights are collected.</summary>
    public virtual int GradientSize => 0;

    /// <summary>The numbers in which they are collected while a group of samples goes back.</summary>
    public virtual int GroupGradientSize => GradientSize;

    /// <summary>Gets ready for a batch: the weights may have changed.</summary>
    public virtual void Prepare(in BatchContext batch)
    {
    }

    /// <summary>Computes the output of one sample.</summary>
    public abstract void Forward(float* input, float* output, int sample);

    /// <summary>Is told when the whole batch has passed.</summary>
    public virtual void EndForward(int samples)
    {
    }

    /// <summary>Goes back through one sample.</summary>
    /// <param name="input">The sample as it came in.</param>
    /// <param name="output">The sample as it went out; layers after this one may have set more of it to 0.</param>
    /// <param name="outputGradient">How the loss changes with the output; may be overwritten.</param>
    /// <param name="inputGradient">Takes how it changes with the input; null: nobody asks.</param>
    /// <param name="sample">The number of the sample in its batch.</param>
    /// <param name="gradient">The gradient of the group, to which the sample's is added.</param>
    public abstract void Backward(
        float* input, float* output, float* outputGradient, float* inputGradient, int sample, float* gradient);

    /// <summary>Makes the gradients of the weights, still 0, of what a group of samples collected.</summary>
    public virtual void CloseGroup(float* groupGradient, float* gradient) =>
        new Span<float>(groupGradient, GradientSize).CopyTo(new Span<float>(gradient, GradientSize));

    /// <summary>Hands the collected gradients to the weights.</summary>
    public virtual void SetGradients(float* gradient)
    {
    }

    /// <summary>Gives its memory back.</summary>
    public virtual void Dispose()
    {
    }
}
