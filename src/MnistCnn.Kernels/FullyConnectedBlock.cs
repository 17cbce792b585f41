using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>A fully connected layer, y = x Wᵀ + b, with the ReLU after it.</summary>
internal sealed unsafe class FullyConnectedBlock : Block
{
    /// <summary>The most samples of a task in the forward pass: what is read of them at once fits the second cache.</summary>
    private const int SamplesPerTask = 96;

    /// <summary>
    /// Outputs whose weights are packed side by side: two of the widest registers. What is left of the outputs, or all of a
    /// small layer, is computed from the weights as they lie.
    /// </summary>
    private const int PanelWidth = 32;

    /// <summary>Numbers of a sum that are taken at once (BLIS: KC): their weights of a panel fit the first cache.</summary>
    private const int BlockK = 256;

    /// <summary>The same where weights are used as they lie.</summary>
    private const int UnpackedBlockK = 1024;

    /// <summary>Inputs of a task in the backward pass.</summary>
    private const int InputsPerTask = 256;

    private readonly CpuKernels _kernels;
    private readonly ParameterMemory _weight;
    private readonly ParameterMemory? _bias;
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
    /// <param name="weight">W, (outputs, inputs).</param>
    /// <param name="bias">b, (outputs); null: none.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <param name="capacity">The largest batch.</param>
    /// <param name="previous">The block whose output comes in: x, (samples, inputs).</param>
    /// <param name="training">Whether backward passes follow.</param>
    public FullyConnectedBlock(
        CpuKernels kernels, ParameterMemory weight, ParameterMemory? bias, bool relu, int capacity, Block previous, bool training)
    {
        (_kernels, _weight, _bias, _relu, _capacity) = (kernels, weight, bias, relu, capacity);
        _input = previous.Output;
        _inputGradient = previous.OutputGradient;
        (_inputSize, OutputSize) = (previous.OutputSize, weight.Count / previous.OutputSize);
        _panelCount = OutputSize / PanelWidth;
        _packed = new NativeBuffer((long)_panelCount * PanelWidth * _inputSize);
        _output = new NativeBuffer((long)capacity * OutputSize);
        _outputGradient = new NativeBuffer(training ? (long)capacity * OutputSize : 0);
        _panels = new ScratchPool((long)(capacity + OutputSize) * InputsPerTask);
    }

    public override int OutputSize { get; }

    public override float* Output => _output.Start;

    public override float* OutputGradient => _outputGradient.Start;

    public override void Forward(int samples, bool sameWeights, int threads)
    {
        float* weight = _weight.Data;
        float* bias = _bias is null ? null : _bias.Data;
        if (!sameWeights)
        {
            Pack(weight, threads);
        }

        // A sum is computed by one task from its first number to its last, so it is the same however the work is shared
        // out. Samples that go with all outputs at once are read once; a small batch is shared out by outputs instead.
        int samplesPerTask = Math.Clamp(samples / threads / 12 * 6, 24, SamplesPerTask);
        int sampleTasks = (samples + samplesPerTask - 1) / samplesPerTask;
        int outputsPerTask = sampleTasks >= threads ? OutputSize : PanelWidth;
        int outputTasks = (OutputSize + outputsPerTask - 1) / outputsPerTask;
        Workers.Run(sampleTasks * outputTasks, threads, task =>
        {
            int from = task / outputTasks * samplesPerTask, first = task % outputTasks * outputsPerTask;
            Forward(
                from, Math.Min(samplesPerTask, samples - from), first, Math.Min(outputsPerTask, OutputSize - first), weight,
                bias);
        });
    }

