using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace Notebooks.Tests;

/// <summary>The canvas of the notebook's output, alone on a page that is not ours, in a real browser without a network.</summary>
[Collection(nameof(Inside))]
public sealed class The_digit_canvas(InsideRun run) : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");
    private readonly List<string> _problems = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    // Strokes on a sheet of 280 × 280, as a hand draws them.
    private static readonly (int X, int Y)[] s_one = [(150, 40), (146, 120), (140, 240)];
    private static readonly (int X, int Y)[] s_seven = [(70, 60), (210, 60), (130, 240)];
    private static readonly (int X, int Y)[] s_zero =
        [.. Enumerable.Range(0, 25)
            .Select(i => ((int)(140 + (70 * Math.Sin(i * Math.Tau / 24))), (int)(140 - (95 * Math.Cos(i * Math.Tau / 24)))))];

    public async ValueTask InitializeAsync()
    {
        InstalledBrowser.SkipWithout();
        _playwright = await Playwright.CreateAsync();
        _browser = await InstalledBrowser.LaunchAsync(_playwright);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Takes_less_than_a_megabyte() => Assert.InRange(run.Canvas.Length, 500_000, 1_000_000);

    [Fact]
    public async Task Reads_painted_test_images_as_TorchSharp_does()
    {
        IPage page = await OpenAsync();
        JsonElement read = await page.EvaluateAsync<JsonElement>(
            """
            images => {
              const canvas = document.querySelector('[data-digit-canvas]').digitCanvas;
              const bytes = Uint8Array.from(atob(images), c => c.charCodeAt(0));
              return Array.from({ length: bytes.length / 784 }, (_, i) => {
                const image = bytes.slice(784 * i, 784 * i + 784);
                canvas.paint(image);
                const { probabilities, image: seen } = canvas.read();
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
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Reads_what_a_mouse_draws_while_it_draws()
    {
        IPage page = await OpenAsync();
        Assert.Equal("Draw a digit.", await page.Locator(".answer").TextContentAsync());

        await DrawAsync(page, s_one);
        await page.GetByText("I read a 1.").WaitForAsync();
        string[] one = await PercentAsync(page);
        int painted = await PaintedMapsAsync(page);

        await page.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        await page.GetByText("Draw a digit.", new() { Exact = true }).WaitForAsync();
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
        Assert.InRange(painted, 16, 32);
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Reads_a_small_digit_in_a_corner_as_it_reads_a_large_one()
    {
        IPage page = await OpenAsync();
        await DrawAsync(page, [.. s_seven.Select(point => (8 + (point.X / 2), 160 + (point.Y * 2 / 5)))]);
        await page.GetByText("I read a 7.").WaitForAsync();

        // Scaled into 20 × 20 pixels, its centre of mass on pixel 14.
        double[] image = await page.EvaluateAsync<double[]>(
            "[...document.querySelector('[data-digit-canvas]').digitCanvas.read().image]");
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
        LocatorBoundingBoxResult box = (await page.Locator(".surface").BoundingBoxAsync())!;
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
        Assert.Equal(0, await page.EvaluateAsync<double>("scrollY"));
    }

    [Fact]
    public async Task Can_be_used_with_the_keyboard_alone()
    {
        IPage page = await OpenAsync();
        await page.Keyboard.PressAsync("Tab");
        Assert.StartsWith("Sheet to draw a digit on",
            await page.Locator(".surface:focus").GetAttributeAsync("aria-label"), StringComparison.Ordinal);
        await page.Keyboard.PressAsync("Space");
        for (int i = 0; i < 20; i++)
        {
            await page.Keyboard.PressAsync("ArrowDown");
        }

        await page.GetByText("I read a 1.").WaitForAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.GetByText("Draw a digit.", new() { Exact = true }).WaitForAsync();

        // On to the buttons: the first example is the 7 that MNIST's test images begin with.
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("I read a 7.").WaitForAsync();
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
        Assert.Equal("Draw a digit.", await page.Locator(".answer").First.TextContentAsync());
        await page.GetByText("I read a 7.").WaitForAsync();
        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData("#ffffff", "#1f2328")]
    [InlineData("#17191d", "#e3e0d9")]
    public async Task Takes_the_colours_of_the_page(string ground, string ink)
    {
        IPage page = await OpenAsync(style: $"body {{ background: {ground}; color: {ink}; }}");
        string[] colors = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelector('[data-digit-canvas]').shadowRoot
              .querySelectorAll('p, button, .percent, .bars > span')]
              .map(element => getComputedStyle(element).color)
            """);
        Assert.Single(colors.Distinct());
        Assert.Equal(await page.EvaluateAsync<string>("getComputedStyle(document.body).color"), colors[0]);
    }

    [Fact]
    public async Task Shows_an_example_and_a_sentence_where_no_script_runs()
    {
        IPage page = await OpenAsync(new() { Offline = true, JavaScriptEnabled = false });
        Assert.Equal(112, (await page.Locator("img").BoundingBoxAsync())!.Width, 3f);
        Assert.Matches(@"^The network reads this image as 7 \(\d+\.\d %\)\.",
            (await page.Locator("[data-digit-canvas] p").TextContentAsync())!);
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
        page.Mouse.MoveAsync(box.X + point.X, box.Y + point.Y, new() { Steps = 4 });

    private static IEnumerable<(int X, int Y)> Between((int X, int Y) from, (int X, int Y) to) =>
        Enumerable.Range(0, 7).Select(i => (from.X + ((to.X - from.X) * i / 6), from.Y + ((to.Y - from.Y) * i / 6)));

    private static async Task<string[]> PercentAsync(IPage page) => [.. await page.Locator(".percent").AllTextContentsAsync()];

    /// <summary>How many feature maps show something.</summary>
    private static Task<int> PaintedMapsAsync(IPage page) => page.EvaluateAsync<int>(
        """
        () => [...document.querySelector('[data-digit-canvas]').shadowRoot.querySelectorAll('.maps canvas')].filter(map => {
          const data = map.getContext('2d').getImageData(0, 0, map.width, map.height).data;
          return data.some((value, i) => i % 4 === 2 && value < 250);
        }).length
        """);

    private static double Furthest(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();

    private static int Best(float[] probabilities, int image) =>
        Enumerable.Range(0, 10).MaxBy(digit => probabilities[(10 * image) + digit]);

    private async Task<IPage> OpenAsync(BrowserNewPageOptions? options = null, int copies = 1, string style = "")
    {
        string path = Path.Combine(_folder.FullName, "canvas.html");
        await File.WriteAllTextAsync(
            path,
            "<!DOCTYPE html><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><style>"
                + style + "</style><body>"
            + string.Concat(Enumerable.Repeat(run.Canvas, copies)) + "</body>");
        options ??= new() { Offline = true };
        IPage page = await _browser!.NewPageAsync(options);
        page.PageError += (_, error) => _problems.Add(error);
        page.Console += (_, message) => { if (message.Type is "error" or "warning") { _problems.Add(message.Text); } };
        page.Request += (_, request) =>
        {
            if (request.Url.StartsWith("http", StringComparison.Ordinal))
            {
                _problems.Add(request.Url);
            }
        };
        await page.GotoAsync(new Uri(path).AbsoluteUri);
        if (options.JavaScriptEnabled != false)
        {
            await page.WaitForFunctionAsync($"document.querySelectorAll('[data-ready]').length === {copies}");
        }

        return page;
    }
}
