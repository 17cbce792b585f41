using MnistCnn;
using static TorchSharp.torch;

namespace MnistCnn.Benchmarks;

/// <summary>
/// All images as float32 (n, 28, 28, 1) from 0 to 1 with one-hot targets (n, 10): a tenth of the 60,000 for validation, by which
/// everything is chosen, and the test images, which a run sees once. Once all is chosen, those for validation may train too.
/// </summary>
internal sealed class MnistSplit
{
    public MnistSplit()
    {
        var ((x, y), (xTest, yTest)) = Mnist.Load();
        (Tensor xTrain, Tensor xValidation, Tensor yTrain, Tensor yValidation) =
            ModelSelection.TrainTestSplit(Images(x), y.ToCategorical(10), testSize: 0.1, seed: 1338);
        (Train, Validation, Test) = ((xTrain, yTrain), (xValidation, yValidation), (Images(xTest), yTest.ToCategorical(10)));
        All = (cat([xTrain, xValidation]), cat([yTrain, yValidation]));
    }

    public (Tensor X, Tensor Y) Train { get; }

    public (Tensor X, Tensor Y) Validation { get; }

    public (Tensor X, Tensor Y) Test { get; }

    /// <summary>The 54,000 and, after them, the 6,000.</summary>
    public (Tensor X, Tensor Y) All { get; }

    private static Tensor Images(Tensor images) => images.to(ScalarType.Float32).div(255).reshape(-1, 28, 28, 1);
}
