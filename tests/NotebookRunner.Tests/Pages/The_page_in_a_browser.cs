using Microsoft.Playwright;
using MnistCnn.Tests;
using NotebookRunner.Notebooks;
using NotebookRunner.Pages;
using Xunit;

namespace NotebookRunner.Tests.Pages;

public class The_page_in_a_browser(PageInBrowser browser) : IClassFixture<PageInBrowser>
{
    [Fact]
    public async Task Works_from_disk_without_a_network_and_draws_every_figure()
    {
        await using OpenPage open = await browser.OpenAsync(1280, ColorScheme.Light);
        await open.ReadAsync();
        Assert.Empty(open.Problems);
        Assert.Equal(3, await open.Page.Locator("figure.figure").CountAsync());
        Assert.Equal(4, await open.Page.Locator(".js-plotly-plot .scatterlayer .js-line").CountAsync());
        Assert.Equal(0, await open.Page.Locator("figure.figure:not(:has(svg.main-svg))").CountAsync());
    }

    [Theory]
    [InlineData(390)]
    [InlineData(820)]
    [InlineData(1280)]
    public async Task Never_scrolls_sideways(int width)
    {
        await using OpenPage open = await browser.OpenAsync(width, ColorScheme.Light);
        await open.ReadAsync();
        Assert.True(await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width);
        Assert.True(await open.Page.EvaluateAsync<double>(
            "Math.max(...[...document.querySelectorAll('figure svg')].map(e => e.getBoundingClientRect().right))") <= width);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Has_text_that_stands_out_from_its_ground(ColorScheme scheme)
    {
        await using OpenPage open = await browser.OpenAsync(1280, scheme);
        await open.ReadAsync();
        string[] weak = await open.Page.EvaluateAsync<string[]>(
            """
            () => {
              const parse = color => color.match(/[\d.]+/g).map(Number);
              const channel = c => { c /= 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
              const luminance = c => .2126 * channel(c[0]) + .7152 * channel(c[1]) + .0722 * channel(c[2]);
              const groundOf = e => {
                for (; e; e = e.parentElement) {
                  const c = parse(getComputedStyle(e).backgroundColor);
                  if (c.length < 4 || c[3] === 1) { return c; }
                }
                return [255, 255, 255];
              };
              const weak = [];
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (walker.nextNode()) {
                const element = walker.currentNode.parentElement;
                const text = walker.currentNode.textContent.trim();
                const hidden = element.closest('script, style, noscript, svg, .skipped') || !element.getClientRects().length;
                if (!text || hidden) { continue; }
                const ink = luminance(parse(getComputedStyle(element).color));
                const [a, b] = [ink, luminance(groundOf(element))].sort((x, y) => y - x);
                const ratio = (a + .05) / (b + .05);
                if (ratio < 4.5) { weak.push(`${ratio.toFixed(2)} ${element.className}: ${text.slice(0, 30)}`); }
              }
              return [...new Set(weak)];
            }
            """);
        Assert.Empty(weak);
    }

    [Fact]
    public Task Keeps_nobody_out() => Axe.FindsNothingOnAsync(new Uri(browser.Url).LocalPath);

    public static TheoryData<string> Notebooks =>
        [.. Directory.GetFiles(Repository.PathOf("notebooks"), "*.ipynb").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task Keeps_nobody_out_from_a_notebook_of_the_repository(string name)
    {
        string path = Repository.PathOf("notebooks", name);
        Notebook notebook = NotebookReader.ReadFile(path);
        notebook.Cells.ToList().ForEach(cell => cell.ReadOutputs());
        using var folder = new RunnerFolder();
        await Axe.FindsNothingOnAsync(folder.Write("page.html", HtmlPage.Create(notebook, result: null, path, path)));
    }

    [Fact]
    public async Task Lets_the_keyboard_skip_the_contents()
    {
        await using OpenPage open = await browser.OpenAsync(1280, ColorScheme.Light);
        await open.Page.Keyboard.PressAsync("Tab");
        ILocator skip = open.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to the text" });
        Assert.True(await skip.EvaluateAsync<bool>("link => link === document.activeElement"));
        await open.Page.WaitForFunctionAsync("document.querySelector('.skip').getBoundingClientRect().top > 0");
        await open.Page.Keyboard.PressAsync("Enter");
        await open.Page.Keyboard.PressAsync("Tab");
        Assert.True(await open.Page.EvaluateAsync<bool>("document.activeElement.closest('main') !== null"));
    }

    [Fact]
    public async Task Fades_the_edge_where_a_table_goes_on_and_lets_the_keyboard_scroll_it()
    {
        await using OpenPage open = await browser.OpenAsync(390, ColorScheme.Light);
        ILocator place = open.Page.Locator(".out.html:has(td:nth-child(40))");
        Assert.Contains("more", await place.GetAttributeAsync("class"), StringComparison.Ordinal);
        await place.FocusAsync();
        await open.Page.Keyboard.PressAsync("ArrowRight");
        await open.Page.WaitForFunctionAsync(
            "document.querySelector('.out.html:has(td:nth-child(40))').classList.contains('scrolled')");
        await place.EvaluateAsync("place => place.scrollTo({ left: place.scrollWidth, behavior: 'instant' })");
        await open.Page.WaitForFunctionAsync(
            "!document.querySelector('.out.html:has(td:nth-child(40))').classList.contains('more')");
        Assert.Equal("Scrolls sideways", await place.GetAttributeAsync("aria-label"));
    }

    [Fact]
    public async Task Breaks_a_long_line_of_code_behind_its_indentation()
    {
        await using OpenPage open = await browser.OpenAsync(390, ColorScheme.Light);
        ILocator code = open.Page.Locator("pre.code", new() { HasText = "// A long line." });
        Assert.True(await code.EvaluateAsync<bool>("pre => pre.scrollWidth <= pre.clientWidth"));
        await code.EvaluateAsync("pre => getSelection().selectAllChildren(pre)");
        Assert.StartsWith(
            "// A long line.\nvar text = \"www", await open.Page.EvaluateAsync<string>("getSelection().toString()"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lets_the_reader_choose_the_theme_and_draws_the_figures_in_it()
    {
        await using OpenPage open = await browser.OpenAsync(1280, ColorScheme.Light);
        await open.ReadAsync();
        string before = await open.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Switch between light and dark" }).ClickAsync();
        Assert.NotEqual(before, await open.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        await open.Page.WaitForFunctionAsync(
            "getComputedStyle(document.querySelector('figure .gtitle')).fill === 'rgb(220, 217, 210)'");
        Assert.Empty(open.Problems);
    }

    [Fact]
    public async Task Folds_the_contents_away_on_a_phone_and_keeps_them_beside_the_text_on_a_screen()
    {
        await using OpenPage phone = await browser.OpenAsync(390, ColorScheme.Light);
        Assert.False(await phone.Page.GetByRole(AriaRole.Link, new() { Name = "The end" }).IsVisibleAsync());
        await using OpenPage screen = await browser.OpenAsync(1280, ColorScheme.Light);
        await screen.Page.GetByRole(AriaRole.Link, new() { Name = "The end" }).ClickAsync();
        await screen.Page.WaitForFunctionAsync("document.getElementById('the-end').getBoundingClientRect().top < 800");
        Assert.True(await screen.Page.GetByRole(AriaRole.Link, new() { Name = "The end" }).IsVisibleAsync());
    }

    [Fact]
    public async Task Prints_dark_on_light_without_its_controls()
    {
        await using OpenPage open = await browser.OpenAsync(1280, ColorScheme.Dark);
        await open.Page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.Equal("rgb(255, 255, 255)",
            await open.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.False(await open.Page.Locator(".theme").IsVisibleAsync());
        Assert.NotEmpty(await open.Page.PdfAsync());
        Assert.Equal(0, await open.Page.Locator("figure.figure:not(:has(svg.main-svg))").CountAsync());
    }
}
