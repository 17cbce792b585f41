namespace MnistCnn.Acceleration;

/// <summary>A part of a network that a whole batch passes before the next part begins.</summary>
internal abstract unsafe class Stage : IDisposable
{
    /// <summary>The numbers of a sample that go out.</summary>
    public abstract int OutputSize { get; }

    /// <summary>The batch as it goes out, sample by sample.</summary>
    public abstract float* Output { get; }

    /// <summary>How the loss changes with the output: written by the stage after, read by this one.</summary>
    public abstract float* OutputGradient { get; }

    /// <summary>Computes the output of a batch.</summary>
    public abstract void Forward(int samples, in BatchContext batch);

    /// <summary>Sets the gradients of the weights and of the input.</summary>
    public abstract void Backward(int samples);

    public abstract void Dispose();
}
