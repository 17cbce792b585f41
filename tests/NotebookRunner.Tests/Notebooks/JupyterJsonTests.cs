using System.Text.Json;
using System.Text.Json.Nodes;
using NotebookRunner.Notebooks;
using Xunit;

namespace NotebookRunner.Tests.Notebooks;

public class JupyterJsonTests
{
    [Theory]
    [InlineData("[NaN, Infinity, -Infinity]", "[null,null,null]")]
    [InlineData("{\"NaN\":\"NaN, \\\"-Infinity\",\"b\":[NaN,{\"c\":-Infinity}]}",
        "{\"NaN\":\"NaN, \\u0022-Infinity\",\"b\":[null,{\"c\":null}]}")]
    [InlineData("NaN", "null")]
    [InlineData("{\"ü\":\"日本\",\"b\":NaN,\"c\":0}", "{\"\\u00FC\":\"\\u65E5\\u672C\",\"b\":null,\"c\":0}")]
    [InlineData("{\"a\":1,\"b\":{\"c\":1,\"c\":[2]},\"a\":{}}", "{\"a\":{},\"b\":{\"c\":[2]}}")]
    [InlineData("[1E400,-0,1.0,1e-05,123456789012345678901234567890]", "[1E400,-0,1.0,1e-05,123456789012345678901234567890]")]
    [InlineData(" 7 ", "7")]
    [InlineData("null", "null")]
    [InlineData("\"\\u00e9\\/\\b\\f\\ud83d\\ude00\"", "\"\\u00E9/\\b\\f\\uD83D\\uDE00\"")]
    public void Reads_what_Python_reads(string text, string json) =>
        Assert.Equal(json, JupyterJson.Read(text)?.ToJsonString() ?? "null");

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00\\ud800")]
    [InlineData("a\\n\\\"\\\\\\ud83d\\u2028")]
    public void Half_a_character_is_read_and_written_back(string escaped)
    {
        JsonNode? read = JupyterJson.Read($"[\"{escaped}\",{{\"{escaped}\":1}}]");
        string text = read![0]!.GetValue<string>();
        Assert.Equal(1, (int)read[1]![text]!);
        Assert.Equal(text, JupyterJson.Read(JupyterJson.Write(read))![0]!.GetValue<string>());
        Assert.Equal($" \"{escaped.Replace("\\u2028", "\u2028", StringComparison.Ordinal)}\",",
            JupyterJson.Write(read).Split('\n')[1]);
    }

    [Theory]
    [InlineData("[1,\n 2,]", 2, 4, "trailing comma")]
    [InlineData("{\"ü日\": 'x'}", 1, 8, "invalid start of a value")]
    [InlineData("{\"a\": NaN, \"b\": x}", 1, 17, "invalid start of a value")]
    [InlineData("[-NaN]", 1, 3, "'N'")]
    [InlineData("[1 // comment\n]", 1, 4, "'/' is invalid")]
    [InlineData("[\"a\nb\"]", 1, 4, "invalid within a JSON string")]
    [InlineData("[] []", 1, 4, "after a single JSON value")]
    [InlineData("{\n \"a\": [1,\n  \"b", 3, 5, "ends in the middle")]
    [InlineData("[1, 2", 1, 6, "ends in the middle")]
    [InlineData("", 1, 1, "ends in the middle")]
    public void Says_where_and_why_a_text_is_none(string text, int line, int column, string reason)
    {
        string message = Assert.Throws<JsonException>(() => JupyterJson.Read(text)).Message;
        Assert.StartsWith($"line {line}, column {column}: ", message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nests_as_deeply_as_it_likes()
    {
        const int Depth = 100_000;
        string text = string.Concat(Enumerable.Repeat("[{\"a\":", Depth)) + "1" + string.Concat(Enumerable.Repeat("}]", Depth));
        JsonNode? node = JupyterJson.Read(text);
        for (int i = 0; i < Depth; i++)
        {
            node = node![0]!["a"];
        }

        Assert.Equal(1, (int)node!);
        var shallow = (JsonArray)JupyterJson.Read("[" + string.Concat(Enumerable.Repeat("[", 999)) + string.Concat(
            Enumerable.Repeat("]", 999)) + "]")!;
        Assert.Equal(1999, JupyterJson.Write(shallow).Count(c => c == '\n'));
    }
}
