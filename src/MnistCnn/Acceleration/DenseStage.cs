using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Acceleration;

/// <summary>A dense layer with the ReLU after it.</summary>
internal sealed unsafe class DenseStage : Stage
{
    /// <summary>The most samples a task on the way forward: what is read of them at once fits the second cache.</summary>
    private const int SamplesOfTask = 96;

    /// <summary>
    /// Units whose weights are packed side by side: two of the widest registers. What is left of the units, or all of a
    /// small layer, is computed from the weights as they lie.
    /// </summary>
    private const int UnitsOfPanel = 32;

    /// <summary>Numbers of a sum that are taken at once: the weights of a panel for them fit the first cache.</summary>
    private const int StepsAtOnce = 256;

    /// <summary>The same where weights are used as they lie.</summary>
    private const int StepsAtOnceOfRows = 1024;

    /// <summary>Inputs a task on the way back.</summary>
    private const int InputsOfTask = 256;

    private readonly CpuKernels _kernels;
    private readonly WeightTensor _weight;
    private readonly WeightTensor? _bias;
    private readonly int _inputSize;
    private readonly int _panelCount;
    private readonly NativeBuffer _packed;
    private readonly int _capacity;
    private readonly bool _relu;
    private readonly float* _input;
    private readonly float* _inputGradient;
    private readonly NativeBuffer _output;
    private readonly NativeBuffer _outputGradient;
    private readonly ScratchPool _panels;

    /// <summary>Takes the memory for batches of a size.</summary>
    /// <param name="kernels">The instructions to use.</param>
    /// <param name="module">The module whose weights it uses.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <param name="capacity">The largest batch.</param>
    /// <param name="input">The batch that comes in.</param>
    /// <param name="inputGradient">Takes its gradient; null: nobody asks.</param>
    /// <param name="training">Whether there will be a way back.</param>
    public DenseStage(
        CpuKernels kernels, Linear module, bool relu, int capacity, float* input, float* inputGradient, bool training)
    {
        (_kernels, _relu, _capacity) = (kernels, relu, capacity);
        _input = input;
        _inputGradient = inputGradient;
        _weight = new WeightTensor(module.weight);
        _bias = module.bias is { } bias ? new WeightTensor(bias) : null;
        (_inputSize, OutputSize) = ((int)module.in_features, (int)module.out_features);
        _panelCount = OutputSize / UnitsOfPanel;
        _packed = new NativeBuffer((long)_panelCount * UnitsOfPanel * _inputSize);
        _output = new NativeBuffer((long)capacity * OutputSize);
        _outputGradient = new NativeBuffer(training ? (long)capacity * OutputSize : 0);
        _panels = new ScratchPool((long)(capacity + OutputSize) * InputsOfTask);
    }

    public override int OutputSize { get; }

    public override float* Output => _output.Start;

    public override float* OutputGradient => _outputGradient.Start;

    public override void Forward(int samples, in BatchContext batch)
    {
        float* weight = _weight.Data;
        float* bias = _bias is null ? null : _bias.Data;
        if (!batch.SameWeights)
        {
            Pack(weight);
        }

        // A sum is computed by one task from its first number to its last, so it is the same however the work is shared
        // out. Samples that go with all units at once are read once; a small batch is shared out by units instead.
        int threads = get_num_threads();
        int samplesOfTask = Math.Clamp(samples / threads / 12 * 6, 24, SamplesOfTask);
        int sampleTasks = (samples + samplesOfTask - 1) / samplesOfTask;
        int unitsOfTask = sampleTasks >= threads ? OutputSize : UnitsOfPanel;
        int unitTasks = (OutputSize + unitsOfTask - 1) / unitsOfTask;
        Workers.Run(sampleTasks * unitTasks, task =>
        {
            int from = task / unitTasks * samplesOfTask, unit = task % unitTasks * unitsOfTask;
            Forward(
                from, Math.Min(samplesOfTask, samples - from), unit, Math.Min(unitsOfTask, OutputSize - unit), weight, bias);
        });
    }

    public override void Backward(int samples)
    {
        if (_relu)
        {
            Elementwise.KeepWherePositive(OutputGradient, Output, OutputGradient, (long)samples * OutputSize);
        }

        if (_bias is not null)
        {
            float* biasGradient = _bias.Gradient;
            new Span<float>(biasGradient, OutputSize).Clear();
            Elementwise.AddRows(biasGradient, OutputGradient, samples, OutputSize);
        }

        float* weight = _weight.Data;
        float* weightGradient = _weight.Gradient;
        Workers.Run((_inputSize + InputsOfTask - 1) / InputsOfTask, task =>
        {
            int from = task * InputsOfTask;
            int count = Math.Min(InputsOfTask, _inputSize - from);
            NativeBuffer panel = _panels.Take();
            SetWeightGradient(samples, from, count, panel.Start, weightGradient);
            if (_inputGradient != null)
            {
                SetInputGradient(samples, from, count, weight, panel.Start + ((long)_capacity * InputsOfTask));
            }

            _panels.GiveBack(panel);
        });
    }

