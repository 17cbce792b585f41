using System.Text;

namespace NotebookRunner.Pages;

/// <summary>
/// Writes the everyday part of TeX's mathematics as MathML, which browsers draw by themselves: letters, Greek, sub- and
/// superscripts, fractions, roots, sums, relations, accents, text, named functions. A formula with anything else in it is shown as its TeX.
/// </summary>
internal static class TexMath
{
    private static readonly Dictionary<string, string> Identifiers = new(StringComparer.Ordinal)
    {
        ["alpha"] = "α", ["beta"] = "β", ["gamma"] = "γ", ["delta"] = "δ", ["epsilon"] = "ϵ", ["varepsilon"] = "ε", ["zeta"] = "ζ",
        ["eta"] = "η", ["theta"] = "θ", ["vartheta"] = "ϑ", ["iota"] = "ι", ["kappa"] = "κ", ["lambda"] = "λ", ["mu"] = "μ", ["nu"] = "ν",
        ["xi"] = "ξ", ["pi"] = "π", ["rho"] = "ρ", ["sigma"] = "σ", ["tau"] = "τ", ["upsilon"] = "υ", ["phi"] = "ϕ", ["varphi"] = "φ",
        ["chi"] = "χ", ["psi"] = "ψ", ["omega"] = "ω", ["Gamma"] = "Γ", ["Delta"] = "Δ", ["Theta"] = "Θ", ["Lambda"] = "Λ", ["Xi"] = "Ξ",
        ["Pi"] = "Π", ["Sigma"] = "Σ", ["Phi"] = "Φ", ["Psi"] = "Ψ", ["Omega"] = "Ω", ["infty"] = "∞", ["partial"] = "∂", ["nabla"] = "∇",
        ["ell"] = "ℓ", ["hbar"] = "ℏ", ["emptyset"] = "∅",
    };

    private static readonly Dictionary<string, string> Operators = new(StringComparer.Ordinal)
    {
        ["times"] = "×", ["cdot"] = "⋅", ["div"] = "÷", ["pm"] = "±", ["mp"] = "∓", ["ast"] = "∗", ["star"] = "⋆", ["circ"] = "∘", ["odot"] = "⊙",
        ["oplus"] = "⊕", ["otimes"] = "⊗", ["le"] = "≤", ["leq"] = "≤", ["ge"] = "≥", ["geq"] = "≥", ["ne"] = "≠", ["neq"] = "≠", ["ll"] = "≪",
        ["gg"] = "≫", ["approx"] = "≈", ["sim"] = "∼", ["simeq"] = "≃", ["equiv"] = "≡", ["propto"] = "∝", ["in"] = "∈", ["notin"] = "∉",
        ["subset"] = "⊂", ["subseteq"] = "⊆", ["cup"] = "∪", ["cap"] = "∩", ["setminus"] = "∖", ["forall"] = "∀", ["exists"] = "∃",
        ["to"] = "→", ["rightarrow"] = "→", ["leftarrow"] = "←", ["Rightarrow"] = "⇒", ["Leftarrow"] = "⇐", ["leftrightarrow"] = "↔",
        ["mapsto"] = "↦", ["gets"] = "←", ["mid"] = "∣", ["vert"] = "|", ["Vert"] = "‖", ["|"] = "‖", ["langle"] = "⟨", ["rangle"] = "⟩",
        ["lvert"] = "|", ["rvert"] = "|", ["lVert"] = "‖", ["rVert"] = "‖", ["top"] = "⊤", ["lfloor"] = "⌊", ["rfloor"] = "⌋", ["lceil"] = "⌈", ["rceil"] = "⌉", ["ldots"] = "…", ["dots"] = "…", ["cdots"] = "⋯", ["vdots"] = "⋮",
        ["{"] = "{", ["}"] = "}", ["%"] = "%", ["_"] = "_", ["#"] = "#", ["&"] = "&", ["$"] = "$", ["colon"] = ":", ["prime"] = "′",
        ["int"] = "∫", ["land"] = "∧", ["lor"] = "∨", ["neg"] = "¬",
    };

    private static readonly Dictionary<string, string> LargeOperators = new(StringComparer.Ordinal)
    {
        ["sum"] = "∑", ["prod"] = "∏", ["bigcup"] = "⋃", ["bigcap"] = "⋂",
    };

