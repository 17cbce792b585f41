using MnistCnn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>
/// Trains the models as the notebook does (42,000 images, batches of 256, Adam), by plain TorchSharp and by the library,
/// from the same split and the same weights, and compares what they reach on the test set.
/// </summary>
internal sealed class AccuracyRun : IDisposable
{
    /// <summary>Keras's ε, which the library's Adam has too.</summary>
    private const double Epsilon = 1e-7;
    private const int BatchSize = 256;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _x;
    private readonly Tensor _y;
    private readonly Tensor _testX;
    private readonly Tensor _testY;
    private readonly int _epochs;

    public AccuracyRun(int epochs)
    {
        _epochs = epochs;
        var ((trainX, trainY), (testX, testY)) = Mnist.Load();
        var scaler = new MinMaxScaler();
        _x = scaler.FitTransform(trainX.reshape(-1, 784).to(float32)).reshape(-1, 28, 28, 1);
        _testX = scaler.Transform(testX.reshape(-1, 784).to(float32)).reshape(-1, 28, 28, 1);
        (_y, _testY) = (trainY.ToCategorical(10), testY.ToCategorical(10));
    }

    /// <summary>Trains once.</summary>
    /// <param name="number">1, 2 or 3.</param>
    /// <param name="side">"stock" or "ours".</param>
    /// <param name="seed">The seed of everything that is drawn.</param>
    public AccuracyRecord Train(int number, string side, long seed)
    {
        using var scope = NewDisposeScope();
        var (x, _, y, _) = ModelSelection.TrainTestSplit(_x, _y, testSize: 0.3, seed);
        using Sequential model = ExerciseModel.Make(number).Compile(new Shape(28, 28, 1), seed: seed);
        double accuracy = side == "stock" ? TrainStock(model, x, y, seed) : TrainOurs(model, x, y, seed);
        return new AccuracyRecord(number, side, seed, _epochs, accuracy);
    }

    public void Dispose() => _scope.Dispose();

    private double TrainOurs(Sequential model, Tensor x, Tensor y, long seed)
    {
        model.Fit((x, y), epochs: _epochs, batchSize: BatchSize, seed: seed, verbose: false);
        return model.Evaluate(_testX, _testY).Accuracy;
    }

    /// <summary>TorchSharp's own layers, loss, dropout and optimizer, shuffled by its own random numbers.</summary>
    private double TrainStock(Sequential model, Tensor x, Tensor y, long seed)
    {
        // Without the layout that Compile gave the model: its layers take channels first, and give logits.
        nn.Module<Tensor, Tensor>[] layers =
            [.. model.children().Take(model.children().Count() - 1).Cast<nn.Module<Tensor, Tensor>>()];
        Tensor Logits(Tensor images) => layers.Aggregate(images, (output, layer) => layer.call(output));
        manual_seed(seed);
        Tensor images = x.permute(0, 3, 1, 2).contiguous();
        Tensor labels = y.argmax(1);
        int count = (int)images.shape[0];
        using var optimizer = optim.Adam(model.parameters(), 0.001, eps: Epsilon);
        model.train();
        for (int epoch = 0; epoch < _epochs; epoch++)
        {
            using var epochScope = NewDisposeScope();
            Tensor order = randperm(count);
            for (int from = 0; from < count; from += BatchSize)
            {
                using var step = NewDisposeScope();
                Tensor rows = order[from..Math.Min(from + BatchSize, count)];
                optimizer.zero_grad();
                nn.functional.cross_entropy(Logits(images.index_select(0, rows)), labels.index_select(0, rows)).backward();
                optimizer.step();
            }
        }

        model.eval();
        using var off = no_grad();
        Tensor test = _testX.permute(0, 3, 1, 2), testLabels = _testY.argmax(1);
        long right = 0;
        for (int from = 0; from < test.shape[0]; from += 500)
        {
            using var batch = NewDisposeScope();
            right += Logits(test[from..(from + 500)]).argmax(1).eq(testLabels[from..(from + 500)]).sum().item<long>();
        }

        return (double)right / test.shape[0];
    }
}
