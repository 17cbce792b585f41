using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>A copy of all that a model's output depends on: its parameters and buffers.</summary>
internal sealed class ModelWeights : IDisposable
{
    private ModelWeights(Dictionary<string, Tensor> tensors) => Tensors = tensors;

    /// <summary>The tensors by the names that <c>state_dict</c> gives them.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors { get; }

    /// <summary>Copies the weights of a model.</summary>
    public static ModelWeights Copy(nn.Module model)
    {
        using var off = no_grad();
        return new(model.state_dict().ToDictionary(
            entry => entry.Key, entry => entry.Value.detach().clone().DetachFromDisposeScope(), StringComparer.Ordinal));
    }

    /// <summary>Takes over tensors that nobody else owns.</summary>
    public static ModelWeights Of(Dictionary<string, Tensor> tensors) => new(tensors);

    /// <summary>A checksum of the weights of a model: equal weights have equal ones.</summary>
    public static string Fingerprint(nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, Tensor tensor) in model.state_dict())
        {
            hash.AppendData(MemoryMarshal.AsBytes(name.AsSpan()));
            hash.AppendData(tensor.detach().cpu().contiguous().bytes);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Puts the weights into a model.</summary>
    public void RestoreTo(nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        foreach ((string name, Tensor tensor) in model.state_dict())
        {
            tensor.copy_(Tensors[name]);
        }
    }

    /// <summary>Exchanges the weights with those of a model; its frozen ones stay and are copied.</summary>
    public void SwapWith(nn.Module model)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        HashSet<IntPtr> staying = FrozenWeights.HandlesOf(model);
        foreach ((string name, Tensor tensor) in model.state_dict())
        {
            Tensor mine = Tensors[name].clone();
            Tensors[name].copy_(tensor);

            // A weight that is shared has several names and is exchanged once.
            if (staying.Add(tensor.Handle))
            {
                tensor.copy_(mine);
            }
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        foreach (Tensor tensor in Tensors.Values)
        {
            tensor.Dispose();
        }
    }
}
