namespace NotebookRunner.Pages;

/// <summary>The places of a page where plotly.js draws a figure, each with an id of its own.</summary>
internal sealed class FigurePlaces
{
    private int _count;

    /// <summary>The HTML of one more place.</summary>
    /// <param name="json">The figure.</param>
    /// <param name="words">What a reader learns who cannot see it.</param>
    public string Add(string json, string words)
    {
        string id = Invariant($"output-figure-{++_count}");
        string escaped = HtmlText.Escape(words);
        return $"""
            <figure class="out figure" id="{id}" role="img" aria-label="{escaped}"><noscript>{escaped}</noscript></figure>
            <script type="application/json" data-figure="{id}">{HtmlText.GuardJson(json)}</script>

            """;
    }
}
