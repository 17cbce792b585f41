using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace Notebooks.Tests;

/// <summary>A network that the reader trains, alone on a page that is not ours, in a real browser without a network.</summary>
[Collection(nameof(PageTraining))]
public sealed partial class The_training_in_the_page(TrainingRun run) : IAsyncLifetime
{
    private const float Patience = 240_000; // The machine may be busy; what is asserted is counted in images.

    private readonly OutputInABrowser _browser = new();

    public ValueTask InitializeAsync() => _browser.StartAsync();

    public ValueTask DisposeAsync() => _browser.DisposeAsync();

    [Fact]
    public async Task Computes_the_loss_the_gradients_and_the_steps_of_TorchSharp()
    {
        (int exitCode, string output) = await NodeJs.RunAsync(
            "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON",
            Repository.PathOf("tests", "MnistCnn.Tests", "Browser", "Scripts", "training", "against-torch.mjs"), run.TorchFile);

        Assert.Equal(0, exitCode);
        foreach (JsonProperty apart in JsonDocument.Parse(output).RootElement.EnumerateObject())
        {
            Assert.True(apart.Value.GetDouble() is >= 0 and < 1e-4, apart.ToString());
        }
    }

    [Fact]
    public async Task Does_nothing_until_it_is_asked_and_shows_a_new_network()
    {
        IPage page = await _browser.OpenAsync(run.Html);

        Assert.Equal(0, await page.EvaluateAsync<int>("performance.getEntriesByType('resource').length"));
        Assert.Empty(page.Workers);
        Assert.Equal("A new network: 5,386 random weights", await ResultAsync(page));
        Assert.Equal(8, await PaintedAsync(page, ".filters canvas"));
        Assert.Equal(24, await PaintedAsync(page, ".wrong canvas"));
        Assert.Empty(_browser.Problems);
    }

    [Fact]
    public async Task Learns_while_its_filters_change_and_its_curves_grow()
    {
        IPage page = await _browser.OpenAsync(run.Html);
        string filters = await PictureAsync(page, ".filters canvas");
        await ClickAsync(page, "Train");
        await WaitForAccuracyAsync(page, 90);
        Assert.Single(page.Workers);
        await ClickAsync(page, "Pause");
        await Button(page, "Train").WaitForAsync();

        int seen = await SeenAsync(page);
        Assert.InRange(seen, 500, 50_000); // It pauses itself after 50 epochs, whatever the clock says.
        Assert.NotEqual(filters, await PictureAsync(page, ".filters canvas"));
        Assert.Equal(2, await page.Locator("svg[role=img][aria-label*='training images'] polyline.heldout").CountAsync());
        string caption = (await page.Locator(".caption").TextContentAsync())!;
        int wrong = int.Parse(Number().Match(caption).Value, CultureInfo.InvariantCulture);
        Assert.Equal(Math.Min(wrong, 24), await page.Locator(".wrong li").CountAsync());
        Assert.StartsWith("Paused. Epoch ", await page.Locator(".said").TextContentAsync(), StringComparison.Ordinal);

        // A pause is one: two frames later nothing has moved. And it goes on from there.
        await page.EvaluateAsync("new Promise(done => setTimeout(done, 300))");
        Assert.Equal(seen, await SeenAsync(page));
        await ClickAsync(page, "Train");
        await page.WaitForFunctionAsync(
            "seen => Number(document.querySelector('[data-browser-training]').shadowRoot.querySelector('.progress').textContent"
            + ".match(/([\\d,]+) images/)[1].replace(',', '')) > seen", seen, new() { Timeout = Patience });
        Assert.Empty(_browser.Problems);
    }

    [Fact]
    public async Task Takes_one_batch_at_a_time_and_begins_again_as_it_began()
    {
        IPage page = await _browser.OpenAsync(run.Html);
        string first = await PictureAsync(page, ".filters canvas, .wrong canvas");
        await StepAsync(page, 32);
        Assert.Equal("Epoch 0.03, batch 1, 32 images", await ProgressAsync(page));
        await page.GetByLabel("Batch size").SelectOptionAsync("8");
        await StepAsync(page, 40);
        string two = await PictureAsync(page, ".filters canvas");

        await ClickAsync(page, "Reset");
        Assert.Equal("A new network: 5,386 random weights", await ResultAsync(page));
        Assert.Equal(first, await PictureAsync(page, ".filters canvas, .wrong canvas"));
        await page.GetByLabel("Batch size").SelectOptionAsync("32");
        await StepAsync(page, 32);
        await page.GetByLabel("Batch size").SelectOptionAsync("8");
        await StepAsync(page, 40);
        Assert.Equal(two, await PictureAsync(page, ".filters canvas"));
    }

