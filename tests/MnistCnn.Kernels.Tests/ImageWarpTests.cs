using System.Drawing;
using System.Numerics;
using Xunit;

namespace MnistCnn.Kernels.Tests;

public sealed class ImageWarpTests
{
    private const int Rows = 12, Columns = 10;

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void A_whole_shift_moves_the_pixels(int channels, bool channelsFirst)
    {
        var shape = new ImageShape(Rows, Columns, channels);
        float[] images = [.. Enumerable.Range(0, 2 * shape.Count).Select(i => i / 7f)], result = new float[shape.Count];
        ImageWarp.Apply(
            images, [1], [Matrix3x2.CreateTranslation(-2, 1)], [Rectangle.Empty], result, new(shape, channelsFirst, Fill: -1), 2);
        int At(int row, int column, int channel) => channelsFirst
            ? (((channel * Rows) + row) * Columns) + column
            : (((row * Columns) + column) * channels) + channel;
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    bool inside = row + 1 < Rows && column - 2 >= 0;
                    float expected = inside ? images[shape.Count + At(row + 1, column - 2, channel)] : -1;
                    Assert.Equal(expected, result[At(row, column, channel)]);
                }
            }
        }
    }

    [Fact]
    public void Nothing_is_changed_by_a_map_that_is_none_but_what_is_erased()
    {
        float[] image = [.. Enumerable.Range(1, Rows * Columns).Select(i => i / 7f)], result = new float[Rows * Columns];
        var format = new ImageFormat(new(Rows, Columns, 1), ChannelsFirst: false, Fill: -1);
        ImageWarp.Apply(image, [0], [Matrix3x2.Identity], [Rectangle.Empty], result, format, 1);
        Assert.Equal(image, result);
        ImageWarp.Apply(image, [0], [Matrix3x2.Identity], [new(3, 2, 4, 5)], result, format, 1);
        Assert.Equal(20, result.Count(value => value == -1));
        Assert.Equal(-1, result[(2 * Columns) + 3]);
        Assert.Equal(-1, result[(6 * Columns) + 6]);
    }
}