    public override void Dispose()
    {
        _packed.Dispose();
        _output.Dispose();
        _outputGradient.Dispose();
        _panels.Dispose();
    }

    private void Forward(int from, int samples, int unit, int units, float* weight, float* bias)
    {
        float* output = Output + ((long)from * OutputSize) + unit;
        for (int row = 0; row < samples; row++)
        {
            var values = new Span<float>(output + ((long)row * OutputSize), units);
            if (bias == null)
            {
                values.Clear();
            }
            else
            {
                new Span<float>(bias + unit, units).CopyTo(values);
            }
        }

        int packed = Math.Min(units, (_panelCount * UnitsOfPanel) - unit);
        for (int step = 0; step < _inputSize; step += StepsAtOnce)
        {
            for (int panel = 0; panel < packed; panel += UnitsOfPanel)
            {
                AddPanel(from, samples, unit + panel, step, output + panel);
            }
        }

        if (packed < units)
        {
            AddRows(from, samples, weight + ((long)(unit + packed) * _inputSize), units - packed, output + packed);
        }

        for (int row = 0; _relu && row < samples; row++)
        {
            Elementwise.Relu(output + ((long)row * OutputSize), units);
        }
    }

    private void AddPanel(int from, int samples, int unit, int step, float* output) => _kernels.Multiply(new MatrixProduct
    {
        A = _input + ((long)from * _inputSize) + step,
        ARow = _inputSize,
        AStep = 1,
        B = _packed.Start + ((long)unit * _inputSize) + (step * UnitsOfPanel),
        BStep = UnitsOfPanel,
        C = output,
        CRow = OutputSize,
        Start = output,
        StartRow = OutputSize,
        Rows = samples,
        Columns = UnitsOfPanel,
        Steps = Math.Min(StepsAtOnce, _inputSize - step),
        Segments = 1,
    });

    private void AddRows(int from, int samples, float* weight, int units, float* output)
    {
        for (int step = 0; step < _inputSize; step += StepsAtOnceOfRows)
        {
            _kernels.MultiplyRows(
                _input + ((long)from * _inputSize) + step, _inputSize, samples, weight + step, _inputSize, units,
                Math.Min(StepsAtOnceOfRows, _inputSize - step), output, OutputSize);
        }
    }

    /// <summary>Lays the weights that a number is multiplied by side by side, panel after panel.</summary>
    private void Pack(float* weight)
    {
        int blocks = (_inputSize + StepsAtOnce - 1) / StepsAtOnce;
        Workers.Run(_panelCount * blocks, task =>
        {
            long start = (long)(task / blocks) * UnitsOfPanel * _inputSize;
            int from = task % blocks * StepsAtOnce;
            Pack(weight + start, _packed.Start + start, _inputSize, from, Math.Min(from + StepsAtOnce, _inputSize));
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(float* weight, float* packed, int inputSize, int from, int to)
    {
        // A cache line of each unit's weights at a time.
        for (int line = from; line < to; line += 16)
        {
            int end = Math.Min(line + 16, to);
            for (int unit = 0; unit < UnitsOfPanel; unit++)
            {
                float* next = weight + ((long)unit * inputSize);
                for (int step = line; step < end; step++)
                {
                    packed[((long)step * UnitsOfPanel) + unit] = next[step];
                }
            }
        }
    }

    private void SetWeightGradient(int samples, int from, int count, float* panel, float* weightGradient)
    {
        CopyColumns(_input + from, samples, count, panel);
        _kernels.Multiply(new MatrixProduct
        {
            A = OutputGradient,
            ARow = 1,
            AStep = OutputSize,
            B = panel,
            BStep = count,
            C = weightGradient + from,
            CRow = _inputSize,
            Rows = OutputSize,
            Columns = count,
            Steps = samples,
            Segments = 1,
        });
    }

    private void SetInputGradient(int samples, int from, int count, float* weight, float* panel)
    {
        CopyColumns(weight + from, OutputSize, count, panel);
        _kernels.Multiply(new MatrixProduct
        {
            A = OutputGradient,
            ARow = OutputSize,
            AStep = 1,
            B = panel,
            BStep = count,
            C = _inputGradient + from,
            CRow = _inputSize,
            Rows = samples,
            Columns = count,
            Steps = OutputSize,
            Segments = 1,
        });
    }

    /// <summary>Columns that are read many times are brought together first: they lie pages apart.</summary>
    private void CopyColumns(float* from, int rows, int count, float* to)
    {
        for (int row = 0; row < rows; row++)
        {
            new Span<float>(from + ((long)row * _inputSize), count).CopyTo(new Span<float>(to + ((long)row * count), count));
        }
    }
}
