using Microsoft.Playwright;

namespace NotebookRunner.Tests.Pages;

/// <summary>An open page, and what went wrong in it.</summary>
public sealed record OpenPage(IBrowserContext Context, IPage Page, IReadOnlyList<string> Problems) : IAsyncDisposable
{
    /// <summary>Scrolls through the page, as a reader does, so that everything is drawn.</summary>
    public Task ReadAsync() => ReadAsync(Page);

    public static Task ReadAsync(IPage page) => page.EvaluateAsync(
        """
        async () => {
          for (let y = 0; y < document.body.scrollHeight; y += 500) {
            scrollTo({ top: y, behavior: 'instant' });
            await new Promise(r => setTimeout(r, 30));
          }
          for (let i = 0; i < 100 && document.querySelectorAll('figure.figure:not(:has(svg.main-svg))').length; i++) {
            await new Promise(r => setTimeout(r, 50));
          }
          // A frame has been laid out, and what watches sizes has been told of it.
          await new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)));
        }
        """);

    public async ValueTask DisposeAsync() => await Context.DisposeAsync();
}
