namespace MnistCnn.Acceleration;

/// <summary>Layers that treat each sample by itself, as convolutions do: one sample runs through all of them at a time.</summary>
internal sealed unsafe class SampleStage : Stage
{
    /// <summary>
    /// Into how many groups a batch is split for the sums of gradients. Fixed, so that the sums are the same on every
    /// number of threads; enough to keep the cores of a laptop evenly busy.
    /// </summary>
    private const int Groups = 32;

    private readonly SampleLayer[] _layers;
    private readonly NativeBuffer?[] _outputs;
    private readonly NativeBuffer? _outputGradient;
    private readonly ScratchPool _scratch;
    private readonly NativeBuffer _gradients;
    private readonly float* _input;
    private readonly float* _inputGradient;
    private readonly int _scratchSize;

    /// <summary>Takes the memory for batches of a size.</summary>
    /// <param name="layers">The layers, in order.</param>
    /// <param name="capacity">The largest batch.</param>
    /// <param name="input">The batch that comes in.</param>
    /// <param name="inputGradient">Takes its gradient; null: nobody asks.</param>
    /// <param name="training">Whether there will be a way back.</param>
    public SampleStage(SampleLayer[] layers, int capacity, float* input, float* inputGradient, bool training)
    {
        _layers = layers;
        _input = input;
        _inputGradient = inputGradient;
        _outputs = [.. layers.Select(layer => layer.InPlace ? null : new NativeBuffer((long)capacity * layer.OutputSize))];
        bool inPlace = layers.All(layer => layer.InPlace);
        Output = OutputOf(layers.Length - 1);
        _outputGradient = training && !inPlace ? new NativeBuffer((long)capacity * OutputSize) : null;
        OutputGradient = inPlace ? inputGradient : _outputGradient is null ? null : _outputGradient.Start;
        _scratchSize = layers.Max(layer => Math.Max(layer.InputSize, layer.OutputSize));
        _scratch = new ScratchPool(2L * _scratchSize);
        GradientSize = layers.Sum(layer => layer.GradientSize);
        _gradients = new NativeBuffer(training ? Groups * (long)GradientSize : 0);
    }

    public override int OutputSize => _layers[^1].OutputSize;

    public override float* Output { get; }

    public override float* OutputGradient { get; }

    private int GradientSize { get; }

    public override void Forward(int samples, in BatchContext batch)
    {
        foreach (SampleLayer layer in _layers)
        {
            layer.Prepare(batch);
        }

        Workers.Run(Math.Min(Groups, samples), group =>
        {
            foreach (int sample in SamplesOf(group, samples))
            {
                for (int i = 0; i < _layers.Length; i++)
                {
                    _layers[i].Forward(InputOf(i, sample), OutputOf(i, sample), sample);
                }
            }
        });
    }

    public override void Backward(int samples)
    {
        int groups = Math.Min(Groups, samples);
        Workers.Run(groups, group =>
        {
            float* gradient = _gradients.Start + ((long)group * GradientSize);
            new Span<float>(gradient, GradientSize).Clear();
            NativeBuffer scratch = _scratch.Take();
            foreach (int sample in SamplesOf(group, samples))
            {
                Backward(sample, gradient, scratch.Start);
            }

            _scratch.GiveBack(scratch);
        });

        for (int group = 1; group < groups; group++)
        {
            Elementwise.Add(_gradients.Start, _gradients.Start + ((long)group * GradientSize), GradientSize);
        }

        float* sum = _gradients.Start;
        foreach (SampleLayer layer in _layers)
        {
            layer.SetGradients(sum);
            sum += layer.GradientSize;
        }
    }

    public override void Dispose()
    {
        foreach (SampleLayer layer in _layers)
        {
            layer.Dispose();
        }

        foreach (NativeBuffer? output in _outputs)
        {
            output?.Dispose();
        }

        _outputGradient?.Dispose();
        _scratch.Dispose();
        _gradients.Dispose();
    }

    private static IEnumerable<int> SamplesOf(int group, int samples)
    {
        int groups = Math.Min(Groups, samples);
        int from = (int)((long)group * samples / groups);
        return Enumerable.Range(from, (int)((long)(group + 1) * samples / groups) - from);
    }

    private void Backward(int sample, float* gradient, float* scratch)
    {
        float* outputGradient = OutputGradient + ((long)sample * OutputSize);
        float* layerGradient = gradient + GradientSize;
        for (int i = _layers.Length - 1; i >= 0; i--)
        {
            SampleLayer layer = _layers[i];
            layerGradient -= layer.GradientSize;
            bool toInput = _layers.Take(i).All(before => before.InPlace);
            float* inputGradient = layer.InPlace ? outputGradient
                : !toInput ? scratch + (i % 2 * _scratchSize)
                : _inputGradient == null ? null : _inputGradient + ((long)sample * layer.InputSize);
            layer.Backward(InputOf(i, sample), OutputOf(i, sample), outputGradient, inputGradient, sample, layerGradient);
            outputGradient = inputGradient;
        }
    }

    private float* InputOf(int layer, int sample) => InputOf(layer) + ((long)sample * _layers[layer].InputSize);

    private float* InputOf(int layer) => layer == 0 ? _input : OutputOf(layer - 1);

    private float* OutputOf(int layer, int sample) => OutputOf(layer) + ((long)sample * _layers[layer].OutputSize);

    private float* OutputOf(int layer)
    {
        while (layer >= 0 && _outputs[layer] is null)
        {
            layer--;
        }

        return layer < 0 ? _input : _outputs[layer]!.Start;
    }
}
