namespace MnistCnn.Kernels;

/// <summary>Layers that treat each sample by itself, as convolutions do: one sample runs through all of them at a time.</summary>
internal sealed unsafe class PerSampleBlock : Block
{
    /// <summary>
    /// Into how many groups a batch is split for the sums of gradients. Fixed, so that the sums are the same on every
    /// number of threads; enough to keep the cores of a laptop evenly busy.
    /// </summary>
    private const int Groups = 32;

    private readonly PerSampleLayer[] _layers;

    /// <summary>For each layer the last one up to it that does not work in place; −1: the input.</summary>
    private readonly int[] _producers;

    /// <summary>Which half of the scratch memory a layer writes to; the layers that do not work in place take turns.</summary>
    private readonly int[] _slots;

    /// <summary>
    /// What each layer gives for the whole batch; null where it works in place, or where the backward pass does without it or
    /// computes it again: then the numbers between two layers live in scratch memory, as long as a sample takes.
    /// </summary>
    private readonly NativeBuffer?[] _outputs;
    private readonly NativeBuffer? _outputGradient;
    private readonly ScratchPool _scratch;
    private readonly ScratchPool _groupGradients;
    private readonly NativeBuffer _gradients;
    private readonly Block _previous;
    private readonly float* _inputGradient;
    private readonly int _scratchSize;
    private readonly int _gradientSize;
    private readonly int _groupGradientSize;

    /// <summary>Takes the memory for batches of a size.</summary>
    /// <param name="layers">The layers, in order.</param>
    /// <param name="capacity">The largest batch.</param>
    /// <param name="previous">The block whose output comes in.</param>
    /// <param name="training">Whether backward passes follow.</param>
    public PerSampleBlock(PerSampleLayer[] layers, int capacity, Block previous, bool training)
    {
        _layers = layers;
        _previous = previous;
        _inputGradient = previous.OutputGradient;
        _producers = new int[layers.Length];
        _slots = [.. layers.Select((_, i) => layers.Take(i).Count(before => !before.InPlace) % 2)];
        for (int i = 0; i < layers.Length; i++)
        {
            _producers[i] = !layers[i].InPlace ? i : i > 0 ? _producers[i - 1] : -1;
        }

        int last = _producers[^1];
        _outputs = [.. layers.Select((layer, i) =>
            i == last || (training && IsKept(i)) ? new NativeBuffer((long)capacity * layer.OutputSize) : null)];
        _outputGradient = training && last >= 0 ? new NativeBuffer((long)capacity * OutputSize) : null;
        OutputGradient = last < 0 ? _inputGradient : _outputGradient is null ? null : _outputGradient.Start;
        _scratchSize = layers.Max(layer => Math.Max(layer.InputSize, layer.OutputSize));
        _scratch = new ScratchPool(3L * _scratchSize);
        _gradientSize = layers.Sum(layer => layer.GradientSize);
        _groupGradientSize = layers.Sum(layer => layer.GroupGradientSize);
        _groupGradients = new ScratchPool(_groupGradientSize);
        _gradients = new NativeBuffer(training ? Groups * (long)_gradientSize : 0);
    }

    public override int OutputSize => _layers[^1].OutputSize;

    public override float* Output => _producers[^1] < 0 ? _previous.Output : _outputs[_producers[^1]]!.Start;

    public override bool OverwritesInput => _layers[0].InPlace;

    public override float* OutputGradient { get; }

    public override void Forward(int samples, bool sameWeights, int threads)
    {
        foreach (PerSampleLayer layer in _layers)
        {
            layer.Prepare(sameWeights);
        }

        Workers.Run(Math.Min(Groups, samples), threads, group =>
        {
            NativeBuffer scratch = _scratch.Take();
            (int from, int to) = SamplesOfGroup(group, samples);
            for (int sample = from; sample < to; sample++)
            {
                for (int i = 0; i < _layers.Length; i++)
                {
                    _layers[i].Forward(After(i - 1, sample, scratch.Start), After(i, sample, scratch.Start), sample);
                }
            }

            _scratch.GiveBack(scratch);
        });

        foreach (PerSampleLayer layer in _layers)
        {
            layer.EndForward(samples);
        }
    }

