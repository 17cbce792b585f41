using CsCheck;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistCnn.Tests.Training.Acceleration;

/// <summary>Convolutions with a border of zeros against libtorch's.</summary>
public sealed class PaddingLayerTests
{
    public static TheoryData<string> Instructions => KernelNetworkTests.Instructions;

    [Theory]
    [MemberData(nameof(Instructions))]
    public void Convolutions_with_borders_of_any_size_are_libtorchs(string instructions) =>
        Gen.Select(
            Gen.Select(Gen.Int[3, 9], Gen.Int[3, 9], Gen.Int[1, 3], Gen.Bool),
            Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[1, 20])).Sample((image, conv) =>
        {
            (int rows, int columns, int channels, bool channelsFirst) = image;
            (int windowRows, int windowColumns, int borderRows, int borderColumns, int filters) = conv;
            int outRows = rows + (2 * borderRows) - windowRows + 1;
            int outColumns = columns + (2 * borderColumns) - windowColumns + 1;
            if (outRows < 1 || outColumns < 1)
            {
                return;
            }

            // The same window twice, once with a border that keeps the size: even ones have a lopsided border.
            Module<Tensor, Tensor>[] layers =
            [
                Conv2d(channels, 5, (windowRows, windowColumns), Padding.Same), ReLU(),
                Conv2d(5, filters, (windowRows, windowColumns), padding: (borderRows, borderColumns)), ReLU(), Dropout(0),
                Flatten(),
                Linear(outRows * outColumns * filters, 3),
            ];
            Tensor x = channelsFirst ? rand(4, channels, rows, columns) : rand(4, rows, columns, channels);
            KernelNetworkTests.AssertSame(layers, x - 0.3, instructions, channelsFirst);
        }, iter: 40, threads: 1);

    [Fact]
    public void A_border_may_come_after_a_pool_and_after_layers_in_place() =>
        KernelNetworkTests.AssertSame(
            [
                ReLU(), Conv2d(2, 5, 3, padding: 1), MaxPool2d(2), ReLU(), Conv2d(5, 4, 5, Padding.Same), Dropout(0),
                Conv2d(4, 6, 3, padding: 1), MaxPool2d(2), Flatten(), Linear(24, 3),
            ], rand(9, 10, 10, 2) - 0.2);
}
