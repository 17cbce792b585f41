namespace MnistCnn.Lab;

/// <summary>A small picture in colours.</summary>
/// <param name="rows">Height in pixels.</param>
/// <param name="columns">Width in pixels.</param>
internal sealed class ColorImage(int rows, int columns)
{
    private readonly int[] _pixels = new int[rows * columns];

    /// <summary>Height in pixels.</summary>
    public int Rows => rows;

    /// <summary>Width in pixels.</summary>
    public int Columns => columns;

    /// <summary>The colour of a pixel, 0xRRGGBB.</summary>
    public int this[int row, int column]
    {
        get => _pixels[(row * columns) + column];
        set => _pixels[(row * columns) + column] = value;
    }

    /// <summary>The same picture with each pixel a square of so many pixels.</summary>
    public ColorImage Enlarge(int scale)
    {
        var large = new ColorImage(rows * scale, columns * scale);
        for (int row = 0; row < large.Rows; row++)
        {
            for (int column = 0; column < large.Columns; column++)
            {
                large[row, column] = this[row / scale, column / scale];
            }
        }

        return large;
    }

    /// <summary>The picture as an address that a page can show, each pixel a square of so many pixels.</summary>
    public string ToDataUri(int scale = 1) =>
        PngFile.ToDataUri(PngFile.EncodeColor(rows, columns, (row, column) => this[row, column], scale));

    /// <summary>Fills a rectangle; what lies outside the picture is left out.</summary>
    public void Fill(int row, int column, int height, int width, int color)
    {
        for (int y = Math.Max(row, 0); y < Math.Min(row + height, rows); y++)
        {
            for (int x = Math.Max(column, 0); x < Math.Min(column + width, columns); x++)
            {
                this[y, x] = color;
            }
        }
    }

    /// <summary>Draws a frame that lies inside a rectangle.</summary>
    public void Frame(int row, int column, int height, int width, int line, int color)
    {
        Fill(row, column, line, width, color);
        Fill(row + height - line, column, line, width, color);
        Fill(row, column, height, line, color);
        Fill(row, column + width - line, height, line, color);
    }
}