    public override void Backward(int samples, int threads)
    {
        if (OutputGradient == null)
        {
            return;
        }

        int groups = Math.Min(Groups, samples);
        Workers.Run(groups, threads, group =>
        {
            NativeBuffer groupGradient = _groupGradients.Take();
            new Span<float>(groupGradient.Start, _groupGradientSize).Clear();
            NativeBuffer scratch = _scratch.Take();
            (int from, int to) = SamplesOfGroup(group, samples);
            for (int sample = from; sample < to; sample++)
            {
                Backward(sample, groupGradient.Start, scratch.Start);
            }

            _scratch.GiveBack(scratch);
            FinishGroup(groupGradient.Start, _gradients.Start + ((long)group * _gradientSize));
            _groupGradients.GiveBack(groupGradient);
        });

        for (int group = 1; group < groups; group++)
        {
            Elementwise.Add(_gradients.Start, _gradients.Start + ((long)group * _gradientSize), _gradientSize);
        }

        float* sum = _gradients.Start;
        foreach (PerSampleLayer layer in _layers)
        {
            layer.StoreGradients(sum);
            sum += layer.GradientSize;
        }
    }

    public override void Dispose()
    {
        foreach (PerSampleLayer layer in _layers)
        {
            layer.Dispose();
        }

        foreach (NativeBuffer? output in _outputs)
        {
            output?.Dispose();
        }

        _outputGradient?.Dispose();
        _scratch.Dispose();
        _groupGradients.Dispose();
        _gradients.Dispose();
    }

    /// <summary>Whether the backward pass needs what a layer gives, and cannot have it again in less time.</summary>
    private bool IsKept(int i) =>
        !_layers[i].InPlace && !IsComputedAgain(i) && !(_layers[i].MayLoseOutput && NextNeedsNoInput(i));

    private bool NextNeedsNoInput(int i) => i + 1 < _layers.Length && _layers[i + 1].NeedsNoInput;

    /// <summary>The first layer alone, as what it takes is there.</summary>
    private bool IsComputedAgain(int i) =>
        i == 0 && _layers[i].IsCheap && i + 1 < _layers.Length && !_layers[i + 1].InPlace && !NextNeedsNoInput(i);

    private static (int From, int To) SamplesOfGroup(int group, int samples)
    {
        int groups = Math.Min(Groups, samples);
        return ((int)((long)group * samples / groups), (int)((long)(group + 1) * samples / groups));
    }

    private void Backward(int sample, float* gradient, float* scratch)
    {
        float* again = scratch + (2 * _scratchSize);
        if (IsComputedAgain(0))
        {
            _layers[0].Forward(After(-1, sample, null), again, sample);
        }

        float* outputGradient = OutputGradient + ((long)sample * OutputSize);
        float* layerGradient = gradient + _groupGradientSize;
        for (int i = _layers.Length - 1; i >= 0 && outputGradient != null; i--)
        {
            PerSampleLayer layer = _layers[i];
            layerGradient -= layer.GroupGradientSize;
            bool toInput = i == 0 || _producers[i - 1] < 0;
            float* inputGradient = layer.InPlace ? outputGradient
                : !toInput ? scratch + (_slots[i] * _scratchSize)
                : _inputGradient == null ? null : _inputGradient + ((long)sample * layer.InputSize);
            layer.Backward(
                Kept(i - 1, sample, again), Kept(i, sample, again), outputGradient, inputGradient, sample, layerGradient);
            outputGradient = inputGradient;
        }
    }

    private void FinishGroup(float* groupGradient, float* gradient)
    {
        new Span<float>(gradient, _gradientSize).Clear();
        foreach (PerSampleLayer layer in _layers)
        {
            layer.FinishGroup(groupGradient, gradient);
            groupGradient += layer.GroupGradientSize;
            gradient += layer.GradientSize;
        }
    }

    /// <summary>What a sample looked like after a layer; null if that was not kept.</summary>
    private float* Kept(int layer, int sample, float* again) =>
        layer >= 0 && _producers[layer] >= 0 && _outputs[_producers[layer]] is null
            ? IsComputedAgain(_producers[layer]) ? again : null
            : After(layer, sample, null);

    /// <summary>What a sample looks like after a layer; before the first one it is the input.</summary>
    private float* After(int layer, int sample, float* scratch)
    {
        int producer = layer < 0 ? -1 : _producers[layer];
        return producer < 0 ? _previous.Output + ((long)sample * _layers[0].InputSize)
            : _outputs[producer] is { } output ? output.Start + ((long)sample * _layers[producer].OutputSize)
            : scratch + (_slots[producer] * _scratchSize);
    }
}