    [Fact]
    public async Task Begins_a_new_network_with_other_filters_or_another_seed()
    {
        IPage page = await _browser.OpenAsync(run.Html);
        await StepAsync(page, 32);
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Filters" }).SelectOptionAsync("2");
        Assert.Equal("A new network: 1,138 random weights", await ResultAsync(page));
        Assert.Equal(2, await PaintedAsync(page, ".filters canvas"));
        string filters = await PictureAsync(page, ".filters canvas");
        await page.GetByLabel("Seed").FillAsync("7");
        await page.Keyboard.PressAsync("Enter");
        Assert.NotEqual(filters, await PictureAsync(page, ".filters canvas"));
        await page.GetByLabel("Seed").FillAsync("");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("3", await page.GetByLabel("Seed").InputValueAsync());
        await StepAsync(page, 32);
    }

    [Fact]
    public async Task Stops_and_says_why_if_the_steps_are_too_large()
    {
        IPage page = await _browser.OpenAsync(run.Html);
        await page.GetByLabel("Learning rate").SelectOptionAsync("10");
        await ClickAsync(page, "Train");
        await page.Locator(".failure", new() { HasText = "smaller learning rate" }).WaitForAsync(new() { Timeout = Patience });
        await Button(page, "Train").WaitForAsync();
        Assert.InRange(await SeenAsync(page), 1, 3000);

        await page.GetByLabel("Learning rate").SelectOptionAsync("0.02");
        await ClickAsync(page, "Reset");
        Assert.False(await page.Locator(".failure").IsVisibleAsync());
        await ClickAsync(page, "Train");
        await WaitForAccuracyAsync(page, 60);
    }

    [Theory]
    [InlineData("throw new Error('refused')")]
    [InlineData("setTimeout(() => this.onerror(new Event('error')))")]
    public async Task Trains_in_the_page_where_workers_are_refused(string refusal)
    {
        string refused = "<script>Worker = class { postMessage() { } terminate() { } "
            + $"constructor() {{ {refusal} }} }};</script>";
        IPage page = await _browser.OpenAsync(refused + run.Html);
        await StepAsync(page, 32);
        await ClickAsync(page, "Train");
        await WaitForAccuracyAsync(page, 60);
        await ClickAsync(page, "Pause");
        await Button(page, "Train").WaitForAsync();
        Assert.Empty(page.Workers);
        Assert.Empty(_browser.Problems);
    }

    [Fact]
    public async Task Ends_its_worker_when_the_output_is_removed()
    {
        IPage page = await _browser.OpenAsync(run.Html);
        await ClickAsync(page, "Train");
        await page.WaitForFunctionAsync(
            "document.querySelector('[data-browser-training]').shadowRoot.querySelector('.progress').textContent !== ''");
        IWorker worker = Assert.Single(page.Workers);
        var closed = new TaskCompletionSource();
        worker.Close += (_, _) => closed.TrySetResult();
        await page.EvaluateAsync("window.kept = document.querySelector('[data-browser-training]'); kept.remove()");
        await closed.Task.WaitAsync(TimeSpan.FromMilliseconds(Patience), TestContext.Current.CancellationToken);
        await page.EvaluateAsync("document.body.append(kept)");
        Assert.Equal("A new network: 5,386 random weights", await ResultAsync(page));
        await StepAsync(page, 32);
    }

    [Fact]
    public async Task Two_on_a_page_are_two_and_a_script_that_runs_again_changes_nothing()
    {
        IPage page = await _browser.OpenAsync(run.Html, copies: 2);
        await page.EvaluateAsync(
            """
            document.querySelectorAll('script').forEach(old => {
              const again = document.createElement('script');
              again.textContent = old.textContent;
              old.replaceWith(again);
            })
            """);
        await page.GetByRole(AriaRole.Button, new() { Name = "One batch" }).Nth(1).ClickAsync();
        await WaitForImagesAsync(page, 32);
        Assert.Equal("A new network: 5,386 random weights", await page.Locator(".result strong").First.TextContentAsync());
        Assert.Equal("", await page.Locator(".progress").First.TextContentAsync());
        Assert.Equal(2, await page.Locator(".play").CountAsync());
        Assert.Empty(_browser.Problems);
    }

