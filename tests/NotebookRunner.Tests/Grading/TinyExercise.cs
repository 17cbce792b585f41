using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace NotebookRunner.Tests.Grading;

/// <summary>An exercise of three numbers, with a library of its own, and a class of students who hand it in.</summary>
internal sealed class TinyExercise : IDisposable
{
    private readonly RunnerFolder _folder = new();

    public TinyExercise()
    {
        CSharpCompilation library = CSharpCompilation.Create(
            "Tiny",
            [
                CSharpSyntaxTree.ParseText("""
                namespace Tiny;
                public sealed record Result(bool Passed, string Message, string Hint);
                public static class Check
                {
                    public static Result Is(int value, int expected) => value == expected
                        ? new(true, "Right.", null)
                        : new(false, $"{value} is <wrong>.", "Think again.");
                }
                public static class Prepared
                {
                    public static int State() => 3;
                }
                """),
            ],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using (FileStream file = File.Create(Path.Combine(_folder.Path, "Tiny.dll")))
        {
            if (!library.Emit(file).Success)
            {
                throw new InvalidOperationException("The library does not compile.");
            }
        }

        Solution = _folder.Write("tiny-solution.ipynb", $$"""
            { "cells": [
              {{Cell("start", "#r \"Tiny.dll\"\nusing Tiny;\nint a = 0, b = 0, c = 0;", "{}")}},
              {{Cell("knobs", "int scale = 1;", "{}", "parameters")}},
              {{Cell("a", "// BEGIN SOLUTION\na = 1 * scale;\n// END SOLUTION", """
                {
                  "prompt": "// Your answer: one, scaled.", "check": "// A comment.\nCheck.Is(a, 1)", "points": 1,
                  "goOn": { "text": "Stuck?", "code": "bool go_on = false;\nif (go_on) { a = Prepared.State(); }" }
                }
                """)}},
              {{Cell("b", "// BEGIN SOLUTION\nb = 2;\n// END SOLUTION", """
                {
                  "prompt": "// Your answer: two.", "check": "Check.Is(b, 2)", "points": 2,
                  "hidden": { "code": "Check.Is(b * 10, 20)", "points": 2.5 }
                }
                """)}},
              {{Cell("c", "// BEGIN SOLUTION\nc = 3;\n// END SOLUTION", """
                { "prompt": "// Your answer: three.", "check": "Check.Is(c, 3)", "points": 4 }
                """)}}
            ], "metadata": {}, "nbformat": 4, "nbformat_minor": 5 }
            """);
        Directory.CreateDirectory(Submissions);
    }

    public string Solution { get; }

    public string Submissions => Path.Combine(_folder.Path, "handed in");

    public string Output => Path.Combine(_folder.Path, "graded");

    public void Dispose() => _folder.Dispose();

    public string Write(string name, string text) => _folder.Write(Path.Combine("handed in", name), text);

    /// <summary>Hands in the sheet with these answers, and whatever else became of it.</summary>
    public async Task HandInAsync(string name, string a, string b, string c, Action<JsonArray>? change = null)
    {
        string path = Path.Combine(_folder.Path, "tiny.ipynb");
        if (!File.Exists(path))
        {
            await RunAsync("student", Solution);
        }

        JsonNode sheet = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        var cells = (JsonArray)sheet["cells"]!;
        foreach ((string id, string answer) in new[] { ("a", a), ("b", b), ("c", c) }.Where(item => item.Item2.Length > 0))
        {
            Find(cells, id)["source"] = answer;
        }

        change?.Invoke(cells);
        Write(name, sheet.ToJsonString());
    }

    public static JsonObject Find(JsonArray cells, string id) =>
        (JsonObject)cells.First(cell => cell!["id"]!.GetValue<string>() == id)!;

    public Task<(int ExitCode, string Output, string Error)> GradeAsync(params string[] options) =>
        RunAsync(["grade", Submissions, "--solution", Solution, "--output", Output, .. options]);

    public static JsonNode NewCell(string id, string source) => JsonNode.Parse(Cell(id, source, exercise: null))!;

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = await RunnerFolder.RunAppAsync(args, output, error, CancellationToken.None);
        return (exitCode, output.ToString(), error.ToString());
    }

    private static string Cell(string id, string source, string? exercise, params string[] tags) => $$"""
        { "cell_type": "code", "execution_count": null, "id": "{{id}}", "outputs": [],
          "metadata": { {{(exercise is null ? "" : $"\"exercise\": {exercise},")}} "tags": [{{string.Join(',',
              tags.Select(tag => $"\"{tag}\""))}}] },
          "source": {{JsonValue.Create(source).ToJsonString()}} }
        """;
}
