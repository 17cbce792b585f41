using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Pages;

/// <summary>Renders Markdown cells, and collects their headings on the way.</summary>
/// <param name="notebookFolder">Where the notebook's relative links start.</param>
/// <param name="pageFolder">Where the page's links start.</param>
internal sealed class MarkdownRenderer(string notebookFolder, string pageFolder)
{
    private const long MaxImageBytes = 1_500_000;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UseAdvancedExtensions().Build();

    private static readonly MarkdownPipeline PrecisePipeline =
        new MarkdownPipelineBuilder().UseAdvancedExtensions().UsePreciseSourceLocation().Build();

    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<Heading> _headings = [];

    /// <summary>The headings so far.</summary>
    public IReadOnlyList<Heading> Headings => _headings;

    /// <summary>The cell as HTML in which nothing can run; its plain text where it is nested too deeply.</summary>
    public string Render(Cell cell)
    {
        try
        {
            if (HtmlCleaner.Clean(ToHtml(cell)) is { } html)
            {
                return html;
            }
        }
        catch (ArgumentException)
        {
            // What Markdig says of text that is nested deeper than it goes.
        }

        return $"<pre>{HtmlText.Escape(cell.Source)}</pre>\n";
    }

    /// <summary>The cell as Markdown whose relative links and attached pictures are found from the page's folder.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="attachment">Gives a picture that the cell carries another address than its own.</param>
    public string Retargeted(Cell cell, Func<string, string> attachment)
    {
        var source = new StringBuilder(cell.Source);
        foreach (LinkInline link in Markdown.Parse(cell.Source, PrecisePipeline).Descendants<LinkInline>()
            .Where(link => !link.UrlSpan.IsEmpty).OrderByDescending(link => link.UrlSpan.Start))
        {
            string url = source.ToString(link.UrlSpan.Start, link.UrlSpan.Length);
            string address = url.StartsWith("attachment:", StringComparison.Ordinal)
                ? attachment(EmbedImage(url, cell))
                : notebookFolder == pageFolder ? url : Retarget(url);
            source.Remove(link.UrlSpan.Start, link.UrlSpan.Length).Insert(link.UrlSpan.Start, address);
        }

        return source.ToString();
    }

    private string ToHtml(Cell cell)
    {
        MarkdownDocument document = Markdown.Parse(cell.Source, Pipeline);
        foreach (HeadingBlock block in document.Descendants<HeadingBlock>())
        {
            var heading = new Heading(block.Level, UniqueId(PlainText(block.Inline)), PlainText(block.Inline));
            block.GetAttributes().Id = heading.Id;
            _headings.Add(heading);
        }

        foreach (LinkInline link in document.Descendants<LinkInline>())
        {
            link.Url = link.IsImage ? EmbedImage(link.Url ?? "", cell) : Retarget(link.Url ?? "");
        }

        using var writer = new StringWriter(CultureInfo.InvariantCulture);
        var renderer = new HtmlRenderer(writer);
        Pipeline.Setup(renderer);
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlMathInlineRenderer>(new InlineMath());
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlMathBlockRenderer>(new BlockMath());
        renderer.ObjectRenderers.ReplaceOrAdd<CodeBlockRenderer>(new CodeBlocks());
        renderer.ObjectRenderers.ReplaceOrAdd<HtmlTableRenderer>(new ScrollingTable());
        renderer.Render(document);
        return writer.ToString();
    }

    private static string PlainText(ContainerInline? inline)
    {
        var text = new StringBuilder();
        foreach (Inline part in inline?.Descendants() ?? [])
        {
            _ = part switch
            {
                LiteralInline literal => text.Append(literal.Content.AsSpan()),
                CodeInline code => text.Append(code.Content),
                HtmlEntityInline entity => text.Append(entity.Transcoded.AsSpan()),
                MathInline math => text.Append(math.Content.AsSpan()),
                LineBreakInline => text.Append(' '),
                _ => text,
            };
        }

        return text.ToString().Trim();
    }

