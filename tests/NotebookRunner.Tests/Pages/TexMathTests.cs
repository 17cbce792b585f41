using NotebookRunner.Pages;
using Xunit;

namespace NotebookRunner.Tests.Pages;

public class TexMathTests
{
    [Theory]
    [InlineData("k - 1", "<mi>k</mi><mo stretchy=\"false\">−</mo><mn>1</mn>")]
    [InlineData(@"k \times k", "<mi>k</mi><mo>×</mo><mi>k</mi>")]
    [InlineData(@"-\ln p", "<mo stretchy=\"false\">−</mo><mi>ln</mi><mspace width=\"0.17em\"/><mi>p</mi>")]
    [InlineData(@"\sum_j z_0 \ldots",
        "<msub><mo>∑</mo><mi>j</mi></msub><msub><mi>z</mi><mn>0</mn></msub><mo>…</mo>")]
    [InlineData("n_i", "<msub><mi>n</mi><mi>i</mi></msub>")]
    [InlineData("k^2", "<msup><mi>k</mi><mn>2</mn></msup>")]
    [InlineData("x^23", "<msup><mi>x</mi><mn>2</mn></msup><mn>3</mn>")]
    [InlineData("x_{i}^{2.5}", "<msubsup><mi>x</mi><mrow><mi>i</mi></mrow><mrow><mn>2.5</mn></mrow></msubsup>")]
    [InlineData(@"a\,b\quad c\qquad d",
        "<mi>a</mi><mspace width=\"0.17em\"/><mi>b</mi><mspace width=\"1em\"/><mi>c</mi><mspace width=\"2em\"/><mi>d</mi>")]
    [InlineData("a < b", "<mi>a</mi><mo stretchy=\"false\">&lt;</mo><mi>b</mi>")]
    public void What_the_notebooks_use_becomes_MathML(string tex, string body) =>
        Assert.EndsWith($"><mrow>{body}</mrow></math>", TexMath.ToHtml(tex, display: false), StringComparison.Ordinal);

    [Theory]
    [InlineData(@"\frac{a}{b}")]
    [InlineData(@"\alpha")]
    [InlineData("\\")]
    [InlineData("{a")]
    [InlineData("a}")]
    [InlineData("x_")]
    [InlineData("_x")]
    [InlineData("x_1_2")]
    [InlineData("x^{y")]
    [InlineData("a & b")]
    public void Anything_else_is_shown_as_its_text(string tex) =>
        Assert.Equal($"<code class=\"tex\">{HtmlText.Escape(tex)}</code>", TexMath.ToHtml(tex, display: true));
}
