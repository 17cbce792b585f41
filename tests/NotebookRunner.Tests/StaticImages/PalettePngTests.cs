using BigGustave;
using NotebookRunner.StaticImages;
using Xunit;

namespace NotebookRunner.Tests.StaticImages;

public class PalettePngTests
{
    [Fact]
    public void Makes_a_picture_smaller_and_keeps_the_colours_that_fill_areas()
    {
        // Red and blue areas, and a band of many mixed colours between them, as anti-aliasing makes.
        PngBuilder builder = PngBuilder.Create(200, 100, hasAlphaChannel: false);
        for (int x = 0; x < 200; x++)
        {
            for (int y = 0; y < 100; y++)
            {
                Pixel pixel = x switch
                {
                    < 80 => new(204, 51, 17),
                    >= 120 => new(0, 114, 178),
                    _ => new((byte)(x * 2), (byte)(y / 10 * 20), 128),
                };
                builder.SetPixel(pixel, x, y);
            }
        }

        byte[] original = builder.Save(new() { AttemptCompression = false });
        byte[] reduced = PalettePng.Reduce(original);
        Png picture = Png.Open(reduced);

        Assert.InRange(reduced.Length, 1, original.Length - 1);
        Assert.Equal((200, 100), (picture.Width, picture.Height));
        Assert.Equal(new Pixel(204, 51, 17), picture.GetPixel(10, 50));
        Assert.Equal(new Pixel(0, 114, 178), picture.GetPixel(190, 50));
        Assert.All(Enumerable.Range(80, 40), x =>
        {
            Pixel pixel = picture.GetPixel(x, 30);
            Assert.InRange(pixel.R - (x * 2), -50, 50);
            Assert.InRange(pixel.G - 60, -20, 20);
            Assert.Equal(128, pixel.B);
        });
    }

    [Fact]
    public void Changes_nothing_in_a_picture_of_few_colours()
    {
        PngBuilder builder = PngBuilder.Create(31, 17, hasAlphaChannel: false);
        for (int i = 0; i < 31 * 17; i++)
        {
            builder.SetPixel(new Pixel((byte)(i % 200), (byte)(i % 2), 90), i % 31, i / 31);
        }

        byte[] original = builder.Save(new() { AttemptCompression = false });
        Png before = Png.Open(original);
        Png after = Png.Open(PalettePng.Reduce(original));
        int[] pixels = [.. Enumerable.Range(0, 31 * 17)];
        Assert.All(pixels, i => Assert.Equal(before.GetPixel(i % 31, i / 31), after.GetPixel(i % 31, i / 31)));
    }
}
