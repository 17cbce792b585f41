using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// The running average of a model's weights. While the model trains it holds the averages; outside the steps the model
/// holds them, and this the weights from which the training goes on.
/// </summary>
internal sealed class AveragedWeights(ModelWeights other, long updates) : IDisposable
{
    private string? _fingerprint;
    private long _updates = updates;

    /// <summary>What the model does not hold.</summary>
    public ModelWeights Other => other;

    /// <summary>How many times the average was brought up to date.</summary>
    public long Updates => _updates;

    /// <summary>Whether the model holds the averages.</summary>
    public bool IsInModel => _fingerprint is not null;

    /// <summary>Whether the model still holds the averages that were put into it, and no others since.</summary>
    public bool BelongsTo(nn.Module model) => _fingerprint == ModelWeights.Fingerprint(model);

    /// <summary>Says that the model holds the averages.</summary>
    public void MarkAsInModel(nn.Module model) => _fingerprint = ModelWeights.Fingerprint(model);

    /// <summary>Puts the averages into the model.</summary>
    public void PutIntoModel(nn.Module model)
    {
        if (!IsInModel)
        {
            other.SwapWith(model);
            MarkAsInModel(model);
        }
    }

    /// <summary>Puts the weights into the model from which the training goes on.</summary>
    public void TakeOutOfModel(nn.Module model)
    {
        if (IsInModel)
        {
            other.SwapWith(model);
            _fingerprint = null;
        }
    }

    /// <summary>Moves the averages towards the weights of the model.</summary>
    /// <param name="model">The model, which holds the weights of the last step.</param>
    /// <param name="decay">How much of the averages is kept.</param>
    /// <remarks>
    /// As in timm's <c>ModelEma</c> everything in the state is averaged, also the mean and the variance of batch
    /// normalisation; whole numbers, such as its count of batches, are copied.
    /// </remarks>
    public void Update(nn.Module model, double decay)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        foreach ((string name, Tensor tensor) in model.state_dict())
        {
            Tensor average = other.Tensors[name];
            if (CpuAcceleration.Backend is { } backend && average.HasFloats() && tensor.HasFloats())
            {
                // The library's own threads: waking libtorch's in between would cost several times as much.
                backend.Lerp(average, tensor, (float)(1 - decay));
            }
            else if (average.is_floating_point())
            {
                average.lerp_(tensor, 1 - decay);
            }
            else
            {
                average.copy_(tensor);
            }
        }

        _updates++;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => other.Dispose();
}
