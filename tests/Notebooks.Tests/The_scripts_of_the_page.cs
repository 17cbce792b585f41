using Xunit;

namespace Notebooks.Tests;

/// <summary>The modules that compute in the page, each by itself, by Node.js's own test runner.</summary>
public sealed class The_scripts_of_the_page
{
    public static TheoryData<string> Files() => [.. Directory
        .EnumerateFiles(Repository.PathOf("tests", "MnistCnn.Tests", "Browser"), "*.test.mjs", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Repository.PathOf("tests"), file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Pass_their_own_tests(string file)
    {
        (int exitCode, string output) = await NodeJs.RunAsync(
            "--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", "--test", "--test-reporter=spec", Repository.PathOf("tests", file));

        Assert.True(exitCode == 0, output);
        Assert.Matches(@"(?m)^ℹ pass [1-9]", output);
    }
}
