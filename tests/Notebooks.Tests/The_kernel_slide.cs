using Microsoft.Playwright;
using Xunit;

namespace Notebooks.Tests;

/// <summary>The kernel that slides over an image, in a real browser: here a filter of the network over a test image.</summary>
[Collection(nameof(Inside))]
public sealed class The_kernel_slide(InsideRun run) : IAsyncLifetime
{
    private readonly OutputInABrowser _browser = new();

    public ValueTask InitializeAsync() => _browser.StartAsync();

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [Fact]
    public async Task Gives_the_sum_that_the_notebook_computes_by_hand()
    {
        IPage page = await _browser.OpenAsync(run.Slide);
        await page.EvaluateAsync("document.querySelector('[data-kernel-slide]').kernelSlide.go(10, 12)");
        string text = (await page.Locator(".sum").TextContentAsync())!;

        ExecutedCell byHand = run.Notebook.Cells.First(cell => cell.Source.Contains("float Convolve(", StringComparison.Ordinal));
        double sum = double.Parse(text.Split(' ')[^1].Replace('−', '-'), System.Globalization.CultureInfo.InvariantCulture);
        double hand = double.Parse(byHand.Text.Trim().Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(hand - run.Bias, sum, 0.001);
        Assert.Empty(_browser.Problems);
    }

    [Fact]
    public async Task Follows_mouse_keys_slider_and_weights()
    {
        IPage page = await _browser.OpenAsync(run.Slide);
        ILocator place = page.Locator("output");
        LocatorBoundingBoxResult image = (await page.Locator(".source canvas").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(image.X + (image.Width * 14.5f / 28), image.Y + (image.Height * 5.5f / 28));
        Assert.Equal("row 4, column 13", await place.TextContentAsync());
        await page.Locator(".target canvas").FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowLeft");
        Assert.Equal("row 5, column 12", await place.TextContentAsync());
        await page.Locator(".walk input").FillAsync("675");
        Assert.Equal("row 25, column 25", await place.TextContentAsync());

        // Nine weights of one's own: the pixel in the middle, twice.
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        Assert.Equal("true", await page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).GetAttributeAsync("aria-pressed"));
        await page.GetByLabel("Weight in row 1, column 1").FillAsync("2");
        float[] map = await page.EvaluateAsync<float[]>(
            "[...document.querySelector('[data-kernel-slide]').kernelSlide.map().data]");
        Assert.Equal(
            Enumerable.Range(0, 676).Select(i => run.Pixels[(28 * ((i / 26) + 1)) + (i % 26) + 1] / 127.5f),
            map, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Empty(_browser.Problems);
    }

    [Fact]
    public async Task Fits_a_phone_and_shows_the_image_on_paper()
    {
        IPage page = await _browser.OpenAsync(
            run.Slide, new() { Offline = true, ViewportSize = new() { Width = 320, Height = 640 } });
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 320);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await page.Locator(".slide").IsVisibleAsync());
        Assert.True(await page.Locator("[data-kernel-slide] img").IsVisibleAsync());
    }
}
