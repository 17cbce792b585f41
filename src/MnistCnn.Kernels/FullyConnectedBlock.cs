using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MnistCnn.Kernels;

/// <summary>A fully connected layer, y = x Wᵀ + b, with the ReLU after it.</summary>
internal sealed unsafe class FullyConnectedBlock : Block
{
    /// <summary>Samples that are computed at once: a multiple of the six rows of a product.</summary>
    private const int SamplesAtOnce = 66;

    /// <summary>The same for gradients of numbers that take few operations: they should fit the first cache.</summary>
    private const int FewSamples = 6;

    /// <summary>
    /// Outputs whose weights are packed side by side: two of the widest registers. What is left of the outputs, or all of a
    /// small layer, is computed from the weights as they lie.
    /// </summary>
    private const int PanelWidth = 32;

    /// <summary>The most numbers of a sum at once (BLIS: KC): their weights of a panel fit the first cache.</summary>
    private const int BlockK = 256;

    /// <summary>Weights of a strip: with the numbers of the samples they should fit the second cache.</summary>
    private const int WeightsOfStrip = 64 * 1024;

    private const int MinStrip = 64, MaxStrip = 1024;

    /// <summary>
    /// Into how many parts at most the sums over the inputs are split. Their bounds are fixed, so that the sums are the same
    /// on every number of threads; there are enough to keep the cores of a laptop evenly busy.
    /// </summary>
    private const int MaxParts = 16;

    private const int OutputsOfTask = 32 * 1024;

    private readonly CpuKernels _kernels;
    private readonly ParameterMemory _weight;
    private readonly ParameterMemory? _bias;
    private readonly DenseInput _input;
    private readonly Strip[] _strips;
    private readonly int _longest, _packedOutputs, _gradientsAtOnce, _capacity, _parts;
    private readonly bool _relu, _training;
    private readonly NativeBuffer _packed, _output, _outputGradient, _sums, _inputGradients;
    private readonly ScratchPool _scratch;

    /// <summary>Takes the memory for batches of a size.</summary>
    /// <param name="kernels">The instructions to use.</param>
    /// <param name="weight">W, (outputs, inputs).</param>
    /// <param name="bias">b, (outputs); null: none.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <param name="capacity">The largest batch.</param>
    /// <param name="input">What comes in: x, (samples, inputs); disposed with this.</param>
    /// <param name="training">Whether backward passes follow.</param>
    public FullyConnectedBlock(
        CpuKernels kernels, ParameterMemory weight, ParameterMemory? bias, bool relu, int capacity, DenseInput input,
        bool training)
    {
        (_kernels, _weight, _bias, _relu, _input) = (kernels, weight, bias, relu, input);
        (_capacity, _training) = (capacity, training);
        OutputSize = weight.Count / input.Size;
        _strips = input.Cut(Math.Clamp(WeightsOfStrip / OutputSize, MinStrip, MaxStrip));
        _longest = _strips.Max(strip => strip.Count);
        _parts = Math.Min(_strips.Length, MaxParts);
        _gradientsAtOnce = OutputSize < PanelWidth ? FewSamples : SamplesAtOnce;
        _packedOutputs = OutputSize / PanelWidth * PanelWidth;
        _packed = new NativeBuffer(training ? 0 : (long)_packedOutputs * input.Size);
        _output = new NativeBuffer((long)capacity * OutputSize);
        _outputGradient = new NativeBuffer(training ? (long)capacity * OutputSize : 0);
        _sums = new NativeBuffer((long)_parts * capacity * OutputSize);
        _inputGradients = new NativeBuffer(training ? (long)_strips.Length * input.GradientSize : 0);
        _scratch = new ScratchPool((long)_longest * (training ? 2 * (SamplesAtOnce + OutputSize) : SamplesAtOnce));
    }

    public override int OutputSize { get; }

    public override float* Output => _output.Start;

    public override float* OutputGradient => _outputGradient.Start;

