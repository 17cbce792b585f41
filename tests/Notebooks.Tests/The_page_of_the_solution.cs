using Microsoft.Playwright;
using Xunit;

namespace Notebooks.Tests;

public class The_page_of_the_solution(SolutionRun run)
{
    // Three histories, and for each of three evaluations a histogram, a confusion matrix, the errors and the predictions;
    // the errors of the first stand once more among its steps.
    internal const int Figures = 3 + (3 * 4) + 1;

    [Fact]
    public void Is_one_file_of_less_than_six_megabytes() => Assert.InRange(new FileInfo(run.Page).Length, 3_000_000, 6_000_000);

    [Fact]
    public async Task Draws_every_figure_without_a_network_and_without_an_error()
    {
        await using PageOfTheSolution open = await PageOfTheSolution.OpenAsync(run.Page, 1280, ColorScheme.Light);
        Assert.Empty(open.Problems);
        Assert.Equal(Figures, await open.Page.Locator("figure.figure svg.main-svg:first-child").CountAsync());

        // Not empty: two curves in each of two panels, two bar series, the errors and the diagonal of each matrix, every image.
        Assert.Equal(3 * 4, await open.Page.Locator("figure.figure", new() { HasText = "Loss and accuracy" })
            .Locator(".scatterlayer .trace").CountAsync());
        Assert.Equal(3 * 2, await open.Page.Locator(".barlayer .trace").CountAsync());
        Assert.Equal(3 * 2, await open.Page.Locator(".heatmaplayer image").CountAsync());
        Assert.Equal((3 * (6 + 15)) + 6, await open.Page.Locator(
            "figure.figure .layer-above image, figure.figure .layer-below image, figure.figure .imagelayer image").CountAsync());
    }

    [Fact]
    public async Task Says_on_hovering_how_sure_the_network_was_of_each_digit()
    {
        await using PageOfTheSolution open = await PageOfTheSolution.OpenAsync(run.Page, 1280, ColorScheme.Light);
        ILocator errors = open.Page.Locator("figure.figure", new() { HasText = "Largest errors" }).First;
        await errors.ScrollIntoViewIfNeededAsync();
        LocatorBoundingBoxResult box = (await errors.Locator("image").First.BoundingBoxAsync())!;
        await open.Page.Mouse.MoveAsync((float)(box.X + (box.Width / 2)), (float)(box.Y + (box.Height / 2)));
        ILocator hover = errors.Locator(".hoverlayer .hovertext");
        await hover.First.WaitForAsync();
        string text = await hover.First.TextContentAsync() ?? "";
        Assert.All(Enumerable.Range(0, 10), digit => Assert.Contains($"{digit}", text, StringComparison.Ordinal));
        Assert.Equal(10, text.Count(character => character == '%'));
    }

    [Theory]
    [InlineData(390)]
    [InlineData(768)]
    public async Task Never_scrolls_sideways(int width)
    {
        await using PageOfTheSolution open = await PageOfTheSolution.OpenAsync(run.Page, width, ColorScheme.Light);
        Assert.True(await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width);
        Assert.True(await open.Page.EvaluateAsync<double>(
            "Math.max(...[...document.querySelectorAll('figure.figure svg')].map(e => e.getBoundingClientRect().right))")
            <= width);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Has_figures_whose_text_stands_out_from_the_page(ColorScheme scheme)
    {
        await using PageOfTheSolution open = await PageOfTheSolution.OpenAsync(run.Page, 1280, scheme);
        double weakest = await open.Page.EvaluateAsync<double>(
            """
            () => {
              const parse = color => color.match(/[\d.]+/g).map(Number);
              const channel = c => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
              const luminance = c => .2126 * channel(c[0]) + .7152 * channel(c[1]) + .0722 * channel(c[2]);
              const ground = luminance(parse(getComputedStyle(document.body).backgroundColor));
              const ratio = e => {
                const ink = luminance(parse(getComputedStyle(e).fill));
                return (Math.max(ink, ground) + .05) / (Math.min(ink, ground) + .05);
              };
              return Math.min(...[...document.querySelectorAll(
                'figure.figure :is(.gtitle, .xtitle, .ytitle, .xtick text, .ytick text, .legendtext)')].map(ratio));
            }
            """);
        Assert.InRange(weakest, 4.5, 21);
    }
}
