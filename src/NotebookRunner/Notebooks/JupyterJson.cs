using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NotebookRunner.Notebooks;

/// <summary>
/// Reads what Python's <c>json.loads</c> reads and writes as its <c>json.dumps(…, indent=1, ensure_ascii=False)</c> does, so
/// that a notebook that passes through both shows no difference. System.Text.Json refuses more and escapes more. Nothing here
/// calls itself: JSON may be nested as deeply as it likes.
/// </summary>
internal static partial class JupyterJson
{
    /// <summary>
    /// Reads a text. Of members with the same name the last counts, and <c>NaN</c> and <c>Infinity</c>, which other readers
    /// refuse, become null.
    /// </summary>
    /// <exception cref="JsonException">The text is no JSON; the message says where and why.</exception>
    public static JsonNode? Read(string text)
    {
        HashSet<long> notFinite = [];
        byte[] json = Encoding.UTF8.GetBytes(text + ' ');
        if (MayHaveNotFinite(text))
        {
            // As Latin-1 a place in the text is a place in the bytes, and a number with blanks behind it leaves every place.
            json = Encoding.Latin1.GetBytes(NotFinite().Replace(Encoding.Latin1.GetString(json), match =>
                match.Value[0] != '"' && notFinite.Add(match.Index) ? "0".PadRight(match.Length) : match.Value));
        }

        try
        {
            return Read(json, notFinite);
        }
        catch (JsonException exception)
        {
            int line = (int)exception.LineNumber!;
            byte[] before = Encoding.UTF8.GetBytes(text.Split('\n').ElementAtOrDefault(line) ?? "");
            int column = Encoding.UTF8.GetCharCount(before, 0, Math.Min(before.Length, (int)exception.BytePositionInLine!));
            string reason = exception.Message.Split(". ")[0].Replace(
                " which is not supported in this mode", "", StringComparison.Ordinal);
            throw new JsonException(Invariant($"line {line + 1}, column {column + 1}: {reason}"), exception);
        }
    }

    /// <summary>The same JSON with null for each <c>NaN</c> and <c>Infinity</c>, which browsers refuse.</summary>
    public static string WithoutNotFinite(string json) =>
        MayHaveNotFinite(json) ? NotFinite().Replace(json, match => match.Value[0] == '"' ? match.Value : "null") : json;

    /// <summary>The node as text, with a line end.</summary>
    /// <param name="node">The node.</param>
    /// <param name="change">What is written in the place of a text that is no name; null: the text itself.</param>
    /// <param name="inOneLine">Whether it takes one line: very deep nesting is indented very far.</param>
    /// <param name="order">The order of an object's members; null: as they are.</param>
    /// <param name="number">How a number is written; null: as it was read.</param>
    public static string Write(
        JsonNode? node, Func<string, string>? change = null, bool inOneLine = false,
        Func<JsonObject, IEnumerable<KeyValuePair<string, JsonNode?>>>? order = null, Func<string, string>? number = null)
    {
        var text = new StringBuilder();
        Stack<(IEnumerator<KeyValuePair<string, JsonNode?>> Items, char Close)> open = [];
        void EndLine() => _ = inOneLine ? text : text.Append('\n').Append(' ', open.Count);
        while (true)
        {
            switch (node)
            {
                case JsonObject { Count: > 0 } json:
                    text.Append('{');
                    open.Push(((order?.Invoke(json) ?? json).GetEnumerator(), '}'));
                    break;
                case JsonArray { Count: > 0 } array:
                    text.Append('[');
                    open.Push((array.Select(item => KeyValuePair.Create("", item)).GetEnumerator(), ']'));
                    break;
                case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                    AppendString(text, change is null ? value.GetValue<string>() : change(value.GetValue<string>()));
                    break;
                case JsonValue value when number is not null && value.GetValueKind() == JsonValueKind.Number:
                    text.Append(number(value.ToJsonString()));
                    break;
                default:
                    text.Append(node?.ToJsonString() ?? "null");
                    break;
            }

            bool isFirst = node is JsonObject { Count: > 0 } or JsonArray { Count: > 0 };
            while (open.Count > 0 && !open.Peek().Items.MoveNext())
            {
                char close = open.Pop().Close;
                EndLine();
                text.Append(close);
            }

            if (open.Count == 0)
            {
                return text.Append('\n').ToString();
            }

            text.Append(isFirst ? "" : ",");
            EndLine();
            ((string name, node), char end) = (open.Peek().Items.Current, open.Peek().Close);
            if (end == '}')
            {
                AppendString(text, name);
                text.Append(": ");
            }
        }
    }

