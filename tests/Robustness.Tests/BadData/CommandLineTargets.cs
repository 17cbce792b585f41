using System.Diagnostics;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MnistCnn.Lab;
using NotebookRunner;
using NotebookRunner.Parameters;
using Xunit;

namespace Robustness.Tests.BadData;

/// <summary>What a user types: the command line, and the values of <c>--set</c>.</summary>
internal static class CommandLineTargets
{
    private static readonly string s_file = Path.GetTempFileName();

    private static readonly string[] s_lines =
    [
        "missing.ipynb\n--set\nepochs=3\n--set\nname=a b\n--output\nout\n--timeout\n1.5\n--in-place\n--static-images",
        "student\nmissing-solution.ipynb\n--output\nsheet.ipynb\n--answers",
        "compare\na.ipynb\nb.html",
    ];

    private static readonly string[] s_words =
        ["\n", "--", "-", "=", "@", "@nothing", "@.", "[diagram]", "[suggest:3]", "\0", "\n\n", "\n--set\n", "\n--timeout\n",
            "\n--sweep\n", "\n--name\n", "\n--scraps\n", "a=1,2", "1e308", "NaN", "-1", "/", "..", "\n--help", "\n--version",
            "\"", "'", "student\n", "\u001b[2J"];

    private static readonly Compilation s_types = CSharpCompilation.Create(
        "types",
        [CSharpSyntaxTree.ParseText("enum Format { First, Last }")],
        [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)]);

    private static readonly Parameter[] s_parameters =
    [
        .. ((SpecialType[])
        [
            SpecialType.System_String, SpecialType.System_Char, SpecialType.System_Boolean,
            SpecialType.System_SByte, SpecialType.System_Byte, SpecialType.System_Int16,
            SpecialType.System_UInt16, SpecialType.System_Int32,
            SpecialType.System_UInt32, SpecialType.System_Int64, SpecialType.System_UInt64,
            SpecialType.System_Single, SpecialType.System_Double, SpecialType.System_Decimal,
        ]).Select(type => new Parameter("x", s_types.GetSpecialType(type), "x", IsConstant: false)),
        new("x", s_types.GetTypeByMetadataName("Format")!, "Format", IsConstant: false),
        new("x", s_types.GetSpecialType(SpecialType.System_Nullable_T)
            .Construct(s_types.GetSpecialType(SpecialType.System_Int32)), "int?", IsConstant: false),
    ];

    public static IEnumerable<FuzzTarget> All =>
    [
        new("command line", [.. s_lines.Select(Bytes)], [.. s_words.Select(Bytes)], Run, BytesPerByte: 20_000, LongRun: 20_000),
        new(
            "value of --set",
            [Bytes("12"), Bytes("-1e-3"), Bytes("true"), Bytes("Format.Last"),
                Bytes("some \"text\" {x} \\n"), Bytes("z"), Bytes("null"), Bytes("60_000")],
            [.. ((string[])[";", "\"", "'", "\\", "\n", "\u2028", "/*", "//", "throw null", "{", "}", "F",
                "L", "0x", "e9", "\0", "Format.", "_", "\ufeff", "\ud83d\ude00", "+"]).Select(Bytes)],
            Set,
            BytesPerByte: 20_000,
            LongRun: 20_000),
        new(
            "parameters file",
            [
                Bytes("# all\nepochs: 3\nrate: 1e-3\nname: \"a\\n\\ud83d\\ude00\"\nlimit: ~\n"),
                Bytes("{\"epochs\": 3, \"name\": 'it''s', \"more\": null}"),
            ],
            [.. ((string[])["\n", "- ", "[", "]", "{", "}", ": ", "? ", "&a ", "*a", "!!int ", "---\n", "...\n", "%YAML 1.2\n",
                "|\n  ", ">-\n", "\"", "'", "\\u", "\\ud83d", "\\x", "\\U00110000", "#", "\t", "\0", "<<: ", ","]).Select(Bytes)],
            ReadFile,
            BytesPerByte: 20_000,
            LongRun: 20_000),
    ];

    private static bool Run(byte[] bytes)
    {
        string[] arguments = Encoding.UTF8.GetString(bytes).Split('\n');
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var app = new RunnerApp(output, error, isTerminal: false, (_, _, _) => throw new UnreachableException());
        int exitCode = app.RunAsync(arguments, CancellationToken.None).GetAwaiter().GetResult();
        if (exitCode == 2)
        {
            Assert.Single(error.ToString().TrimEnd('\r', '\n').Split('\n'));
            Assert.Equal("", output.ToString());
            return false;
        }

        // No such notebook is there, so nothing but help can come of it.
        Assert.Equal(0, exitCode);
        Assert.Equal("", error.ToString());
        return true;
    }

    private static bool ReadFile(byte[] bytes)
    {
        File.WriteAllBytes(s_file, bytes);
        try
        {
            Assert.DoesNotContain(ParameterFile.Read(s_file, "the file"), value => value.Name is null);
            return true;
        }
        catch (ParameterException refusal)
        {
            Assert.StartsWith("the file: ", refusal.Message, StringComparison.Ordinal);
            return false;
        }
        finally
        {
            File.Delete(s_file);
        }
    }

    private static bool Set(byte[] bytes)
    {
        string value = Encoding.UTF8.GetString(bytes);
        bool taken = false;
        foreach (Parameter parameter in s_parameters)
        {
            try
            {
                AssertIsValue(ParameterLiteral.Write(parameter, value), parameter, value);
                taken = true;
            }
            catch (ParameterException refusal)
            {
                Assert.DoesNotContain('\n', refusal.Message);
            }
        }

        return taken;
    }

    /// <summary>The literal is one value and no code; a text is the very text.</summary>
    private static void AssertIsValue(string literal, Parameter parameter, string value)
    {
        ExpressionSyntax expression = SyntaxFactory.ParseExpression(literal, consumeFullText: true);
        Assert.Empty(expression.GetDiagnostics());
        Assert.True(
            expression is LiteralExpressionSyntax
                or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression, Operand: LiteralExpressionSyntax }
                or MemberAccessExpressionSyntax
            {
                Expression: IdentifierNameSyntax { Identifier.Text: "Format" },
                Name.Identifier.Text: "First" or "Last"
            },
            literal);
        if (parameter.Type.SpecialType == SpecialType.System_String)
        {
            Assert.Equal(value, ((LiteralExpressionSyntax)expression).Token.Value);
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