    [Fact]
    public async Task Can_be_used_with_the_keyboard_alone()
    {
        IPage page = await _browser.OpenAsync(run.Html);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Space");
        await WaitForImagesAsync(page, 32);
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("ArrowDown");
        Assert.Equal("0.05", await page.GetByLabel("Learning rate").InputValueAsync());
        Assert.Equal(["Learning rate", "Batch size", "Dropout", "Filters", "Seed"],
            await page.Locator("label").EvaluateAllAsync<string[]>("all => all.map(label => label.firstChild.textContent)"));
    }

    [Fact]
    public async Task Fits_a_phone_and_obeys_a_finger()
    {
        IPage page = await _browser.OpenAsync(run.Html, new()
        {
            Offline = true, HasTouch = true, IsMobile = true, ViewportSize = new() { Width = 390, Height = 700 },
            ReducedMotion = ReducedMotion.Reduce,
        });
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 390);
        await Button(page, "Train").TapAsync();
        await WaitForAccuracyAsync(page, 60);
        await Button(page, "Pause").TapAsync();
        await Button(page, "Train").WaitForAsync();
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 390);
    }

    [Theory]
    [InlineData("#ffffff", "#1f2328")]
    [InlineData("#17191d", "#e3e0d9")]
    public async Task Takes_the_colours_of_the_page(string ground, string ink)
    {
        IPage page = await _browser.OpenAsync(run.Html, style: $"body {{ background: {ground}; color: {ink}; }}");
        string[] colors = await page.EvaluateAsync<string[]>(
            """
            () => [...document.querySelector('[data-browser-training]').shadowRoot
              .querySelectorAll('p, label, select, input, figcaption, li, button:not(.play)')]
              .map(element => getComputedStyle(element).color)
            """);
        Assert.Equal([await page.EvaluateAsync<string>("getComputedStyle(document.body).color")], colors.Distinct());
    }

    [Fact]
    public async Task Shows_digits_and_a_sentence_where_no_script_runs()
    {
        IPage page = await _browser.OpenAsync(run.Html, new() { Offline = true, JavaScriptEnabled = false });
        Assert.Equal(12 * 28, await page.Locator("img").EvaluateAsync<int>("picture => picture.naturalWidth"));
        Assert.StartsWith("A network to train in the page, on 1,000 images; 200 are held out, the first of them above.",
            await page.Locator("[data-browser-training] p").TextContentAsync(), StringComparison.Ordinal);
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name });

    private static Task ClickAsync(IPage page, string name) => Button(page, name).ClickAsync();

    private static async Task StepAsync(IPage page, int seen)
    {
        await ClickAsync(page, "One batch");
        await WaitForImagesAsync(page, seen);
    }

    private static Task WaitForImagesAsync(IPage page, int seen) =>
        page.Locator(".progress", new() { HasText = $" {seen} images" }).WaitForAsync(new() { Timeout = Patience });

    private static async Task WaitForAccuracyAsync(IPage page, int percent) => await page.WaitForFunctionAsync(
        "percent => parseFloat(document.querySelector('[data-browser-training]').shadowRoot"
        + ".querySelector('.result strong').textContent) >= percent", percent, new() { Timeout = Patience });

    private static async Task<string> ResultAsync(IPage page) => (await page.Locator(".result strong").TextContentAsync())!;

    /// <summary>How far it is, without the seconds.</summary>
    private static async Task<string> ProgressAsync(IPage page) =>
        Seconds().Replace((await page.Locator(".progress").TextContentAsync())!, "");

    private static async Task<int> SeenAsync(IPage page) => int.Parse(
        Images().Match(await ProgressAsync(page)).Groups["count"].Value,
        NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static Task<string> PictureAsync(IPage page, string canvases) => page.EvaluateAsync<string>(
        "canvases => [...document.querySelector('[data-browser-training]').shadowRoot.querySelectorAll(canvases)]"
        + ".map(canvas => canvas.toDataURL()).join()", canvases);

    /// <summary>How many of these show something.</summary>
    private static Task<int> PaintedAsync(IPage page, string canvases) => page.EvaluateAsync<int>(
        """
        canvases => [...document.querySelector('[data-browser-training]').shadowRoot.querySelectorAll(canvases)]
          .filter(canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data
            .some((value, i) => i % 4 < 3 && value < 200)).length
        """, canvases);

    [GeneratedRegex(@", [\d.]+ s$", RegexOptions.None, 10_000)]
    private static partial Regex Seconds();

    [GeneratedRegex(@"(?<count>[\d,]+) images", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Images();

    [GeneratedRegex(@"\d+", RegexOptions.None, 10_000)]
    private static partial Regex Number();
}
