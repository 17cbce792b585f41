using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Notebooks.Tests;

/// <summary>The explorer of the notebook's output, in a real browser without a network.</summary>
[Collection(nameof(Inside))]
public sealed class The_explorer(InsideRun run) : IAsyncLifetime
{
    private readonly OutputInABrowser _browser = new();

    // Strokes on a sheet of 280 × 280, as a hand draws them.
    private static readonly (int X, int Y)[] s_one = [(150, 40), (146, 120), (140, 240)];
    private static readonly (int X, int Y)[] s_seven = [(70, 60), (210, 60), (130, 240)];
    private static readonly (int X, int Y)[] s_zero =
        [.. Enumerable.Range(0, 25)
            .Select(i => ((int)(140 + (70 * Math.Sin(i * Math.Tau / 24))), (int)(140 - (95 * Math.Cos(i * Math.Tau / 24)))))];

    public ValueTask InitializeAsync() => _browser.StartAsync();

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [Fact]
    public void Takes_less_than_a_megabyte() => Assert.InRange(run.Explorer.Length, 500_000, 1_000_000);

    [Fact]
    public async Task Reads_painted_test_images_as_TorchSharp_does()
    {
        IPage page = await OpenAsync();
        JsonElement read = await page.EvaluateAsync<JsonElement>(
            """
            images => {
              const explorer = document.querySelector('[data-explorer]').explorer;
              const bytes = Uint8Array.from(atob(images), c => c.charCodeAt(0));
              return Array.from({ length: bytes.length / 784 }, (_, i) => {
                const image = bytes.slice(784 * i, 784 * i + 784);
                explorer.paint(image);
                const { probabilities, image: seen } = explorer.read();
                return { probabilities, changed: Math.max(...[...image].map((ink, pixel) => Math.abs(ink / 255 - seen[pixel]))) };
              });
            }
            """,
            Convert.ToBase64String(run.Pixels));

        float[] probabilities = [.. read.EnumerateArray()
            .SelectMany(image => image.GetProperty("probabilities").EnumerateArray().Select(p => p.GetSingle()))];
        Assert.Equal(InsideRun.Images * 10, probabilities.Length);
        int same = Enumerable.Range(0, InsideRun.Images).Count(i => Best(probabilities, i) == Best(run.Probabilities, i));
        Assert.InRange((double)same / InsideRun.Images, 0.995, 1);

        // Against the network as it was trained: what rounding the weights changes. Against the rounded one: nothing but the
        // order of sums.
        Assert.InRange(Furthest(probabilities, run.Probabilities), 0, 0.01);
        Assert.InRange(Furthest(probabilities, run.RoundedProbabilities), 0, 1e-4);

        // MNIST's images are scaled and centred already: the sheet's own way must leave them as they are.
        Assert.InRange(read.EnumerateArray().Max(image => image.GetProperty("changed").GetDouble()), 0, 1e-6);
        Assert.Empty(_browser.Problems);
    }

    [Fact]
    public async Task Reads_what_a_mouse_draws_while_it_draws()
    {
        IPage page = await OpenAsync();
        await ClearAsync(page);
        await DrawAsync(page, s_one);
        await page.GetByText("I read a 1.").WaitForAsync();
        string[] one = await PercentAsync(page);
        await ClearAsync(page);
        Assert.All(await PercentAsync(page), text => Assert.Equal("", text));

        // Half of a 0 is not yet one: the probabilities follow the pen.
        await page.Mouse.MoveAsync(0, 0);
        LocatorBoundingBoxResult box = (await page.Locator(".surface").BoundingBoxAsync())!;
        await MoveAsync(page, box, s_zero[0]);
        await page.Mouse.DownAsync();
        foreach ((int X, int Y) point in s_zero[1..9])
        {
            await MoveAsync(page, box, point);
        }

        await page.Locator(".answer", new() { HasText = "I read a" }).WaitForAsync();
        string[] half = await PercentAsync(page);
        foreach ((int X, int Y) point in s_zero[9..])
        {
            await MoveAsync(page, box, point);
        }

        await page.Mouse.UpAsync();
        await page.GetByText("I read a 0.").WaitForAsync();
        Assert.NotEqual(half, await PercentAsync(page));
        Assert.NotEqual(one, await PercentAsync(page));
        Assert.Empty(_browser.Problems);
    }

