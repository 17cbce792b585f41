using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MnistCnn;
using Xunit;

namespace MnistCnn.Tests.Charts;

/// <summary>Every figure on white and on dark paper: lines and markers are seen (3 : 1), text is legible (4.5 : 1).</summary>
public class FigureContrastTests
{
    public static TheoryData<string, string> FiguresOnPapers() => new(
        from name in FigureJsonTests.Names
        from paper in (string[])["#FFFFFF", "#FDFCF9", "#1E1E1E", "#17191D"]
        select (name.Data, paper));

    [Theory]
    [MemberData(nameof(FiguresOnPapers))]
    public void A_figure_is_legible_on_a_paper(string name, string paper)
    {
        Contrast.Color below = Contrast.Color.Parse(paper);
        JsonNode figure = JsonNode.Parse(FigureJsonTests.Draw(name).PlotlyJson)!;
        if (below.Luminance < 0.5 && figure["layout"]!["meta"]?["dark"] is JsonObject dark)
        {
            foreach ((string path, JsonNode? value) in dark)
            {
                Set(figure, path.Split('.'), value!);
            }
        }

        string[] faint =
        [
            .. Colors(figure).Distinct()
                .Select(found => (found, Seen: Contrast.Of(Contrast.Color.Parse(found.Color).On(below), below)))
                .Where(found => found.Seen < (found.found.IsText ? 4.5 : 3))
                .Select(found => $"{found.found.Color}: {found.Seen:0.00} of {found.found.What}"),
        ];
        Assert.Empty(faint);
    }

    [Fact]
    public void A_faint_colour_is_found()
    {
        JsonNode figure = JsonNode.Parse(
            """{"data":[{"type":"scatter","mode":"lines","line":{"color":"#A8B4C0","width":2}}],"layout":{}}""")!;
        (string color, _, _) = Assert.Single(Colors(figure));
        Assert.InRange(Contrast.Of(Contrast.Color.Parse(color), Contrast.Color.Parse("#FFFFFF")), 2, 2.2);
    }

    /// <summary>
    /// The colours of what is told apart by seeing it. Not those of cells and of bands around a curve, which carry a number or
    /// a line of their own, nor of a picture, which brings its own paper.
    /// </summary>
    private static IEnumerable<(string Color, bool IsText, string What)> Colors(JsonNode figure)
    {
        foreach (JsonNode? trace in figure["data"]!.AsArray())
        {
            string mode = (string?)trace!["mode"] ?? "";
            bool isBar = (string?)trace["type"] == "bar";
            if (mode.Contains("lines", StringComparison.Ordinal) && (double?)trace["line"]?["width"] > 0)
            {
                yield return ((string)trace["line"]!["color"]!, false, "a line");
            }

            JsonNode? marker = trace["marker"];
            bool isMarked = isBar || mode.Contains("markers", StringComparison.Ordinal);
            if (isMarked && (double?)marker?["opacity"] != 0 && marker?["colorscale"] is null)
            {
                // A marker with an outline is seen by it.
                foreach (string color in Texts(marker!["line"]?["color"] ?? marker["color"]))
                {
                    yield return (color, false, "a marker");
                }
            }
        }

        JsonNode layout = figure["layout"]!;
        foreach (JsonNode? shape in layout["shapes"]?.AsArray() ?? [])
        {
            yield return ((string)shape!["line"]!["color"]!, false, "a shape");
        }

        foreach (JsonNode? words in layout["annotations"]?.AsArray() ?? [])
        {
            foreach (string color in Texts(words!["font"]?["color"]))
            {
                yield return (color, true, "text");
            }
        }

        // Signs in the colour of what they name.
        foreach (Match sign in Regex.Matches(layout.ToJsonString(), "color:(?<color>#[0-9A-F]{6})", RegexOptions.NonBacktracking))
        {
            yield return (sign.Groups["color"].Value, false, "a sign");
        }
    }

    private static IEnumerable<string> Texts(JsonNode? value) =>
        value is JsonArray several ? several.Select(one => (string)one!) : value is null ? [] : [(string)value!];

    private static void Set(JsonNode target, string[] path, JsonNode value)
    {
        foreach (string step in path[..^1])
        {
            target = (target is JsonArray items ? items[int.Parse(step, null)] : target[step])!;
        }

        target[path[^1]] = value.DeepClone();
    }
}
