using MnistCnn;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistCnn.Tests.Training;

/// <summary>A task that a small network learns in a second: which quarter of an 8 × 8 image is bright.</summary>
internal static class TinyImages
{
    public static readonly MnistCnn.Shape Shape = new(8, 8, 1);

    public static (Tensor X, Tensor Y) Make(int count, int seed)
    {
        using var generator = new Generator((ulong)seed);
        Tensor labels = randint(0, 4, [count], dtype: int64, generator: generator);
        Tensor x = rand([count, 8, 8, 1], generator: generator) * 0.5;
        for (int i = 0; i < count; i++)
        {
            int label = (int)labels[i].item<long>();
            int row = label / 2 * 4;
            int column = label % 2 * 4;
            x[i, row..(row + 4), column..(column + 4)].add_(0.5);
        }

        return (x, labels.ToCategorical(4));
    }

    public static TorchSharp.Modules.Sequential Model(double dropout = 0.25) => Sequential(
        ("conv2d_1", Conv2d(1, 4, 3)),
        ("relu_1", ReLU()),
        ("dropout_1", Dropout(dropout)),
        ("flatten_1", Flatten()),
        ("dense_1", Linear(144, 4)),
        ("softmax_1", Softmax(1)));
}
