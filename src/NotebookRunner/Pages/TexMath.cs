using System.Text;
using System.Text.RegularExpressions;

namespace NotebookRunner.Pages;

/// <summary>
/// Writes the TeX that the notebooks use as MathML, which browsers draw by themselves: letters, numbers, operators, sub- and
/// superscripts, <c>\times</c>, <c>\sum</c>, <c>\ldots</c>, <c>\ln</c> and spaces. A formula with anything else in it is
/// shown as its TeX.
/// </summary>
internal static partial class TexMath
{
    /// <summary>The formula as MathML, or as TeX where it holds something that is not known here.</summary>
    public static string ToHtml(string tex, bool display)
    {
        string escaped = HtmlText.Escape(tex.Trim());
        try
        {
            string body = new Parser(tex).ParseAll();
            return $"<math display=\"{(display ? "block" : "inline")}\" aria-label=\"{escaped}\"><mrow>{body}</mrow></math>";
        }
        catch (FormatException)
        {
            return $"<code class=\"tex\">{escaped}</code>";
        }
    }

    /// <summary>What TeX reads at once: a command, a number or a sign.</summary>
    [GeneratedRegex(
        @"\G\s*(?<token>\\([A-Za-z]+|.)|[0-9]+(\.[0-9]+)?|\S)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();

    /// <summary>The same where it is a script without braces: of a number one digit.</summary>
    [GeneratedRegex(@"\G\s*(?<token>\\([A-Za-z]+|.)|\S)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ScriptToken();

    private sealed class Parser(string tex)
    {
        /// <summary>No formula is nested as deeply, and the stack would not hold one of a hundred thousand braces.</summary>
        private const int MaxNesting = 100;

        private int _position;
        private int _nesting;

        /// <summary>The sign that comes next; null at the end.</summary>
        private char? Next => tex.AsSpan(_position).TrimStart() is [var sign, ..] ? sign : null;

        public string ParseAll()
        {
            string body = ParseRow();
            return Next is null ? body : throw Unknown();
        }

        private static FormatException Unknown() => new("The formula holds something that is not known here.");

        private string ParseRow()
        {
            var row = new StringBuilder();
            while (Next is not (null or '}'))
            {
                row.Append(ParseScripted());
            }

            return row.ToString();
        }

        private string ParseScripted()
        {
            string atom = ParseAtom(Token());
            (string? below, string? above) = (null, null);
            while ((Next == '_' && below is null) || (Next == '^' && above is null))
            {
                (below, above) = Take(Token()) == "_" ? (ParseAtom(ScriptToken()), above) : (below, ParseAtom(ScriptToken()));
            }

            return (below, above) switch
            {
                (null, null) => atom,
                ({ }, null) => $"<msub>{atom}{below}</msub>",
                (null, { }) => $"<msup>{atom}{above}</msup>",
                _ => $"<msubsup>{atom}{below}{above}</msubsup>",
            };
        }

        private string ParseAtom(Regex tokens) => Take(tokens) switch
        {
            "{" => ParseGroup(),
            "-" => "<mo stretchy=\"false\">−</mo>",
            "\\times" => "<mo>×</mo>",
            "\\sum" => "<mo>∑</mo>",
            "\\ldots" => "<mo>…</mo>",
            "\\ln" => "<mi>ln</mi><mspace width=\"0.17em\"/>",
            "\\," => "<mspace width=\"0.17em\"/>",
            "\\quad" => "<mspace width=\"1em\"/>",
            "\\qquad" => "<mspace width=\"2em\"/>",
            ['\\' or '}' or '_' or '^' or '&' or '#' or '%' or '$' or '~' or '\'', ..] => throw Unknown(),
            [>= '0' and <= '9', ..] number => $"<mn>{number}</mn>",
            [var half] when char.IsSurrogate(half) => throw Unknown(),
            [var letter] when char.IsLetter(letter) => $"<mi>{letter}</mi>",
            var sign => $"<mo stretchy=\"false\">{HtmlText.Escape(sign)}</mo>",
        };

        private string ParseGroup()
        {
            string body = ++_nesting < MaxNesting ? ParseRow() : throw Unknown();
            _nesting--;
            return Next is not null && Take(Token()) is "}" ? $"<mrow>{body}</mrow>" : throw Unknown();
        }

        private string Take(Regex tokens)
        {
            Match match = tokens.Match(tex, _position);
            _position = match.Success ? match.Index + match.Length : throw Unknown();
            return match.Groups["token"].Value;
        }
    }
}
