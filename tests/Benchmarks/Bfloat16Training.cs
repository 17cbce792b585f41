using System.Diagnostics;
using MnistCnn;
using MnistCnn.Kernels;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>
/// Training with libtorch in bfloat16, as one would write it with care: float32 weights that are cast at each layer, channels
/// last, pixels flattened as they lie, and masks for dropout that are not drawn on one thread.
/// </summary>
internal sealed class Bfloat16Training : IDisposable
{
    private readonly nn.Module<Tensor, Tensor>[] _layers;
    private readonly optim.Optimizer _optimizer;
    private readonly Tensor _x;
    private readonly Tensor _labels;
    private readonly Dictionary<nn.Module, Tensor> _masks = [];
    private Dictionary<nn.Module, (Tensor Weight, Tensor Bias)>? _cast;
    private ulong _key;

    public Bfloat16Training(int number, Tensor x, Tensor labels)
    {
        _layers = [.. ExerciseModel.Make(number).children().SkipLast(1).Cast<nn.Module<Tensor, Tensor>>()];
        _optimizer = optim.Adam(_layers.SelectMany(layer => layer.parameters()), 0.001);
        _x = ChannelsLast(x.to(ScalarType.BFloat16));
        _labels = labels;
    }

    /// <summary>Takes steps.</summary>
    /// <returns>Milliseconds a step, without the first.</returns>
    public double MillisecondsOfStep(int steps, int batchSize)
    {
        SetTraining(true);
        using var scope = NewDisposeScope();
        Tensor order = randperm(_x.shape[0]);
        Tensor total = zeros(1);
        var clock = new Stopwatch();
        for (int step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            Tensor rows = order[(step * batchSize)..((step + 1) * batchSize)];
            _optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(Logits(_x.index_select(0, rows)), _labels.index_select(0, rows));
            loss.backward();
            _optimizer.step();
            total.add_(loss.detach());
            clock.Start();
        }

        _ = total.item<float>();
        return clock.Elapsed.TotalMilliseconds / (steps - 1);
    }

    /// <summary>Evaluates images.</summary>
    /// <returns>Milliseconds.</returns>
    public double MillisecondsOfEvaluation(int batchSize, int count)
    {
        SetTraining(false);
        using var off = inference_mode();
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        _cast = _layers.Where(layer => layer is Conv2d or Linear).ToDictionary(layer => (nn.Module)layer, Cast);
        Tensor loss = zeros(1);
        for (int from = 0; from < count; from += batchSize)
        {
            using var inner = NewDisposeScope();
            int to = Math.Min(from + batchSize, count);
            loss.add_(nn.functional.cross_entropy(Logits(_x[from..to]), _labels[from..to], reduction: nn.Reduction.Sum));
        }

        _ = loss.item<float>();
        _cast = null;
        return clock.Elapsed.TotalMilliseconds;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        foreach (nn.Module<Tensor, Tensor> layer in _layers)
        {
            layer.Dispose();
        }
    }

    /// <summary>The same numbers with the second axis innermost in memory.</summary>
    private static Tensor ChannelsLast(Tensor images) => images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    private static (Tensor Weight, Tensor Bias) Cast(nn.Module<Tensor, Tensor> layer) => layer switch
    {
        Conv2d conv => (ChannelsLast(conv.weight.to(ScalarType.BFloat16)), conv.bias!.to(ScalarType.BFloat16)),
        Linear linear => (linear.weight.to(ScalarType.BFloat16), linear.bias!.to(ScalarType.BFloat16)),
        _ => throw new ArgumentException("The layer has no weights.", nameof(layer)),
    };

    private void SetTraining(bool training)
    {
        foreach (nn.Module<Tensor, Tensor> layer in _layers)
        {
            layer.train(training);
        }
    }

    private Tensor Logits(Tensor x)
    {
        foreach (nn.Module<Tensor, Tensor> layer in _layers)
        {
            x = layer switch
            {
                Conv2d => nn.functional.conv2d(x, WeightsOf(layer).Weight, WeightsOf(layer).Bias),
                Linear => nn.functional.linear(x, WeightsOf(layer).Weight, WeightsOf(layer).Bias),
                Flatten => x.permute(0, 2, 3, 1).flatten(1),
                Dropout dropout => dropout.training ? x * Mask(dropout, x) : x,
                _ => layer.call(x),
            };
        }

        return x.to(ScalarType.Float32);
    }

    private (Tensor Weight, Tensor Bias) WeightsOf(nn.Module<Tensor, Tensor> layer) => _cast?[layer] ?? Cast(layer);

    /// <summary>The library's own mask, in the order in which the numbers lie.</summary>
    private unsafe Tensor Mask(Dropout dropout, Tensor x)
    {
        if (!_masks.TryGetValue(dropout, out Tensor? ones) || ones.numel() != x.numel())
        {
            _masks[dropout] = ones = empty(x.numel()).DetachFromDisposeScope();
        }

        ones.fill_(1);
        long count = ones.numel();
        ulong key = ++_key;
        fixed (float* start = ones.Floats())
        {
            float* numbers = start;
            Workers.RunParts(count, get_num_threads(), (from, length) =>
                DropoutMask.Apply(numbers + from, length, (uint)from, dropout.p, key));
        }

        Tensor mask = ones.to(ScalarType.BFloat16);
        return x.dim() == 4
            ? mask.view(x.shape[0], x.shape[2], x.shape[3], x.shape[1]).permute(0, 3, 1, 2)
            : mask.view(x.shape);
    }
}