    private static readonly HashSet<string> Functions = new(StringComparer.Ordinal)
    {
        "log", "ln", "exp", "sin", "cos", "tan", "tanh", "max", "min", "arg", "argmax", "argmin", "lim", "sup", "inf", "det", "dim", "Pr",
    };

    private static readonly Dictionary<string, string> Accents = new(StringComparer.Ordinal)
    {
        ["hat"] = "^", ["widehat"] = "^", ["bar"] = "¯", ["overline"] = "¯", ["tilde"] = "~", ["vec"] = "→", ["dot"] = "˙",
    };

    private static readonly Dictionary<string, string> Spaces = new(StringComparer.Ordinal)
    {
        [","] = "0.17em", [":"] = "0.22em", [";"] = "0.28em", [" "] = "0.25em", ["!"] = "-0.17em", ["quad"] = "1em", ["qquad"] = "2em",
    };

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

    private sealed class Parser(string tex)
    {
        /// <summary>No formula is nested as deeply, and the stack would not hold one of a hundred thousand braces.</summary>
        private const int MostNesting = 100;

        private int _position;
        private int _nesting;

        private char Next => _position < tex.Length ? tex[_position] : '\0';

        public string ParseAll()
        {
            string body = ParseRow('\0');
            return _position == tex.Length ? body : throw Unknown();
        }

        private static FormatException Unknown() => new("The formula holds something that is not known here.");

        private string ParseRow(char end)
        {
            var row = new StringBuilder();
            while (true)
            {
                SkipBlanks();
                if (Next == end || Next == '\0' || AtCommand("right"))
                {
                    return row.ToString();
                }

                row.Append(ParseScripted());
            }
        }

        private string ParseScripted()
        {
            (string atom, bool limits) = ParseAtom();
            string? below = null;
            string? above = null;
            while (true)
            {
                SkipBlanks();
                if (Next == '_' && below is null)
                {
                    _position++;
                    below = ParseArgument();
                }
                else if (Next == '^' && above is null)
                {
                    _position++;
                    above = ParseArgument();
                }
                else if (Next == '\'' && above is null)
                {
                    _position++;
                    above = "<mo>′</mo>";
                }
                else
                {
                    break;
                }
            }

            return (below, above, limits) switch
            {
                (null, null, _) => atom,
                ({ }, null, true) => $"<munder>{atom}{below}</munder>",
                (null, { }, true) => $"<mover>{atom}{above}</mover>",
                (_, _, true) => $"<munderover>{atom}{below}{above}</munderover>",
                ({ }, null, _) => $"<msub>{atom}{below}</msub>",
                (null, { }, _) => $"<msup>{atom}{above}</msup>",
                _ => $"<msubsup>{atom}{below}{above}</msubsup>",
            };
        }

        private (string Html, bool Limits) ParseAtom()
        {
            if (++_nesting > MostNesting)
            {
                throw Unknown();
            }

            (string, bool) atom = ParseAtomInside();
            _nesting--;
            return atom;
        }

        private (string Html, bool Limits) ParseAtomInside()
        {
            char c = Next;
            switch (c)
            {
                case '{':
                    return (ParseGroup(), false);
                case '\\':
                    return ParseCommand();
                case '}' or '&' or '#' or '%' or '$' or '~':
                    throw Unknown();
            }

            if (char.IsAsciiDigit(c))
            {
                int start = _position;
                while (char.IsAsciiDigit(Next) || (Next is '.' or ',' && _position + 1 < tex.Length && char.IsAsciiDigit(tex[_position + 1])))
                {
                    _position++;
                }

                return ($"<mn>{tex[start.._position]}</mn>", false);
            }

            _position++;
            return char.IsLetter(c)
                ? ($"<mi>{c}</mi>", false)
                : ($"<mo stretchy=\"false\">{(c == '-' ? "−" : HtmlText.Escape(c.ToString()))}</mo>", false);
        }

        private (string Html, bool Limits) ParseCommand()
        {
            string name = ReadCommand();
            if (Identifiers.TryGetValue(name, out string? identifier))
            {
                return ($"<mi>{identifier}</mi>", false);
            }

            if (Operators.TryGetValue(name, out string? symbol))
            {
                return ($"<mo>{HtmlText.Escape(symbol)}</mo>", false);
            }

            if (LargeOperators.TryGetValue(name, out string? large))
            {
                return ($"<mo largeop=\"true\">{large}</mo>", true);
            }

            if (Functions.Contains(name))
            {
                return ($"<mo form=\"prefix\" lspace=\"0.17em\" rspace=\"0.17em\" movablelimits=\"false\">{name}</mo>", name is "max" or "min" or "lim" or "argmax" or "argmin" or "sup" or "inf");
            }

            if (Accents.TryGetValue(name, out string? accent))
            {
                return ($"<mover accent=\"true\">{ParseArgument()}<mo>{accent}</mo></mover>", false);
            }

            if (Spaces.TryGetValue(name, out string? width))
            {
                return ($"<mspace width=\"{width}\"/>", false);
            }

            return (ParseStructure(name), name is "operatorname");
        }

