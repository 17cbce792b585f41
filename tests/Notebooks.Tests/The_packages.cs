using System.Text.Json.Nodes;
using System.Xml.Linq;
using Xunit;

namespace Notebooks.Tests;

/// <summary>Every package, with all that it needs, has a version and a checksum that a restore must find again.</summary>
public class The_packages
{
    private static readonly Dictionary<string, string> s_versions = XDocument.Load(Repository.PathOf("Directory.Packages.props"))
        .Descendants("PackageVersion").ToDictionary(
            item => item.Attribute("Include")!.Value, item => item.Attribute("Version")!.Value, StringComparer.OrdinalIgnoreCase);

    public static TheoryData<string> Projects =>
        [.. XDocument.Load(Repository.PathOf("MnistCnn.slnx")).Descendants("Project")
            .Select(project => project.Attribute("Path")!.Value)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Of_every_project_are_locked_to_the_versions_that_are_named_centrally(string project)
    {
        string file = Path.Combine(Path.GetDirectoryName(Repository.PathOf(project.Split('/')))!, "packages.lock.json");
        JsonObject frameworks = JsonNode.Parse(File.ReadAllText(file))!["dependencies"]!.AsObject();
        KeyValuePair<string, JsonNode?>[] packages = [.. frameworks.SelectMany(framework => framework.Value!.AsObject())
            .Where(package => Text(package, "type") != "Project")];
        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Equal(64, Convert.FromBase64String(Text(package, "contentHash")!).Length));
        Assert.All(
            packages.Where(package => s_versions.ContainsKey(package.Key)),
            package => Assert.Equal(s_versions[package.Key], Text(package, "resolved")));
        string[] direct = [.. packages.Where(package => Text(package, "type") == "Direct")
            .Select(package => package.Key).Order(StringComparer.OrdinalIgnoreCase)];
        string[] referenced =
        [
            .. XDocument.Load(Repository.PathOf(project.Split('/')))
                .Descendants("PackageReference").Select(item => item.Attribute("Include")!.Value)
                .Append("Meziantou.Analyzer").Order(StringComparer.OrdinalIgnoreCase),
        ];
        Assert.Equal(referenced, direct.Where(name => s_versions.ContainsKey(name)));
    }

    [Fact]
    public void Are_restored_in_locked_mode_where_continuous_integration_builds() =>
        Assert.Contains("RestoreLockedMode=true", File.ReadAllText(Repository.PathOf(".ci", "run")), StringComparison.Ordinal);

    private static string? Text(KeyValuePair<string, JsonNode?> package, string name) => package.Value![name]?.GetValue<string>();
}
