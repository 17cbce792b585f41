namespace NotebookRunner.Pages;

/// <summary>The places of a page where plotly.js draws a figure, each with an id of its own.</summary>
internal sealed class FigurePlaces
{
    private int _count;

    /// <summary>The HTML of one more place.</summary>
    /// <param name="json">The figure.</param>
    /// <param name="words">What a reader learns who cannot see it.</param>
    /// <param name="png">A picture of it in base64, for browsers that run no scripts; null where there is none.</param>
    public string Add(string json, string words, string? png = null)
    {
        string id = Invariant($"output-figure-{++_count}");
        string escaped = HtmlText.Escape(words);
        string picture = png is null ? escaped : $"<img alt=\"{escaped}\" src=\"data:image/png;base64,{png.Trim()}\">";
        return $"""
            <figure class="out figure" id="{id}" role="img" aria-label="{escaped}"><noscript>{picture}</noscript></figure>
            <script type="application/json" data-figure="{id}">{HtmlText.GuardJson(json)}</script>

            """;
    }
}
