using System.Runtime.InteropServices;
using MnistCnn.Kernels;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// A network of fully connected layers, convolutions and what lies between them, computed on the CPU with the modules' own
/// weights: the same numbers as the modules give, up to rounding, in less time.
/// </summary>
/// <remarks>
/// What makes it faster than layer by layer: matrix products in the widest registers; convolutions that read their windows
/// where they lie; one image through all convolutions before the next, so that its numbers stay in the cache; memory
/// that is used again at every step; and dropout that needs no random numbers in sequence.
/// </remarks>
/// <param name="blocks">The blocks, in order; the first takes the batch.</param>
/// <param name="bindings">The modules whose memory and settings they use.</param>
/// <param name="capacity">The most samples in a batch.</param>
internal sealed class KernelNetwork(IReadOnlyList<Block> blocks, KernelBindings bindings, int capacity) : ICpuNetwork
{
    /// <summary>The block whose output are the logits.</summary>
    public Block Last => blocks[^1];

    /// <inheritdoc/>
    public Tensor Logits(Tensor x, bool sameWeights)
    {
        int samples = (int)x.shape[0], classes = Last.OutputSize;
        Tensor dense = x.contiguous(), logits = empty([samples, classes]);
        for (int from = 0; from < samples; from += capacity)
        {
            int count = Math.Min(capacity, samples - from);
            Input.Load(dense.Floats(), from, count, copy: blocks[1].OverwritesInput);
            Forward(count, dropoutKey: 0, sameWeights || from > 0);

            // The memory was used by address, which the garbage collector does not see.
            GC.KeepAlive(dense);
            Last.OutputOf(count).CopyTo(logits.Floats()[(from * classes)..]);
        }

        return logits;
    }

    /// <inheritdoc/>
    public (double LossSum, int Correct) ComputeGradients(
        Tensor x, ReadOnlySpan<int> rows, ReadOnlySpan<float> targets, ulong dropoutKey)
    {
        Forward(x, rows, dropoutKey);
        (double lossSum, int correct) = CrossEntropy.Of(
            Last.OutputOf(rows.Length), targets, Last.OutputSize, Last.OutputGradientOf(rows.Length));
        if (double.IsFinite(lossSum))
        {
            Backward(rows.Length);
        }

        return (lossSum, correct);
    }

    /// <inheritdoc/>
    public Tensor InputGradient(Tensor x, ReadOnlySpan<int> rows, ReadOnlySpan<float> targets)
    {
        var parameters = bindings.Parameters.Select(parameter => (Parameter: parameter, Gradient: parameter.grad)).ToList();
        try
        {
            // Those of the weights come along; the user's own stay as they are.
            parameters.ForEach(kept => kept.Parameter.grad = null);
            (double lossSum, _) = ComputeGradients(x, rows, targets, dropoutKey: 0);
            Span<float> gradient = Input.OutputGradientOf(rows.Length);
            if (!double.IsFinite(lossSum))
            {
                gradient.Fill(float.NaN);
            }

            return tensor(gradient.ToArray()).reshape([rows.Length, .. x.shape[1..]]);
        }
        finally
        {
            parameters.ForEach(kept => kept.Parameter.grad = kept.Gradient);
        }
    }

    private InputBlock Input => (InputBlock)blocks[0];

    /// <summary>Computes the logits of some rows of a data set.</summary>
    public void Forward(Tensor x, ReadOnlySpan<int> rows, ulong dropoutKey)
    {
        Input.Load(x.Floats(), rows);
        GC.KeepAlive(x);
        Forward(rows.Length, dropoutKey, sameWeights: false);
    }

    /// <summary>Sets the gradients of all weights from the gradient of the logits.</summary>
    /// <param name="samples">The size of the last batch.</param>
    public void Backward(int samples)
    {
        bindings.BindBackward();
        foreach (Block block in blocks.Reverse())
        {
            block.Backward(samples, get_num_threads());
        }
    }

    private void Forward(int samples, ulong dropoutKey, bool sameWeights)
    {
        bindings.BindForward(dropoutKey);
        foreach (Block block in blocks)
        {
            block.Forward(samples, sameWeights, get_num_threads());
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Block block in blocks)
        {
            block.Dispose();
        }
    }
}

/// <summary>
/// What ties layers to modules: where weights, gradients and running statistics lie, and the mode of dropout and batch
/// normalisation. All is looked up before every pass, as a module may be moved, or set to another mode.
/// </summary>
internal sealed class KernelBindings
{
    private readonly List<(Parameter Parameter, ParameterMemory Memory)> _parameters = [];
    private readonly List<(NormBase Module, BatchNormalization Layer, ParameterMemory Mean, ParameterMemory Variance)> _norms =
        [];
    private readonly List<(Dropout Module, DropoutLayer Layer)> _dropouts = [];

    /// <summary>The parameters that have memory here.</summary>
    public IEnumerable<Parameter> Parameters => _parameters.Select(bound => bound.Parameter);

    /// <summary>The memory of a parameter; null if there is none.</summary>
    public ParameterMemory? Add(Parameter? parameter)
    {
        if (parameter is null)
        {
            return null;
        }

        var memory = new ParameterMemory((int)parameter.numel());
        _parameters.Add((parameter, memory));
        return memory;
    }

    /// <summary>The layers of a batch normalisation.</summary>
    public BatchNormalization Add(NormBase module, ImageShape image, int capacity)
    {
        var (mean, variance) = (new ParameterMemory(image.Channels), new ParameterMemory(image.Channels));
        var layer = new BatchNormalization(image, Add(module.weight), Add(module.bias), mean, variance, module.eps, capacity);
        _norms.Add((module, layer, mean, variance));
        return layer;
    }

    /// <summary>The layer of a dropout.</summary>
    public DropoutLayer Add(Dropout module, int size)
    {
        var layer = new DropoutLayer(size);
        _dropouts.Add((module, layer));
        return layer;
    }

    /// <summary>Before a forward pass.</summary>
    public void BindForward(ulong dropoutKey)
    {
        using var scope = NewDisposeScope();
        foreach ((Parameter parameter, ParameterMemory memory) in _parameters)
        {
            memory.SetData(parameter.Floats());
        }

        foreach ((NormBase module, BatchNormalization layer, ParameterMemory mean, ParameterMemory variance) in _norms)
        {
            mean.SetData(module.running_mean!.Floats());
            variance.SetData(module.running_var!.Floats());
            layer.SetMomentum(module.training ? MomentumOfNextBatch(module) : null);
        }

        for (int i = 0; i < _dropouts.Count; i++)
        {
            (Dropout module, DropoutLayer layer) = _dropouts[i];
            layer.SetMask(module.training ? module.p : 0, SplitMix64.At(dropoutKey, i));
        }
    }

    /// <summary>Before a backward pass; gradients are made where there are none.</summary>
    public void BindBackward()
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        foreach ((Parameter parameter, ParameterMemory memory) in _parameters)
        {
            Tensor? gradient = parameter.grad;
            if (gradient is null || !gradient.is_contiguous())
            {
                gradient = zeros_like(parameter);
                parameter.grad = gradient;
            }

            memory.SetGradient(gradient.Floats());
        }
    }

    /// <summary>Counts a batch, as libtorch does; without a momentum all batches weigh the same.</summary>
    private static double MomentumOfNextBatch(NormBase module)
    {
        Span<long> tracked = MemoryMarshal.Cast<byte, long>(module.num_batches_tracked!.bytes);
        tracked[0]++;
        return module.momentum ?? 1.0 / tracked[0];
    }
}