    public override void Forward(int samples, bool sameWeights, int threads)
    {
        float* weight = _weight.Data;
        _input.Prepare(sameWeights);
        if (_packedOutputs > 0)
        {
            Workers.Run(_parts, threads, part => AddStrips(part, 0, samples, weight, sameWeights));
        }
        else
        {
            // Few weights stay in the cache; the samples take turns.
            int group = Math.Clamp(samples / threads / 4, 12, SamplesAtOnce);
            Workers.Run((samples + group - 1) / group, threads, task =>
            {
                int from = task * group, count = Math.Min(group, samples - from);
                for (int part = 0; part < _parts; part++)
                {
                    AddStrips(part, from, count, weight, sameWeights);
                }
            });
        }


        // Fewer would not be worth a thread.
        int atOnce = Math.Max(1, OutputsOfTask / OutputSize);
        Workers.Run((samples + atOnce - 1) / atOnce, threads, task =>
        {
            int from = task * atOnce;
            Finish(from, Math.Min(atOnce, samples - from));
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
        Workers.Run(_strips.Length, threads, i => Backward(i, samples, weight, weightGradient));

        float* sum = _inputGradients.Start;
        for (int i = 1; i < _strips.Length; i++)
        {
            Elementwise.Add(sum, sum + ((long)i * _input.GradientSize), _input.GradientSize);
        }

        _input.StoreGradients(sum);
    }

    public override void Dispose()
    {
        _input.Dispose();
        _packed.Dispose();
        _output.Dispose();
        _outputGradient.Dispose();
        _sums.Dispose();
        _inputGradients.Dispose();
        _scratch.Dispose();
    }

    private float* SumAt(int part, int sample) => _sums.Start + ((((long)part * _capacity) + sample) * OutputSize);

    /// <summary>The products of some samples with the weights of a part of the inputs.</summary>
    private void AddStrips(int part, int first, int samples, float* weight, bool sameWeights)
    {
        NativeBuffer scratch = _scratch.Take();
        new Span<float>(SumAt(part, first), samples * OutputSize).Clear();
        for (int i = part * _strips.Length / _parts; i < (part + 1) * _strips.Length / _parts; i++)
        {
            // Its weights stay in the second cache while all samples pass by.
            Strip strip = _strips[i];
            float* packed = PackedAt(strip, scratch.Start);
            if (!sameWeights || _training)
            {
                Pack(weight + strip.First, packed, strip.Count);
            }

            for (int from = first; from < first + samples; from += SamplesAtOnce)
            {
                int count = Math.Min(SamplesAtOnce, first + samples - from);
                _input.Load(strip, from, count, scratch.Start);
                AddStrip(strip, count, scratch.Start, weight, packed, SumAt(part, from));
            }
        }

        _scratch.GiveBack(scratch);
    }

    /// <summary>Weights that do not change are packed once; in a training the packed ones need not leave the cache.</summary>
    private float* PackedAt(Strip strip, float* scratch) => _training
        ? scratch + (2L * SamplesAtOnce * _longest)
        : _packed.Start + ((long)strip.First * _packedOutputs);

    private void AddStrip(Strip strip, int samples, float* numbers, float* weight, float* packed, float* sums)
    {
        int blocks = (strip.Count + BlockK - 1) / BlockK, depth = (strip.Count + blocks - 1) / blocks;
        for (int k = 0; k < strip.Count; k += depth)
        {
            for (int first = 0; first < _packedOutputs; first += PanelWidth)
            {
                _kernels.Multiply(new Gemm
                {
                    A = numbers + k,
                    ARowStride = strip.Count,
                    AColumnStride = 1,
                    B = packed + ((long)first * strip.Count) + (k * PanelWidth),
                    LdB = PanelWidth,
                    C = sums + first,
                    LdC = OutputSize,
                    D = sums + first,
                    LdD = OutputSize,
                    M = samples,
                    N = PanelWidth,
                    K = Math.Min(depth, strip.Count - k),
                    Segments = 1,
                });
            }
        }

        if (_packedOutputs < OutputSize)
        {
            _kernels.MultiplyTransposed(
                samples, OutputSize - _packedOutputs, strip.Count, numbers, strip.Count,
                weight + ((long)_packedOutputs * _input.Size) + strip.First, _input.Size, sums + _packedOutputs, OutputSize);
        }
    }

    /// <summary>Adds up the parts of some samples.</summary>
    private void Finish(int from, int samples)
    {
        float* output = Output + ((long)from * OutputSize);
        int count = samples * OutputSize;
        new Span<float>(SumAt(0, from), count).CopyTo(new Span<float>(output, count));
        for (int part = 1; part < _parts; part++)
        {
            Elementwise.Add(output, SumAt(part, from), count);
        }

        for (int sample = 0; _bias is not null && sample < samples; sample++)
        {
            Elementwise.Add(output + ((long)sample * OutputSize), _bias.Data, OutputSize);
        }

        if (_relu)
        {
            Elementwise.Relu(output, count);
        }
    }

    /// <summary>The gradients of the weights of a strip, and of its numbers.</summary>
    private void Backward(int number, int samples, float* weight, float* weightGradient)
    {
        Strip strip = _strips[number];
        NativeBuffer scratch = _scratch.Take();
        float* numbers = scratch.Start, numbersGradient = numbers + ((long)SamplesAtOnce * _longest);
        float* columns = numbersGradient + ((long)SamplesAtOnce * _longest), gradient = columns + ((long)OutputSize * _longest);
        float* inputGradient = _inputGradients.Start + ((long)number * _input.GradientSize);
        new Span<float>(inputGradient, _input.GradientSize).Clear();
        for (int output = 0; _input.NeedsGradient && output < OutputSize; output++)
        {
            // Read many times: in their places they lie pages apart.
            new Span<float>(weight + ((long)output * _input.Size) + strip.First, strip.Count)
                .CopyTo(new Span<float>(columns + ((long)output * strip.Count), strip.Count));
        }

        for (int from = 0; from < samples; from += SamplesAtOnce)
        {
            int count = Math.Min(SamplesAtOnce, samples - from);
            _input.Load(strip, from, count, numbers);
            AddWeightGradient(strip, from, count, samples, numbers, gradient, weightGradient + strip.First);
            for (int i = 0; _input.NeedsGradient && i < count; i += _gradientsAtOnce)
            {
                int atOnce = Math.Min(_gradientsAtOnce, count - i);
                float* place = _input.GradientPlace(strip, from + i, numbersGradient, out int stride);
                SetNumbersGradient(strip, from + i, atOnce, columns, place, stride);
                _input.TakeGradient(strip, from + i, atOnce, numbers + ((long)i * strip.Count), place, inputGradient);
            }
        }

        _scratch.GiveBack(scratch);
    }

    /// <summary>The gradient is summed side by side; the last product writes it to its place, which lies pages apart.</summary>
    private void AddWeightGradient(
        Strip strip, int from, int count, int samples, float* numbers, float* sum, float* weightGradient)
    {
        bool last = from + count == samples;
        _kernels.Multiply(new Gemm
        {
            A = OutputGradient + ((long)from * OutputSize),
            ARowStride = 1,
            AColumnStride = OutputSize,
            B = numbers,
            LdB = strip.Count,
            C = last ? weightGradient : sum,
            LdC = last ? _input.Size : strip.Count,
            D = from == 0 ? null : sum,
            LdD = strip.Count,
            M = OutputSize,
            N = strip.Count,
            K = count,
            Segments = 1,
        });
    }

    private void SetNumbersGradient(Strip strip, int from, int samples, float* columns, float* gradient, int stride) =>
        _kernels.Multiply(new Gemm
        {
            A = OutputGradient + ((long)from * OutputSize),
            ARowStride = OutputSize,
            AColumnStride = 1,
            B = columns,
            LdB = strip.Count,
            C = gradient,
            LdC = stride,
            M = samples,
            N = strip.Count,
            K = OutputSize,
            Segments = 1,
        });

    /// <summary>Lays the weights that a number is multiplied by side by side, panel after panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack(float* weight, float* packed, int count)
    {
        long size = _input.Size;
        for (int first = 0; first < _packedOutputs; first += PanelWidth, packed += (long)count * PanelWidth)
        {
            // The weights of a few outputs side by side: more would be too many places of memory to read from at once.
            for (int output = 0; output < PanelWidth; output += 4)
            {
                float* w0 = weight + ((long)(first + output) * size), w1 = w0 + size, w2 = w1 + size, w3 = w2 + size;
                for (int k = 0; k < count; k++)
                {
                    Vector128.Create(w0[k], w1[k], w2[k], w3[k]).Store(packed + (k * PanelWidth) + output);
                }
            }
        }
    }
}
