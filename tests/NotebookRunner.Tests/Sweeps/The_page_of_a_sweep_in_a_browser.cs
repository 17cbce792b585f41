using Microsoft.Playwright;
using NotebookRunner.Tests.Pages;
using Xunit;

namespace NotebookRunner.Tests.Sweeps;

[Collection(nameof(SweepFolder))]
public class The_page_of_a_sweep_in_a_browser(SweepFolder swept)
{
    [Fact]
    public async Task Sorts_by_the_head_that_is_clicked_or_chosen_by_key_and_draws_offline()
    {
        PageInBrowser.SkipWithoutBrowser();
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser =
            await playwright.Chromium.LaunchAsync(new() { ExecutablePath = PageInBrowser.BrowserPath, Args = ["--disable-gpu"] });
        IPage page = await browser.NewPageAsync(new() { Offline = true, ViewportSize = new() { Width = 390, Height = 800 } });
        List<string> problems = [];
        page.Console += (_, message) => { if (message.Type is "error" or "warning") { problems.Add(message.Text); } };
        page.PageError += (_, error) => problems.Add(error);
        await page.GotoAsync(new Uri(swept.PagePath).AbsoluteUri);

        ILocator table = page.Locator("table.compare").First;
        Assert.Equal(["1", "2", "3", "4"], await Column(table, 0));
        await table.GetByRole(AriaRole.Button, new() { Name = "score" }).ClickAsync();

        // As numbers: 80 before 97; equal ones keep their order.
        Assert.Equal(["80", "80", "97", "97"], await Column(table, 3));
        Assert.Equal(["3", "4", "1", "2"], await Column(table, 0));
        ILocator head = table.GetByRole(AriaRole.Columnheader, new() { Name = "score" });
        Assert.Equal("ascending", await head.GetAttributeAsync("aria-sort"));
        Assert.Equal(1, await table.Locator("th[aria-sort]").CountAsync());

        await table.GetByRole(AriaRole.Button, new() { Name = "size" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal(["20", "20", "3", "3"], await Column(table, 1));
        Assert.Equal("descending",
            await table.GetByRole(AriaRole.Columnheader, new() { Name = "size" }).GetAttributeAsync("aria-sort"));
        await table.GetByRole(AriaRole.Button, new() { Name = "failure" }).ClickAsync();
        Assert.StartsWith("System.InvalidOperationException", (await Column(table, 6))[0],
            StringComparison.Ordinal); // What is empty comes last.

        // The script may run again, and the page never scrolls sideways.
        await page.AddScriptTagAsync(
            new() { Content = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "sortable-table.js")) });
        Assert.Equal(7, await table.GetByRole(AriaRole.Button).CountAsync());
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= 390);
        await page.Locator("figure.figure").ScrollIntoViewIfNeededAsync();
        await page.Locator("figure.figure svg.main-svg").First.WaitForAsync();
        Assert.Equal(8, await page.Locator("figure.figure .scatterlayer .js-line").CountAsync());
        Assert.Empty(problems);
    }

    [Fact]
    public Task Keeps_nobody_out() => Axe.FindsNothingOnAsync(swept.PagePath);

    private static async Task<string[]> Column(ILocator table, int column) =>
        await table.EvaluateAsync<string[]>(
            "(table, column) => [...table.tBodies[0].rows].map(row => row.cells[column].textContent)", column);
}