    [Fact]
    public async Task Reads_a_small_digit_in_a_corner_as_it_reads_a_large_one()
    {
        IPage page = await OpenAsync();
        await ClearAsync(page);
        await DrawAsync(page, [.. s_seven.Select(point => (8 + (point.X / 2), 160 + (point.Y * 2 / 5)))]);
        await page.GetByText("I read a 7.").WaitForAsync();

        // Scaled into 20 × 20 pixels, its centre of mass on pixel 14.
        double[] image = await page.EvaluateAsync<double[]>(
            "[...document.querySelector('[data-explorer]').explorer.read().image]");
        int[] rows = [
            .. Enumerable.Range(0, 28).Where(row => Enumerable.Range(0, 28).Any(column => image[(28 * row) + column] > 0))];
        int[] columns = [
            .. Enumerable.Range(0, 28).Where(column => Enumerable.Range(0, 28).Any(row => image[(28 * row) + column] > 0))];
        Assert.Equal(20, Math.Max(rows[^1] - rows[0], columns[^1] - columns[0]) + 1);
        Assert.InRange(Enumerable.Range(0, 784).Sum(i => image[i] * (i / 28)) / image.Sum(), 13.5, 14.5);
        Assert.InRange(Enumerable.Range(0, 784).Sum(i => image[i] * (i % 28)) / image.Sum(), 13.5, 14.5);
    }

    [Fact]
    public async Task Reads_what_a_finger_draws_on_a_phone()
    {
        IPage page = await OpenAsync(
            new() { Offline = true, HasTouch = true, IsMobile = true, ViewportSize = new() { Width = 320, Height = 640 } });
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 320);
        await ClearAsync(page);
        LocatorBoundingBoxResult box = (await page.Locator(".surface").BoundingBoxAsync())!;
        double scrolled = await page.EvaluateAsync<double>("scrollY");
        ICDPSession session = await page.Context.NewCDPSessionAsync(page);
        string type = "touchStart";
        foreach ((int x, int y) in s_seven.Zip(s_seven.Skip(1)).SelectMany(pair => Between(pair.First, pair.Second)))
        {
            await session.SendAsync("Input.dispatchTouchEvent", new()
            {
                ["type"] = type,
                ["touchPoints"] = new[] { new { x = box.X + (x * box.Width / 280), y = box.Y + (y * box.Height / 280) } },
            });
            type = "touchMove";
        }