        private string ParseStructure(string name) => name switch
        {
            "frac" or "dfrac" or "tfrac" => $"<mfrac>{ParseArgument()}{ParseArgument()}</mfrac>",
            "sqrt" => $"<msqrt>{ParseArgument()}</msqrt>",
            "text" or "textrm" or "mbox" => $"<mtext>{HtmlText.Escape(ReadBraced())}</mtext>",
            "mathrm" or "operatorname" => $"<mi mathvariant=\"normal\">{HtmlText.Escape(ReadBraced())}</mi>",
            "mathtt" or "texttt" => $"<mtext class=\"tt\">{HtmlText.Escape(ReadBraced())}</mtext>",
            "mathbb" => $"<mi>{string.Concat(ReadBraced().Select(DoubleStruck))}</mi>",
            "mathbf" or "boldsymbol" or "mathcal" => $"<mrow class=\"{name}\">{ParseArgument()}</mrow>",
            "left" => ParseFenced(),
            "big" or "Big" or "bigl" or "bigr" or "displaystyle" or "limits" => "",
            _ => throw Unknown(),
        };

        private static string DoubleStruck(char letter) => letter switch
        {
            'C' => "ℂ",
            'N' => "ℕ",
            'P' => "ℙ",
            'Q' => "ℚ",
            'R' => "ℝ",
            'Z' => "ℤ",
            >= 'A' and <= 'Z' => char.ConvertFromUtf32(0x1D538 + letter - 'A'),
            '1' => "𝟙",
            _ => throw Unknown(),
        };

        private string ParseFenced()
        {
            string open = ReadDelimiter();
            string body = ParseRow('\0');
            if (!AtCommand("right"))
            {
                throw Unknown();
            }

            ReadCommand();
            return $"<mrow>{Fence(open)}{body}{Fence(ReadDelimiter())}</mrow>";

            static string Fence(string delimiter) => delimiter is "." ? "" : $"<mo fence=\"true\" stretchy=\"true\">{HtmlText.Escape(delimiter)}</mo>";
        }

        private string ReadDelimiter()
        {
            SkipBlanks();
            if (Next == '\\')
            {
                return Operators.TryGetValue(ReadCommand(), out string? symbol) ? symbol : throw Unknown();
            }

            return Next == '\0' ? throw Unknown() : tex[_position++].ToString();
        }

        private string ParseArgument()
        {
            SkipBlanks();
            return Next switch
            {
                '{' => ParseGroup(),
                '\0' => throw Unknown(),
                var c when char.IsAsciiDigit(c) => $"<mn>{tex[_position++]}</mn>",
                _ => ParseAtom().Html,
            };
        }

        private string ParseGroup()
        {
            _position++;
            string body = ParseRow('}');
            if (Next != '}')
            {
                throw Unknown();
            }

            _position++;
            return $"<mrow>{body}</mrow>";
        }

        private string ReadBraced()
        {
            SkipBlanks();
            int end = Next == '{' ? tex.IndexOf('}', _position) : -1;
            if (end < 0)
            {
                throw Unknown();
            }

            string text = tex[(_position + 1)..end];
            _position = end + 1;
            return text.Replace("\\_", "_", StringComparison.Ordinal);
        }

        private string ReadCommand()
        {
            int start = ++_position;
            while (char.IsAsciiLetter(Next))
            {
                _position++;
            }

            if (_position == start)
            {
                _position = Math.Min(_position + 1, tex.Length);
            }

            return tex[start.._position];
        }

        private bool AtCommand(string name) =>
            string.CompareOrdinal(tex, _position, "\\" + name, 0, name.Length + 1) == 0
            && (_position + name.Length + 1 >= tex.Length || !char.IsAsciiLetter(tex[_position + name.Length + 1]));

        private void SkipBlanks()
        {
            while (char.IsWhiteSpace(Next))
            {
                _position++;
            }
        }
    }
}