    /// <summary>The anchor that GitHub and Jupyter give a heading, so that the notebook's own links work.</summary>
    private string UniqueId(string heading)
    {
        string id = string.Concat(heading.ToLowerInvariant()
            .Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' ? c.ToString() : c == ' ' ? "-" : ""));
        id = id.Length == 0 ? "section" : id;
        string unique = id;
        for (int copy = 1; !_ids.Add(unique); copy++)
        {
            unique = Invariant($"{id}-{copy}");
        }

        return unique;
    }

    private string EmbedImage(string url, Cell cell)
    {
        if (url.StartsWith("attachment:", StringComparison.Ordinal))
        {
            var attachment =
                (cell.Json["attachments"] as JsonObject)?[Uri.UnescapeDataString(url["attachment:".Length..])] as JsonObject;
            return attachment?.FirstOrDefault() is { Value: JsonValue data } image && data.TryGetValue(out string? base64)
                ? $"data:{image.Key};base64,{base64}"
                : url;
        }

        if (LocalFile(url) is not { } path || ImageType(path) is not { } type
            || new FileInfo(path) is not { Exists: true, Length: <= MaxImageBytes })
        {
            return Retarget(url);
        }

        return $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(path))}";
    }

    /// <summary>
    /// A relative link, as it must read from the page's folder; unchanged where that would name folders of the machine.
    /// </summary>
    private string Retarget(string url)
    {
        int fragment = url.IndexOf('#', StringComparison.Ordinal);
        string tail = fragment < 0 ? "" : url[fragment..];
        return LocalFile(fragment < 0 ? url : url[..fragment]) is { } path && AddressOf(path) is { } address
            ? address + tail
            : url;
    }

    private string? AddressOf(string path)
    {
        string relative = Path.GetRelativePath(pageFolder, path);
        string[] steps = relative.Split(Path.DirectorySeparatorChar);
        string shared = Path.GetFullPath(Path.Combine([pageFolder, .. steps.TakeWhile(step => step is "..")]));
        bool names = Path.IsPathRooted(relative)
            || (steps[0] is ".." && MachineFolders.Contains(Path.TrimEndingDirectorySeparator(shared)));
        return names ? null : string.Join('/', steps.Select(Uri.EscapeDataString));
    }

    private string? LocalFile(string url) =>
        url.Length == 0 || url[0] is '#' or '/' || Uri.TryCreate(url, UriKind.Absolute, out _)
            ? null
            : Path.GetFullPath(Path.Combine(notebookFolder, Uri.UnescapeDataString(url)));

    private static string? ImageType(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PNG" => "image/png",
        ".JPG" or ".JPEG" => "image/jpeg",
        ".GIF" => "image/gif",
        ".SVG" => "image/svg+xml",
        ".WEBP" => "image/webp",
        _ => null,
    };

    private sealed class InlineMath : HtmlObjectRenderer<MathInline>
    {
        protected override void Write(HtmlRenderer renderer, MathInline obj) =>
            renderer.Write(TexMath.ToHtml(obj.Content.ToString(), display: obj.DelimiterCount > 1));
    }

    private sealed class BlockMath : HtmlObjectRenderer<MathBlock>
    {
        protected override void Write(HtmlRenderer renderer, MathBlock obj) =>
            renderer.Write("<div class=\"formula\">").Write(TexMath.ToHtml(obj.Lines.ToString(), display: true))
                .Write("</div>\n");
    }

    private sealed class CodeBlocks : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock obj)
        {
            bool isCSharp = obj is FencedCodeBlock { Info: "csharp" or "cs" or "c#" or "C#" };
            renderer.Write("<pre class=\"code\"><code>")
                .Write(CSharpHighlighter.LinesOf(obj.Lines.ToString(), isCSharp))
                .Write("</code></pre>\n");
        }
    }

    private sealed class ScrollingTable : HtmlTableRenderer
    {
        protected override void Write(HtmlRenderer renderer, Table table)
        {
            // Markdown has no table without heads; empty ones say nothing.
            if (table[0] is TableRow { IsHeader: true } head && !head.Descendants<Inline>().Any())
            {
                table.RemoveAt(0);
            }

            renderer.Write("<div class=\"scroll\">");
            base.Write(renderer, table);
            renderer.Write("</div>\n");
        }
    }
}

/// <summary>A heading of the page.</summary>
/// <param name="Level">1 for the largest.</param>
/// <param name="Id">The anchor.</param>
/// <param name="Text">The heading in plain text.</param>
internal sealed record Heading(int Level, string Id, string Text);
