using Microsoft.Playwright;
using Xunit;

namespace Notebooks.Tests;

/// <summary>The system's Chromium.</summary>
internal static class InstalledBrowser
{
    /// <summary>Where it is; null where there is none.</summary>
    public static string? Path { get; } =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    /// <summary>Starts it; without one the test is skipped with the reason.</summary>
    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        SkipWithout();
        return await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
    }

    public static void SkipWithout() =>
        Assert.SkipWhen(Path is null, "No Chromium or Chrome is installed (apt-get install chromium).");
}
