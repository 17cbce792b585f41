using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace Notebooks.Tests;

/// <summary>
/// The tables of right and wrong answers that the library's tests hold (<c>MnistCnn.Tests/Course</c>), as cells of a notebook:
/// their sources are read, so that an answer stands in one place.
/// </summary>
internal sealed class AnswerTables
{
    /// <summary>What is the tests' own way to the library's inside, and what a cell does in its place.</summary>
    private const string Inside = """
        using System.Reflection;
        static void UseSmall()
        {
            var small = Answers.Small;
            (string, Func<ImageDataset>) latest = ("/small/mnist", () => small);
            typeof(ImageDataset).GetProperty("Latest", BindingFlags.Static | BindingFlags.NonPublic).SetValue(null, latest);
        }
        static void Reset()
        {
            UseSmall();
            Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;
            typeof(MnistCnn.Course.Check).Assembly.GetType("MnistCnn.Course.ShownOutputs").GetMethod("Clear").Invoke(null, null);
        }
        static TorchSharp.Modules.Sequential NewModel(int number) => (TorchSharp.Modules.Sequential)typeof(Prepared)
            .GetMethod("NewModel", BindingFlags.Static | BindingFlags.NonPublic).Invoke(null, new object[] { number });
        static void Print(string text) => Console.WriteLine(text);
        static void Show(params object[] results) { foreach (object result in results) display(result); }
        """;

    private static readonly string[] s_replaced = ["UseSmall", "Passes", "Fails", "Print", "Show", "Table", "Rights", "Wrongs"];

    /// <summary>The cells, those that declare what the answers use among them.</summary>
    public required IReadOnlyList<AnswerCell> Cells { get; init; }

    /// <summary>Reads the tables.</summary>
    public static AnswerTables Read()
    {
        ClassDeclarationSyntax shared = ClassOf("Answers", out string usings);
        ClassDeclarationSyntax answers = shared.WithMembers([.. shared.Members.Where(IsKept)]);
        List<AnswerCell> cells =
        [
            new(usings), new(answers.ToString()), new(Members(answers)), new(Inside), new("UseSmall(); _ = Small;"),
        ];
        foreach (string name in (string[])["Data", "Network", "Training", "Evaluation"])
        {
            ClassDeclarationSyntax tests = ClassOf(name + "ChecksTests", out usings);
            cells.AddRange([new(usings), new(Members(tests))]);
            cells.AddRange(tests.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(AnswerCell.Of)
                .OfType<AnswerCell>().Reverse());
        }

        return new AnswerTables { Cells = cells };
    }

    private static ClassDeclarationSyntax ClassOf(string name, out string usings)
    {
        CompilationUnitSyntax file = CSharpSyntaxTree.ParseText(
            File.ReadAllText(Repository.PathOf("tests", "MnistCnn.Tests", "Course", name + ".cs"))
                .Replace("Prepared.NewModel(", "NewModel(", StringComparison.Ordinal)).GetCompilationUnitRoot();
        string[] own = ["Xunit", "MnistCnn.Tests.Course.Answers"];
        usings = string.Join('\n', file.Usings.Where(use => !own.Contains(use.NamespaceOrType.ToString())));
        return file.DescendantNodes().OfType<ClassDeclarationSyntax>().First();
    }

    /// <summary>What a class declares for its answers, as declarations of a cell.</summary>
    private static string Members(ClassDeclarationSyntax type) => string.Join('\n', type.Members.Where(IsKept));

    private static bool IsKept(MemberDeclarationSyntax member) =>
        member.AttributeLists.Count == 0
        && member is not ConstructorDeclarationSyntax
        && (member.Modifiers.Any(SyntaxKind.StaticKeyword) || member.Modifiers.Any(SyntaxKind.ConstKeyword)
            || member is ClassDeclarationSyntax)
        && !s_replaced.Contains(member switch
        {
            MethodDeclarationSyntax method => method.Identifier.Text,
            PropertyDeclarationSyntax property => property.Identifier.Text,
            _ => "",
        });
}

/// <summary>A cell of the tables.</summary>
/// <param name="Source">Its text.</param>
/// <param name="Message">What the check's message holds; null for a cell that is no answer.</param>
/// <param name="Hint">What the hint of a wrong answer holds; null for a right one.</param>
internal sealed record AnswerCell(string Source, string? Message = null, string? Hint = null)
{
    /// <summary>The row of a table that a call adds; null for any other call.</summary>
    public static AnswerCell? Of(InvocationExpressionSyntax call)
    {
        if (call.Expression is not MemberAccessExpressionSyntax { Name.Identifier.Text: "Right" or "Wrong" }
            || call.ArgumentList.Arguments.Select(argument => argument.Expression).ToArray()
                is not [ParenthesizedLambdaExpressionSyntax answer, .. var texts])
        {
            return null;
        }

        string[] words = [.. texts.Select(text => ((LiteralExpressionSyntax)text).Token.ValueText)];
        return new AnswerCell($"Reset();\n{answer.Body}", words.ElementAtOrDefault(0) ?? "", words.ElementAtOrDefault(1));
    }

    /// <summary>Asserts that the cell showed what the table says.</summary>
    public void Holds(string text)
    {
        if (Message is null)
        {
            return;
        }

        // What the cell showed stands before the verdict, and a remark after it.
        string verdict = text.Split('\n').LastOrDefault(line => line.Length > 1 && line[0] is '✓' or '•') ?? "";
        string[] parts = verdict.Split(" Hint: ");
        Assert.True(
            verdict.StartsWith(Hint is null ? "✓ " : "• ", StringComparison.Ordinal)
                && parts[0].Contains(Message, StringComparison.Ordinal)
                && (Hint is null ? parts.Length == 1 : parts[^1].Contains(Hint, StringComparison.Ordinal)),
            $"{Source}\n{text}");
    }
}
