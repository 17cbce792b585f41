using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>Training with plain TorchSharp, as one would write it with care: nothing is converted or waited for twice.</summary>
internal sealed class StockTraining : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _logits;
    private readonly optim.Optimizer _optimizer;
    private readonly Tensor _x;
    private readonly Tensor _labels;

    public StockTraining(int number, Tensor x, Tensor labels)
    {
        // PyTorch's way: channels first, logits, labels as numbers.
        Sequential model = ExerciseModel.Make(number);
        _logits = nn.Sequential(model.children().Take(model.children().Count() - 1).Cast<nn.Module<Tensor, Tensor>>().ToArray());
        _optimizer = optim.Adam(_logits.parameters(), 0.001);
        (_x, _labels) = (x, labels);
    }

    /// <summary>Takes steps.</summary>
    /// <returns>Milliseconds a step, without the first.</returns>
    public double MillisecondsOfStep(int steps, int batchSize)
    {
        _logits.train();
        using var scope = NewDisposeScope();
        Tensor order = randperm(_x.shape[0]);
        Tensor total = zeros(1);
        var clock = new Stopwatch();
        for (int step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            Tensor rows = order[(step * batchSize)..((step + 1) * batchSize)];
            Tensor x = _x.index_select(0, rows);
            Tensor labels = _labels.index_select(0, rows);
            _optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(_logits.call(x), labels);
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
        _logits.eval();
        using var off = inference_mode();
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        Tensor loss = zeros(1);
        for (int from = 0; from < count; from += batchSize)
        {
            using var inner = NewDisposeScope();
            int to = Math.Min(from + batchSize, count);
            loss.add_(nn.functional.cross_entropy(_logits.call(_x[from..to]), _labels[from..to], reduction: nn.Reduction.Sum));
        }

        _ = loss.item<float>();
        return clock.Elapsed.TotalMilliseconds;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _logits.Dispose();
    }
}
