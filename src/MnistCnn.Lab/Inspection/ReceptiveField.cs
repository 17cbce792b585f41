using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Lab;

/// <summary>
/// Which pixels one number of a feature map is computed from. Size and stride follow from layer to layer:
/// a window of k numbers, s apart, over numbers that are j pixels apart and see r pixels each, sees r + (k − 1) j pixels,
/// and its neighbour lies s j pixels further (Araujo, Norris and Sim, "Computing receptive fields of convolutional neural
/// networks", Distill, 2019).
/// </summary>
/// <param name="Rows">The height of what a number sees, in pixels.</param>
/// <param name="Columns">Its width.</param>
/// <param name="RowStride">How many pixels lower the next row of the map sees.</param>
/// <param name="ColumnStride">How many pixels further right the next column sees.</param>
/// <param name="FirstRow">The first pixel row that the map's first row sees; negative where it begins in the padding.</param>
/// <param name="FirstColumn">Likewise for columns.</param>
public readonly record struct ReceptiveField(
    int Rows, int Columns, int RowStride, int ColumnStride, int FirstRow, int FirstColumn)
{
    /// <summary>The receptive field of a layer.</summary>
    /// <param name="model">A model whose layers stand in a row: a <c>Sequential</c>, also of others.</param>
    /// <param name="layer">The name of a layer that gives images.</param>
    /// <exception cref="ArgumentException">
    /// There is no such layer, it gives no images, or the layers before it do not stand in a row.
    /// </exception>
    public static ReceptiveField Of(nn.Module<Tensor, Tensor> model, string layer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelTracer.Leaf(model, layer);
        if (!ModelTracer.IsRow(model))
        {
            throw new ArgumentException(
                "The receptive field is known for layers that stand in a row, in a Sequential.", nameof(model));
        }

        var field = new ReceptiveField(1, 1, 1, 1, 0, 0);
        foreach ((string name, nn.Module<Tensor, Tensor> module) in ModelTracer.Leaves(model))
        {
            field = module switch
            {
                Conv2d conv => field.After(
                    [conv.weight!.shape[2], conv.weight.shape[3]], conv.stride, conv.dilation, PaddingOf(conv)),
                MaxPool2d pool => field.After(
                    pool.kernel_size, pool.stride is { Length: > 0 } ? pool.stride : pool.kernel_size,
                    pool.dilation, pool.padding),
                AvgPool2d pool => field.After(
                    pool.kernel_size, pool.stride is { Length: > 0 } ? pool.stride : pool.kernel_size, null, pool.padding),
                Linear or Flatten => throw new ArgumentException(
                    $"{layer} sees the whole image: it comes after {name}, which joins all places.", nameof(layer)),
                _ => field,
            };
            if (name == layer)
            {
                break;
            }
        }

        return field;
    }

    /// <summary>The pixels that one number of the map sees, as far as they lie in the image.</summary>
    /// <param name="row">Its row in the map.</param>
    /// <param name="column">Its column in the map.</param>
    /// <param name="imageRows">The height of the image.</param>
    /// <param name="imageColumns">The width of the image.</param>
    public PixelPatch Patch(int row, int column, int imageRows, int imageColumns)
    {
        int top = FirstRow + (row * RowStride), left = FirstColumn + (column * ColumnStride);
        int bottom = Math.Min(top + Rows, imageRows), right = Math.Min(left + Columns, imageColumns);
        (top, left) = (Math.Max(top, 0), Math.Max(left, 0));
        return new PixelPatch(top, left, bottom - top, right - left);
    }

    /// <summary>
    /// A map brought to the size of the image: each number stands at the pixel in the middle of its window, between two of them
    /// the number goes in a straight line from one to the other, and beyond the outermost it stays.
    /// </summary>
    internal FeatureMap Spread(FeatureMap map, int imageRows, int imageColumns)
    {
        var down = Places(map.Rows, FirstRow + ((Rows - 1) / 2f), RowStride, imageRows);
        var across = Places(map.Columns, FirstColumn + ((Columns - 1) / 2f), ColumnStride, imageColumns);
        return new FeatureMap(imageRows, imageColumns,
        [
            .. down.SelectMany(_ => across, (row, column) => Between(
                Between(map[row.Low, column.Low], map[row.Low, column.High], column.Share),
                Between(map[row.High, column.Low], map[row.High, column.High], column.Share),
                row.Share)),
        ]);

        static float Between(float low, float high, float share) => low + ((high - low) * share);

        static (int Low, int High, float Share)[] Places(int count, float first, int stride, int pixels) =>
        [
            .. Enumerable.Range(0, pixels).Select(pixel =>
            {
                float place = Math.Clamp((pixel - first) / stride, 0, count - 1);
                int low = (int)place;
                return (low, Math.Min(low + 1, count - 1), place - low);
            }),
        ];
    }

    /// <summary>Its size in pixels: <c>6 × 6 pixels, 2 apart</c>.</summary>
    public override string ToString() => RowStride == 1 && ColumnStride == 1
        ? Invariant($"{Rows} × {Columns} pixels")
        : Invariant($"{Rows} × {Columns} pixels, {RowStride} apart");

    private static long[] PaddingOf(Conv2d conv) => conv.padding_type == TorchSharp.Padding.Same
        ? [(conv.weight!.shape[2] - 1) * conv.dilation[0] / 2, (conv.weight.shape[3] - 1) * conv.dilation[^1] / 2]
        : conv.padding ?? [0];

    private ReceptiveField After(long[] kernel, long[] stride, long[]? dilation, long[]? padding)
    {
        int reachDown = (int)((kernel[0] - 1) * (dilation?[0] ?? 1)), reachRight = (int)((kernel[^1] - 1) * (dilation?[^1] ?? 1));
        return new(
            Rows + (reachDown * RowStride),
            Columns + (reachRight * ColumnStride),
            RowStride * (int)stride[0],
            ColumnStride * (int)stride[^1],
            FirstRow - ((int)(padding is { Length: > 0 } ? padding[0] : 0) * RowStride),
            FirstColumn - ((int)(padding is { Length: > 0 } ? padding[^1] : 0) * ColumnStride));
    }
}