    public override void Backward(int samples, int threads)
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
        Workers.Run((_inputSize + InputsPerTask - 1) / InputsPerTask, threads, task =>
        {
            int from = task * InputsPerTask;
            int count = Math.Min(InputsPerTask, _inputSize - from);
            NativeBuffer panel = _panels.Take();
            SetWeightGradient(samples, from, count, panel.Start, weightGradient);
            if (_inputGradient != null)
            {
                SetInputGradient(samples, from, count, weight, panel.Start + ((long)_capacity * InputsPerTask));
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

    /// <summary>The outputs from <paramref name="first"/> on for the samples from <paramref name="from"/> on.</summary>
    private void Forward(int from, int samples, int first, int outputs, float* weight, float* bias)
    {
        float* output = Output + ((long)from * OutputSize) + first;
        for (int row = 0; row < samples; row++)
        {
            var values = new Span<float>(output + ((long)row * OutputSize), outputs);
            if (bias == null)
            {
                values.Clear();
            }
            else
            {
                new Span<float>(bias + first, outputs).CopyTo(values);
            }
        }

        int packed = Math.Min(outputs, (_panelCount * PanelWidth) - first);
        for (int k = 0; k < _inputSize; k += BlockK)
        {
            for (int panel = 0; panel < packed; panel += PanelWidth)
            {
                AddPanel(from, samples, first + panel, k, output + panel);
            }
        }

        if (packed < outputs)
        {
            AddRows(from, samples, weight + ((long)(first + packed) * _inputSize), outputs - packed, output + packed);
        }

        for (int row = 0; _relu && row < samples; row++)
        {
            Elementwise.Relu(output + ((long)row * OutputSize), outputs);
        }
    }

    private void AddPanel(int from, int samples, int first, int k, float* output) => _kernels.Multiply(new Gemm
    {
        A = _input + ((long)from * _inputSize) + k,
        ARowStride = _inputSize,
        AColumnStride = 1,
        B = _packed.Start + ((long)first * _inputSize) + (k * PanelWidth),
        LdB = PanelWidth,
        C = output,
        LdC = OutputSize,
        D = output,
        LdD = OutputSize,
        M = samples,
        N = PanelWidth,
        K = Math.Min(BlockK, _inputSize - k),
        Segments = 1,
    });

    private void AddRows(int from, int samples, float* weight, int outputs, float* output)
    {
        for (int k = 0; k < _inputSize; k += UnpackedBlockK)
        {
            _kernels.MultiplyTransposed(
                samples, outputs, Math.Min(UnpackedBlockK, _inputSize - k), _input + ((long)from * _inputSize) + k, _inputSize,
                weight + k, _inputSize, output, OutputSize);
        }
    }

    /// <summary>Lays the weights that a number is multiplied by side by side, panel after panel.</summary>
    private void Pack(float* weight, int threads)
    {
        int blocks = (_inputSize + BlockK - 1) / BlockK;
        Workers.Run(_panelCount * blocks, threads, task =>
        {
            long start = (long)(task / blocks) * PanelWidth * _inputSize;
            int from = task % blocks * BlockK;
            Pack(weight + start, _packed.Start + start, _inputSize, from, Math.Min(from + BlockK, _inputSize));
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(float* weight, float* packed, int inputSize, int from, int to)
    {
        // A cache line of each output's weights at a time.
        for (int line = from; line < to; line += 16)
        {
            int end = Math.Min(line + 16, to);
            for (int output = 0; output < PanelWidth; output++)
            {
                float* next = weight + ((long)output * inputSize);
                for (int k = line; k < end; k++)
                {
                    packed[((long)k * PanelWidth) + output] = next[k];
                }
            }
        }
    }

    private void SetWeightGradient(int samples, int from, int count, float* panel, float* weightGradient)
    {
        CopyColumns(_input + from, samples, count, panel);
        _kernels.Multiply(new Gemm
        {
            A = OutputGradient,
            ARowStride = 1,
            AColumnStride = OutputSize,
            B = panel,
            LdB = count,
            C = weightGradient + from,
            LdC = _inputSize,
            M = OutputSize,
            N = count,
            K = samples,
            Segments = 1,
        });
    }

    private void SetInputGradient(int samples, int from, int count, float* weight, float* panel)
    {
        CopyColumns(weight + from, OutputSize, count, panel);
        _kernels.Multiply(new Gemm
        {
            A = OutputGradient,
            ARowStride = OutputSize,
            AColumnStride = 1,
            B = panel,
            LdB = count,
            C = _inputGradient + from,
            LdC = _inputSize,
            M = samples,
            N = count,
            K = OutputSize,
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
