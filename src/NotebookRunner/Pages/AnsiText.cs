using System.Globalization;
using System.Text;
using NotebookRunner.Execution;

namespace NotebookRunner.Pages;

/// <summary>Turns text with a terminal's colors into HTML. Everything else in the text is escaped.</summary>
internal static class AnsiText
{
    /// <summary>The HTML: spans of the classes <c>ansi-bold</c>, <c>ansi-fg-0</c> … <c>ansi-fg-15</c> and their like.</summary>
    public static string ToHtml(string text)
    {
        var html = new StringBuilder(text.Length + 16);
        var style = new Style();
        int position = 0;
        while (position < text.Length)
        {
            int escape = text.IndexOf('\u001b', position);
            int end = escape < 0 ? text.Length : escape;
            style.Append(html, text[position..end]);
            ReadOnlySpan<char> sequence = text.AsSpan(end, TerminalText.SequenceLength(text.AsSpan(end)));
            if (sequence is [_, _, .. var parameters, 'm'])
            {
                style.Apply(parameters.ToString());
            }

            position = end + Math.Max(1, sequence.Length);
        }

        return html.ToString();
    }

    private sealed class Style
    {
        private readonly SortedSet<string> _attributes = new(StringComparer.Ordinal);
        private string? _foreground;
        private string? _background;

        public void Append(StringBuilder html, string text)
        {
            if (text.Length == 0)
            {
                return;
            }

            IEnumerable<string> declared = _attributes.Append(_foreground).Append(_background).OfType<string>();
            string classes = string.Join(' ', declared.Where(name => name.StartsWith("ansi-", StringComparison.Ordinal)));
            string styles = string.Join(';', declared.Where(name => !name.StartsWith("ansi-", StringComparison.Ordinal)));
            string escaped = HtmlText.Escape(text);
            string classAttribute = classes.Length > 0 ? $" class=\"{classes}\"" : "";
            string styleAttribute = styles.Length > 0 ? $" style=\"{styles}\"" : "";
            html.Append(classes.Length + styles.Length == 0
                ? escaped
                : $"<span{classAttribute}{styleAttribute}>{escaped}</span>");
        }

        public void Apply(string parameters)
        {
            int[] codes = [.. parameters.Split(';')
                .Select(code => int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0)];
            for (int i = 0; i < codes.Length; i++)
            {
                switch (codes[i])
                {
                    case 0: Reset(); break;
                    case 1: _attributes.Add("ansi-bold"); break;
                    case 2: _attributes.Add("ansi-dim"); break;
                    case 3: _attributes.Add("ansi-italic"); break;
                    case 4: _attributes.Add("ansi-underline"); break;
                    case 22: _attributes.Remove("ansi-bold"); _attributes.Remove("ansi-dim"); break;
                    case 23: _attributes.Remove("ansi-italic"); break;
                    case 24: _attributes.Remove("ansi-underline"); break;
                    case >= 30 and <= 37: _foreground = Palette("fg", codes[i] - 30); break;
                    case 38: _foreground = Extended(codes, ref i, "fg", "color"); break;
                    case 39: _foreground = null; break;
                    case >= 40 and <= 47: _background = Palette("bg", codes[i] - 40); break;
                    case 48: _background = Extended(codes, ref i, "bg", "background-color"); break;
                    case 49: _background = null; break;
                    case >= 90 and <= 97: _foreground = Palette("fg", codes[i] - 90 + 8); break;
                    case >= 100 and <= 107: _background = Palette("bg", codes[i] - 100 + 8); break;
                }
            }
        }

        private static string Palette(string layer, int color) => Invariant($"ansi-{layer}-{color}");

        /// <summary><c>38;5;n</c> (a palette of 256) and <c>38;2;r;g;b</c>.</summary>
        private static string? Extended(int[] codes, ref int i, string layer, string property)
        {
            if (i + 2 < codes.Length && codes[i + 1] == 5)
            {
                int color = Math.Min(codes[i + 2], 255);
                i += 2;
                return color < 16 ? Palette(layer, color) : Rgb(property, PaletteColor(color));
            }

            if (i + 4 < codes.Length && codes[i + 1] == 2)
            {
                i += 4;
                return Rgb(property, (Math.Min(codes[i - 2], 255), Math.Min(codes[i - 1], 255), Math.Min(codes[i], 255)));
            }

            return null;
        }

        /// <summary>xterm's palette: a 6×6×6 cube, then 24 grays.</summary>
        private static (int R, int G, int B) PaletteColor(int color)
        {
            if (color >= 232)
            {
                int gray = 8 + ((color - 232) * 10);
                return (gray, gray, gray);
            }

            return (Level((color - 16) / 36), Level((color - 16) / 6 % 6), Level((color - 16) % 6));

            static int Level(int step) => step == 0 ? 0 : 55 + (step * 40);
        }

        private static string Rgb(string property, (int R, int G, int B) color) =>
            Invariant($"{property}:rgb({color.R},{color.G},{color.B})");

        private void Reset()
        {
            _attributes.Clear();
            _foreground = null;
            _background = null;
        }
    }
}
