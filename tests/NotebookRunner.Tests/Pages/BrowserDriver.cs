using System.Reflection;
using System.Runtime.CompilerServices;

namespace NotebookRunner.Tests.Pages;

/// <summary>Lets Playwright start its driver from the package's folder.</summary>
internal static class BrowserDriver
{
    [ModuleInitializer]
    internal static void Find() => Environment.SetEnvironmentVariable(
        "PLAYWRIGHT_DRIVER_SEARCH_PATH",
        typeof(BrowserDriver).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => string.Equals(attribute.Key, "BrowserDriverFolder", StringComparison.Ordinal)).Value);
}
