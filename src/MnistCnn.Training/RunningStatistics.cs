using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// The buffers of a model, such as the running means of batch normalisation, which change as soon as a batch is sent through:
/// kept from before it, in case the step is not taken.
/// </summary>
internal sealed class RunningStatistics : IDisposable
{
    private readonly (Tensor Live, Tensor Kept)[] _buffers;

    /// <summary>Takes the memory for a model.</summary>
    public RunningStatistics(nn.Module model)
    {
        using var off = no_grad();
        _buffers = [.. model.named_buffers().Select(buffer => (buffer.buffer, buffer.buffer.clone().DetachFromDisposeScope()))];
    }

    /// <summary>Remembers the buffers as they are.</summary>
    public void Keep() => Copy(buffer => (buffer.Kept, buffer.Live));

    /// <summary>Puts back what was remembered.</summary>
    public void Restore() => Copy(buffer => (buffer.Live, buffer.Kept));

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        foreach ((_, Tensor kept) in _buffers)
        {
            kept.Dispose();
        }
    }

    private void Copy(Func<(Tensor Live, Tensor Kept), (Tensor To, Tensor From)> direction)
    {
        using var off = no_grad();
        foreach ((Tensor to, Tensor from) in _buffers.Select(direction))
        {
            to.copy_(from);
        }
    }
}