        await session.SendAsync(
            "Input.dispatchTouchEvent", new() { ["type"] = "touchEnd", ["touchPoints"] = Array.Empty<object>() });
        await page.GetByText("I read a 7.").WaitForAsync();
        Assert.Equal(scrolled, await page.EvaluateAsync<double>("scrollY"));
    }

    [Fact]
    public async Task Can_be_used_with_the_keyboard_alone()
    {
        IPage page = await OpenAsync();
        await page.Keyboard.PressAsync("Tab");
        Assert.StartsWith("Sheet to draw a digit on",
            await page.Locator(".surface:focus").GetAttributeAsync("aria-label"), StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Escape");
        await page.GetByText("Draw a digit.", new() { Exact = true }).WaitForAsync();
        await page.Keyboard.PressAsync("Space");
        for (int i = 0; i < 20; i++)
        {
            await page.Keyboard.PressAsync("ArrowDown");
        }

        await page.GetByText("I read a 1.").WaitForAsync();

        // On to the buttons: after the 7 that MNIST's test images begin with comes a 2.
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("I read a 2.").WaitForAsync();
    }

    [Fact]
    public async Task Works_twice_on_a_page_and_when_its_script_runs_again()
    {
        IPage page = await OpenAsync(copies: 2);
        await page.EvaluateAsync(
            """
            document.querySelectorAll('script').forEach(old => {
              const again = document.createElement('script');
              again.textContent = old.textContent;
              old.replaceWith(again);
            })
            """);
        Assert.Equal(2, await page.Locator("[data-ready]").CountAsync());
        Assert.Equal(2, await page.Locator(".surface").CountAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Example" }).Nth(1).ClickAsync();
        Assert.Equal("I read a 7.", await page.Locator(".answer").First.TextContentAsync());
        await page.GetByText("I read a 2.").WaitForAsync();
        Assert.Empty(_browser.Problems);
    }

    [Theory]
    [InlineData("body { background: #ffffff; color: #1f2328; }", "rgb(31, 35, 40)")]
    [InlineData("body { background: #17191d; color: #e3e0d9; }", "rgb(227, 224, 217)")]
    [InlineData(":root { color-scheme: light dark; } body { color: light-dark(#010203, #fafbfc); }", "rgb(250, 251, 252)")]
    [InlineData(":root { --vscode-editor-foreground: #cccccc; }", "rgb(204, 204, 204)")]
    public async Task Takes_the_colours_of_the_page(string style, string ink)
    {
        IPage page = await OpenAsync(new() { Offline = true, ColorScheme = ColorScheme.Dark }, style: style);
        string[] colors = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelector('[data-explorer]').shadowRoot
              .querySelectorAll('p, button, th, .percent, output')]
              .map(element => getComputedStyle(element).color)
            """);
        Assert.Equal(ink, Assert.Single(colors.Distinct()));

        // Numbers stand on their own pale grounds, in dark ink.
        Assert.Equal("rgb(27, 31, 36)", await page.Locator(".products td").First.EvaluateAsync<string>(
            "cell => getComputedStyle(cell).color"));
    }

    [Fact]
    public async Task Shows_an_example_and_a_sentence_where_no_script_runs()
    {
        IPage page = await OpenAsync(new() { Offline = true, JavaScriptEnabled = false });
        Assert.Equal(112, (await page.Locator("img").BoundingBoxAsync())!.Width, 3f);
        Assert.Matches(@"^The network reads this image as 7 \(\d+\.\d %\)\.",
            (await page.Locator("[data-explorer] p").TextContentAsync())!);
    }

    [Fact]
    public async Task Computes_every_number_of_every_layer_as_TorchSharp_does()
    {
        IPage page = await OpenAsync();
        for (int i = 0; i < InsideRun.Explored.Length; i++)
        {
            string[] layers = await page.EvaluateAsync<string[]>(
                """
                image => {
                  const { explorer } = document.querySelector('[data-explorer]');
                  explorer.paint(Uint8Array.from(atob(image), c => c.charCodeAt(0)));
                  return explorer.stages().slice(1).map(stage => [...stage.value.data].join(' '));
                }
                """,
                Convert.ToBase64String(run.Pixels.AsSpan(784 * InsideRun.Explored[i], 784)));
            float[][] computed = [.. layers.Select(line => line.Split(' ').Select(
                number => float.Parse(number, CultureInfo.InvariantCulture)).ToArray())];

            Assert.Equal([21632, 21632, 36864, 36864, 9216, 128, 128, 10, 10], computed.Select(layer => layer.Length));
            Assert.All(computed.Zip(run.RoundedActivations[i]), layer =>
            {
                Assert.Equal(layer.First.Length, layer.Second.Length);
                Assert.InRange(Furthest(layer.First, layer.Second), 0, 0.001);
            });
        }
    }

    [Fact]
    public async Task Begins_with_an_example_and_no_empty_map()
    {
        IPage page = await OpenAsync();
        Assert.Equal("I read a 7.", await page.Locator(".answer").TextContentAsync());
        Assert.StartsWith("conv2d_3, map ", await page.Locator(".panel .title").TextContentAsync(), StringComparison.Ordinal);
        IReadOnlyList<string> titles = await page.Locator(".stage .title").AllTextContentsAsync();
        Assert.Equal(
            ["Draw", "Input", "Conv2D", "ReLU", "Conv2D", "ReLU", "MaxPool", "Dense", "ReLU", "Dense", "Softmax"], titles);

        // Every canvas shows something besides white.
        Assert.Equal(0, await page.EvaluateAsync<int>(
            """
            () => [...document.querySelector('[data-explorer]').shadowRoot.querySelectorAll('canvas.base, .surface, .map canvas')]
              .filter(canvas => !canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
                .some((value, i) => i % 4 < 3 && value < 200)).length
            """));
    }

    [Fact]
    public async Task Frames_the_window_of_the_pixel_under_the_mouse_in_every_map_before()
    {
        IPage page = await OpenAsync();
        LocatorBoundingBoxResult conv = (await page.Locator("canvas.base").Nth(3).BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(conv.X + 10, conv.Y + 9);
        await page.Locator(".panel .title", new() { HasText = "conv2d_4, map 0," }).WaitForAsync();

        // Frames in the 32 maps of the ReLU before, in none of the first convolution.
        int[] framed = await FramedAsync(page);
        Assert.Equal([0, 0, 32, 1, 0], framed[..5]);
        Assert.Equal(32, await page.Locator(".subtotal:visible").CountAsync());
        Assert.Equal(27, await page.Locator(".products td").CountAsync());
        Assert.Matches(@"^(map \d+ [+−]\d\.\d{3}, ){3}29 other maps [+−]\d\.\d{3}, bias [+−]\d\.\d{3} = −?\d\.\d{3}$",
            await SumAsync(page));

        // Another of the 32 is opened; the mouse may now go elsewhere and it stays, with its whole path.
        ILocator second = page.Locator(".subtotal").Nth(1);
        string channel = (await second.TextContentAsync())!;
        await second.ClickAsync();
        await page.GetByText($"relu_4, map {channel}", new() { Exact = true }).WaitForAsync();
        await page.Mouse.MoveAsync(conv.X + 30, conv.Y + 60);
        framed = await FramedAsync(page);
        Assert.Equal([1, 32, 32, 1, 1, 1], framed[..6]);
        Assert.StartsWith("conv2d_4, map 0,", await page.Locator(".panel .title").TextContentAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "relu_4", @"^max\(0, −?\d\.\d{3}\) = \d\.\d{3}$")]
    [InlineData(5, "max_pooling2d_1", @"^max\((\d\.\d{3}, ){3}\d\.\d{3}\) = \d\.\d{3}$")]
    [InlineData(6, "dense_4", @"^(map \d+ [+−][\d.]+, ){3}61 other maps [+−][\d.]+, bias [+−][\d.]+ = −?[\d.]+$")]
    [InlineData(8, "dense_5", @"^(unit \d+ [+−][\d.]+, ){3}125 other units [+−][\d.]+, bias [+−][\d.]+ = −?[\d.]+$")]
    [InlineData(9, "softmax", @"^exp\(−?[\d.]+\) ÷ sum of all ten = .+ ÷ .+ = [\d.]+ %$")]
    public async Task Tells_how_each_kind_of_layer_computes(int stage, string name, string words)
    {
        IPage page = await OpenAsync();
        await ChooseAsync(page, stage, channel: 1);
        await page.Locator(".panel .title", new() { HasText = name }).WaitForAsync();
        Assert.Matches(words, await SumAsync(page));

        // And a screen reader is told the same.
        await page.Locator(".told", new() { HasText = name }).WaitForAsync(new() { State = WaitForSelectorState.Attached });
        Assert.EndsWith(await SumAsync(page), await page.Locator(".told").TextContentAsync(), StringComparison.Ordinal);
        Assert.Empty(_browser.Problems);
    }

    [Fact]
    public async Task Is_walked_through_with_the_keyboard()
    {
        IPage page = await OpenAsync();
        await page.Locator("canvas.base").Nth(3).FocusAsync();
        await page.Keyboard.PressAsync("PageDown");
        await ChooseAsync(page, stage: 3, channel: 5, row: 7, column: 9);
        foreach (string key in (string[])["ArrowDown", "ArrowRight", "ArrowRight", "PageDown"])
        {
            await page.Keyboard.PressAsync(key);
        }

        await page.Locator(".panel .title", new() { HasText = "conv2d_4, map 6, row 8, column 11" }).WaitForAsync();

        // The large map and the units of a dense layer are walked over in the same way.
        await page.Locator(".target canvas").FocusAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Locator(".panel .title", new() { HasText = "conv2d_4, map 6, row 7, column 11" }).WaitForAsync();

        // What has the focus is what the keys move, whatever was kept before.
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("canvas.base").Nth(6).FocusAsync();
        await page.Locator(".panel .title", new() { HasText = "dense_4, unit " }).WaitForAsync();
        await ChooseAsync(page, stage: 6, channel: 5);
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Locator(".panel .title", new() { HasText = "dense_4, unit 6" }).WaitForAsync();
    }

    [Fact]
    public async Task Walks_by_itself_and_stops()
    {
        IPage page = await OpenAsync();
        ILocator play = page.Locator(".play");
        string start = (await page.Locator("output").TextContentAsync())!;
        await play.ClickAsync();
        await page.WaitForFunctionAsync(
            "start => document.querySelector('[data-explorer]').shadowRoot.querySelector('output').textContent !== start", start);
        Assert.Equal("❚❚ Pause", await play.TextContentAsync());
        await play.ClickAsync();
        Assert.Equal("▶ Play", await play.TextContentAsync());

        // A slider does the same by hand.
        await page.Locator(".walk input").FillAsync("27");
        await page.Locator("output", new() { HasText = "row 1, column 1" }).WaitForAsync();

        // Whoever wants less motion while it walks, gets it.
        await play.ClickAsync();
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        await page.WaitForFunctionAsync("document.querySelector('[data-explorer]').shadowRoot.querySelector('.play').hidden");
        Assert.Equal("▶ Play", await play.TextContentAsync());
    }

    [Fact]
    public async Task On_a_phone_the_sum_stands_below_the_layer_that_is_touched()
    {
        IPage page = await OpenAsync(
            new() { Offline = true, HasTouch = true, IsMobile = true, ViewportSize = new() { Width = 390, Height = 844 } });
        ILocator maps = page.Locator("canvas.base").Nth(5);
        await maps.ScrollIntoViewIfNeededAsync();
        LocatorBoundingBoxResult before = (await maps.BoundingBoxAsync())!;
        await page.Touchscreen.TapAsync(before.X + 60, before.Y + 15);
        await page.Locator(".panel .title", new() { HasText = "max_pooling2d_1, map 1," }).WaitForAsync();

        // The panel has moved from above to below, and what is under the finger has not.
        LocatorBoundingBoxResult after = (await maps.BoundingBoxAsync())!;
        LocatorBoundingBoxResult panel = (await page.Locator(".panel").BoundingBoxAsync())!;
        Assert.Equal(before.Y, after.Y, 1f);
        Assert.InRange(panel.Y - (after.Y + after.Height), 0, 30);
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 390);
        Assert.Empty(_browser.Problems);
    }

    [Fact]
    public async Task On_paper_stands_the_example_with_the_answer()
    {
        IPage page = await OpenAsync();
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        Assert.False(await page.Locator(".explorer").IsVisibleAsync());
        Assert.True(await page.Locator("[data-explorer] img").IsVisibleAsync());
        Assert.True(await page.GetByText("The network reads this image as 7").IsVisibleAsync());
    }

    private static async Task ChooseAsync(IPage page, int stage, int channel, int row = 0, int column = 0) =>
        await page.EvaluateAsync(
            "place => document.querySelector('[data-explorer]').explorer.choose(place)", new { stage, channel, row, column });

    private static async Task ClearAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await page.GetByText("Draw a digit.", new() { Exact = true }).WaitForAsync();
    }

    private static async Task DrawAsync(IPage page, (int X, int Y)[] points)
    {
        LocatorBoundingBoxResult box = (await page.Locator(".surface").BoundingBoxAsync())!;
        await MoveAsync(page, box, points[0]);
        await page.Mouse.DownAsync();
        foreach ((int X, int Y) point in points[1..])
        {
            await MoveAsync(page, box, point);
        }

        await page.Mouse.UpAsync();
    }

    private static Task MoveAsync(IPage page, LocatorBoundingBoxResult box, (int X, int Y) point) =>
        page.Mouse.MoveAsync(box.X + (point.X * box.Width / 280), box.Y + (point.Y * box.Height / 280), new() { Steps = 4 });

    private static IEnumerable<(int X, int Y)> Between((int X, int Y) from, (int X, int Y) to) =>
        Enumerable.Range(0, 7).Select(i => (from.X + ((to.X - from.X) * i / 6), from.Y + ((to.Y - from.Y) * i / 6)));

    private static async Task<string[]> PercentAsync(IPage page) => [.. await page.Locator(".percent").AllTextContentsAsync()];

    /// <summary>The sum, with plain spaces.</summary>
    private static async Task<string> SumAsync(IPage page) =>
        (await page.Locator(".sum").TextContentAsync())!.Replace('\u00A0', ' ');

    /// <summary>In how many maps of each stage something is framed.</summary>
    private static Task<int[]> FramedAsync(IPage page) => page.EvaluateAsync<int[]>(
        """
        () => {
          const { explorer, shadowRoot } = document.querySelector('[data-explorer]'), stages = explorer.stages();
          return [...shadowRoot.querySelectorAll('canvas.marks')].map((canvas, i) => {
            const { value } = stages[i], base = canvas.previousElementSibling, columns = Number(base.dataset.columns);
            const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            const rows = Math.ceil(value.channels / columns), found = new Set();
            for (let y = 0; y < canvas.height; y++) {
              for (let x = 0; x < canvas.width; x++) {
                const at = 4 * (y * canvas.width + x);
                if (data[at] < 60 && data[at + 3] > 200) {
                  found.add(Math.floor(y / canvas.height * rows) * columns + Math.floor(x / canvas.width * columns));
                }
              }
            }
            return found.size;
          });
        }
        """);

    private static double Furthest(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();

    private static int Best(float[] probabilities, int image) =>
        Enumerable.Range(0, 10).MaxBy(digit => probabilities[(10 * image) + digit]);

    private Task<IPage> OpenAsync(BrowserNewPageOptions? options = null, int copies = 1, string style = "") =>
        _browser.OpenAsync(run.Explorer, options, copies, style);
}