    private static JsonNode? Read(byte[] json, HashSet<long> notFinite)
    {
        // Not the final block: what ends too early is then told from what is wrong.
        var reader = new Utf8JsonReader(
            json, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = int.MaxValue }));
        Stack<(JsonNode Container, string? Name)> open = [];
        (JsonNode? root, string? name, bool isComplete) = ((JsonNode?)null, (string?)null, false);
        while (reader.Read())
        {
            JsonNode? node;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    open.Push((reader.TokenType == JsonTokenType.StartObject ? new JsonObject() : new JsonArray(), name));
                    continue;
                case JsonTokenType.PropertyName:
                    name = TextOf(ref reader);
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    (node, name) = open.Pop();
                    break;
                case JsonTokenType.String:
                    node = TextOf(ref reader);
                    break;
                default:
                    node = notFinite.Contains(reader.TokenStartIndex) ? null : JsonNode.Parse(ref reader);
                    break;
            }

            // A container goes into its own once it is full: one that has a parent looks through all of them at each item.
            switch (open.Count == 0 ? null : open.Peek().Container)
            {
                case JsonObject parent: parent[name!] = node; break;
                case JsonArray parent: parent.Add(node); break;
                default: (root, isComplete) = (node, true); break;
            }
        }

        ReadOnlySpan<byte> text = json.AsSpan()[..^1];
        return isComplete
            ? root
            : throw new JsonException(
                "the file ends in the middle", path: null,
                text.Count((byte)'\n'), text.Length - 1 - text.LastIndexOf((byte)'\n'));
    }

    /// <summary>A name or a text. One with half a surrogate pair, which the reader refuses, is as valid as any other.</summary>
    private static string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Regex.Unescape(Encoding.UTF8.GetString(reader.ValueSpan));
        }
    }

    private static bool MayHaveNotFinite(string json) =>
        json.Contains("NaN", StringComparison.Ordinal) || json.Contains("Infinity", StringComparison.Ordinal);

    /// <summary>A text, or a number that is none.</summary>
    [GeneratedRegex(
        """
        "(?>[^"\\]+|\\.)*"|(?<![-\w])(NaN|-?Infinity)\b
        """,
        RegexOptions.ExplicitCapture | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex NotFinite();

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case var _ when i + 1 < value.Length && char.IsSurrogatePair(c, value[i + 1]):
                    text.Append(c).Append(value[++i]);
                    break;
                case var _ when c < ' ' || char.IsSurrogate(c):
                    text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default: text.Append(c); break;
            }
        }

        text.Append('"');
    }
}

/// <summary>
/// Writes notebooks as VS Code saves them, so that a save there changes what was edited and nothing else: Jupyter's format with
/// all members sorted and numbers as JavaScript writes them.
/// </summary>
internal static class NotebookWriter
{
    /// <summary>The notebook's text.</summary>
    public static string Format(Notebook notebook) => JupyterJson.Write(notebook.Json, order: Sorted, number: NumberOf);

    /// <summary>
    /// JavaScript's way with a number: <c>0.0</c> is 0, <c>1e-05</c> is 0.00001. A whole one that it could not hold stays.
    /// </summary>
    public static string NumberOf(string json)
    {
        double value = double.Parse(json, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value) || (Math.Abs(value) >= 1L << 53 && json.AsSpan().IndexOfAny(".eE") < 0))
        {
            return json;
        }

        const int MinExponent = -7, MaxExponent = 21; // Between them it writes no exponent.
        string[] shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture).Split('E');
        string whole = shortest[0].Split('.')[0];
        string all = shortest[0].Replace(".", "", StringComparison.Ordinal);
        string digits = all.Trim('0');
        int exponent = whole.Length - 1 - (all.Length - all.TrimStart('0').Length)
            + (shortest.Length > 1 ? int.Parse(shortest[1], CultureInfo.InvariantCulture) : 0);
        string sign = value < 0 ? "-" : "";
        return sign + exponent switch
        {
            _ when value == 0 => "0",
            <= MinExponent or >= MaxExponent =>
                Invariant($"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{exponent:+0;-0}"),
            < 0 => "0." + new string('0', -exponent - 1) + digits,
            _ when digits.Length <= exponent + 1 => digits.PadRight(exponent + 1, '0'),
            _ => $"{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}",
        };
    }

    /// <summary>The members by name; those whose names are whole numbers come first, as JavaScript keeps them.</summary>
    public static IEnumerable<KeyValuePair<string, JsonNode?>> Sorted(JsonObject json) => json
        .OrderBy(member => IndexOf(member.Key) ?? uint.MaxValue).ThenBy(member => member.Key, StringComparer.Ordinal);

    private static uint? IndexOf(string name) =>
        uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out uint index) && index < uint.MaxValue
            && string.Equals(index.ToString(CultureInfo.InvariantCulture), name, StringComparison.Ordinal)
            ? index
            : null;

    /// <summary>Writes a notebook to a file, whole or not at all.</summary>
    public static void WriteFile(Notebook notebook, string path) => AtomicFile.WriteAllText(path, Format(notebook));
}
