using System.Globalization;

namespace MnistCnn.Lab;

/// <summary>The chart of what a convolution has learnt.</summary>
public static class FilterChart
{
    /// <summary>Filters over one input are drawn one by one, up to this many; others are joined into a mosaic.</summary>
    private const int MaxSingle = 128;

    /// <summary>
    /// Draws the filters: orange weights look for ink, blue ones for paper. Over one input each filter is a picture of its own;
    /// over several, the mosaic has a column for each filter and a row for each input.
    /// </summary>
    /// <param name="filters">The filters.</param>
    public static Figure Plot(this ConvolutionFilters filters)
    {
        ArgumentNullException.ThrowIfNull(filters);
        ImageGrid grid = filters.Inputs == 1 && filters.Outputs <= MaxSingle
            ? Single(filters, new ColorScale(filters.Largest))
            : Mosaic(filters, new ColorScale(filters.Largest, steps: 12));
        int negative = Enumerable.Range(0, filters.Outputs).Sum(output =>
            Enumerable.Range(0, filters.Inputs).Sum(input => filters[output, input].Values.Count(weight => weight < 0)));
        int all = filters.Outputs * filters.Inputs * filters.Rows * filters.Columns;
        string description = Invariant($"The weights of {filters}: {all:N0} numbers, {negative:N0} of them negative, ")
            + Invariant($"the largest {filters.Largest:0.###} regardless of its sign.");
        return grid.Draw(
            Invariant($"{filters.Outputs} filters of {filters.Rows} × {filters.Columns}"), description);
    }

    private static ImageGrid Single(ConvolutionFilters filters, ColorScale colors) => new(
        $"Filters of {filters.Layer}",
        [.. Enumerable.Range(0, filters.Outputs).Select(output =>
        {
            FeatureMap window = filters[output, 0];
            return new ImageTile(
                colors.Paint(window).ToDataUri(Math.Max(1, 48 / window.Rows)),
                Hover(output, window),
                Header: ColorScale.Small(output));
        })],
        Columns: 8,
        NarrowColumns: 6,
        TileSize: 48,
        HeaderHeight: 18,
        FooterHeight: 12,
        EmptyText: "No filters.",
        Width: Layout.Small,
        Bar: colors.Bar("Weight", negative: true));

    private static ImageGrid Mosaic(ConvolutionFilters filters, ColorScale colors)
    {
        int perTile = Math.Min(filters.Outputs, Math.Max(filters.Inputs, 16));
        return new(
            $"Filters of {filters.Layer}",
            [.. Enumerable.Range(0, filters.Outputs).Chunk(perTile).Select(outputs => new ImageTile(
                Join(filters, outputs, perTile, colors).ToDataUri(scale: 3),
                Invariant($"A column for each of the filters {outputs[0]} to {outputs[^1]},<br>")
                    + Invariant($"a row for each of {filters.Inputs} inputs"),
                Header: Invariant($"filters {outputs[0]} to {outputs[^1]}")))],
            Columns: 2,
            NarrowColumns: 1,
            TileSize: 356,
            HeaderHeight: 26,
            FooterHeight: 8,
            EmptyText: "No filters.",
            NarrowTileSize: 348,
            Bar: colors.Bar("Weight", negative: true));
    }

    /// <summary>
    /// Windows side by side, a pixel apart: the filters in columns, the inputs in rows; square, for a square tile.
    /// </summary>
    private static ColorImage Join(ConvolutionFilters filters, int[] outputs, int perTile, ColorScale colors)
    {
        (int height, int width) = (filters.Rows + 1, filters.Columns + 1);
        int side = Math.Max((filters.Inputs * height) - 1, (perTile * width) - 1);
        var joined = new ColorImage(side, side);
        joined.Fill(0, 0, side, side, 0xFFFFFF);
        for (int column = 0; column < outputs.Length; column++)
        {
            for (int input = 0; input < filters.Inputs; input++)
            {
                FeatureMap window = filters[outputs[column], input];
                for (int i = 0; i < window.Values.Count; i++)
                {
                    (int y, int x) = (i / window.Columns, i % window.Columns);
                    joined[(input * height) + y, (column * width) + x] = colors[window.Values[i]];
                }
            }
        }

        return joined;
    }

    private static string Hover(int output, FeatureMap window)
    {
        var lines = Enumerable.Range(0, window.Rows).Select(row => string.Join(
            '\u00A0', Enumerable.Range(0, window.Columns).Select(column =>
                window[row, column].ToString("+0.00;−0.00", CultureInfo.InvariantCulture))));
        return Invariant($"<b>Filter {output}</b><br>") + string.Join("<br>", lines);
    }
}
