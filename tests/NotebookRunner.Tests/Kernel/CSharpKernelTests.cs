using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.DotNet.Interactive.Formatting;
using Xunit;

namespace NotebookRunner.Tests.Kernel;

public class CSharpKernelTests
{
    private const string LibrarySource = """
        using System;
        using System.Threading;
        using Microsoft.DotNet.Interactive.Formatting;

        namespace Helper;

        public sealed record Picture(string Name)
        {
            public static void Register()
            {
                Formatter.Register<Picture>((picture, writer) => writer.Write("picture of " + picture.Name), "text/plain");
                Formatter.SetPreferredMimeTypesFor(typeof(Picture), "text/plain");
            }
        }

        public static class Progress
        {
            public static void Run()
            {
                var display = (Func<object, Action<object>>)AppContext.GetData("NotebookHost.Display")!;
                var token = (Func<CancellationToken>)AppContext.GetData("NotebookHost.CancellationToken")!;
                Action<object> update = display(new Picture("start"));
                update(new Picture("end"));
                Console.WriteLine(token().CanBeCanceled);
            }
        }
        """;

    [Fact]
    public async Task Register_formatters_and_use_the_host_though_they_bring_their_own_formatting_package()
    {
        using var folder = new RunnerFolder();
        CompileInto(folder);
        File.Copy(typeof(Formatter).Assembly.Location,
            Path.Combine(folder.Path, "bin", Path.GetFileName(typeof(Formatter).Assembly.Location)));
        Outcome outcome = await folder.RunFileAsync(
            "notebooks/n.ipynb",
            NotebookBuilder.WithCode(
                "#r \"../bin/Helper.dll\"\nusing Helper;\nPicture.Register();", "new Picture(\"seven\")", "Progress.Run();")
                .Build(),
            TestContext.Current.CancellationToken);
        Assert.Equal("", outcome.Error);
        Assert.True(outcome.ExitCode == 0, outcome.Output);
        Assert.Equal("picture of seven", outcome.Text(1));
        Assert.Equal("picture of end", outcome.Text(2));
        Assert.Equal("True\n", outcome.Text(2, 1));
        Assert.Contains("picture of end", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("picture of start", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#load \"start.csx\"\nusing Helper;\nnew Picture(\"x\").Name")]
    [InlineData("#!import start.csx\nnew Picture(\"x\").Name")]
    [InlineData("#!import \"start.csx\"\n\nnew Picture(\"x\").Name")]
    public async Task Come_from_a_file_beside_the_notebook(string cell)
    {
        Outcome outcome =
            await RunWithStartAsync("#r \"../bin/Helper.dll\"\nusing Helper;\nusing System.Net.Http;", cell, "\"more\"");
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        Assert.Equal("x", outcome.Text(0));
        Assert.Equal("more", outcome.Text(1));
    }

    [Theory]
    [InlineData("#load \"start.csx\"", false)]
    [InlineData("#!import start.csx", true)]
    public async Task Bring_the_usings_of_that_file_where_it_is_imported_and_not_where_it_is_loaded(string directive, bool brings)
    {
        Outcome outcome = await RunWithStartAsync("#r \"../bin/Helper.dll\"\nusing Helper;", directive, "typeof(Picture).Name");
        Assert.Equal(brings ? 0 : 1, outcome.ExitCode);
        Assert.Contains(brings ? "Picture\n" : "error CS0246", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#load \"start.csx\"")]
    [InlineData("#!import start.csx")]
    public async Task From_a_file_leave_the_lines_of_the_cell_where_they_are(string directive)
    {
        const string Start = "#r \"../bin/Helper.dll\"\nint Fail() =>\n    throw new InvalidOperationException(\"in the file\");";
        Outcome broken = await RunWithStartAsync(Start, $"{directive}\nusing Helper;\n\nint a = \"x\";");
        Assert.Contains("line 4, column 9: error CS0029", broken.Output, StringComparison.Ordinal);
        Assert.Contains("line 4: int a = \"x\";", broken.Output, StringComparison.Ordinal);
        Outcome thrown = await RunWithStartAsync(Start, $"{directive}\nusing Helper;\n\nFail();");
        Assert.Contains("line 4: Fail();", thrown.Output, StringComparison.Ordinal);
        Assert.Contains("at start.csx, line 3\n", thrown.Output, StringComparison.Ordinal);
        Assert.Contains("at cell 1, line 4\n", thrown.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#r \"../bin/Missing.dll\"\nusing Missing;\nNothing.Do();", "  CompilationError: line 1, column 1: ")]
    [InlineData("#load \"start.csx\"\nusing Missing;\nNothing.Do();", "  CompilationError: start.csx, line 1, column 1: ")]
    [InlineData("#!import start.csx\nusing Missing;\nNothing.Do();", "  CompilationError: start.csx, line 1, column 1: ")]
    public async Task Are_named_when_they_are_missing_and_how_to_build_them(string cell, string place)
    {
        Outcome outcome = await RunWithStartAsync("#r \"../bin/Missing.dll\"", cell);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(
            $"{place}error CS0006: Metadata file '../bin/Missing.dll' could not be found\n"
            + "  Build what the notebook loads: run 'dotnet build' at the root of the repository, then run "
            + "the notebook again.\n\n",
            outcome.Output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_asked_to_be_built_where_the_file_that_a_build_lays_is_missing()
    {
        Outcome outcome = await RunWithStartAsync(
            "#line 1 \"Not built\"\n#load \"../bin/Release/references.csx\"", "#load \"start.csx\"\nusing Missing;");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("  Build what the notebook loads: run 'dotnet build'", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("CS0246", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Need_the_file_that_is_imported()
    {
        Outcome outcome = await RunWithStartAsync("", "1", "// first\n#!import nowhere.csx");
        Assert.Contains("line 2: #!import nowhere.csx", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("DirectiveError: nowhere.csx cannot be read", outcome.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#load \"start.csx\"")]
    [InlineData("#!import start.csx")]
    public async Task From_a_file_are_there_for_the_parameters_too(string directive)
    {
        using var folder = new RunnerFolder();
        CompileInto(folder);
        folder.Write("notebooks/start.csx", "#r \"../bin/Helper.dll\"");
        NotebookBuilder notebook = new NotebookBuilder().Code($"{directive}\nusing Helper;")
            .Code("var name = new Picture(\"seven\").Name;", "parameters").Code("name");
        Outcome outcome = await folder.RunFileAsync(
            "notebooks/n.ipynb", notebook.Build(), TestContext.Current.CancellationToken, "--set", "name=eight");
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        Assert.Equal("eight", outcome.Text(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Are_compiled_while_those_before_them_run(bool inProcess)
    {
        using var folder = new RunnerFolder { InProcess = inProcess };
        Outcome outcome = await folder.RunFileAsync(
            "n.ipynb",
            NotebookBuilder.WithCode(
                """
                System.Threading.SpinWait.SpinUntil(() => AppDomain.CurrentDomain.GetAssemblies().Any(
                    assembly => assembly.GetTypes().Any(type => type.Name == "Ahead")), 60_000).ToString()
                """,
                "int one = 1;", "class Ahead;\nint two = one + 1;", "$\"{two}\"").Build(),
            TestContext.Current.CancellationToken);
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        Assert.Equal(["True", "2"], [outcome.Text(0), outcome.Text(3)]);
    }

    [Fact]
    public async Task Are_compiled_anew_where_one_before_them_fails()
    {
        Outcome outcome = await RunnerFolder.RunAsync(
            NotebookBuilder.WithCode(
                "int a = 1;", "int a = 2, b = 3; throw new Exception(\"on purpose\");", "int a = \"3\", c = 4;", "int d = a + b;",
                "c", "$\"{d}\""),
            "--keep-going");
        Assert.Contains("CS0103: The name 'c' does not exist", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("5", outcome.Text(5));
    }

    [Fact]
    public async Task Load_what_one_before_them_wrote()
    {
        Outcome outcome = await RunnerFolder.RunAsync(
            NotebookBuilder.WithCode(
                "1", "System.IO.File.WriteAllText(\"made.csx\", \"int made = 7;\");", "  #load \"made.csx\"", "$\"{made + 1}\""));
        Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);
        Assert.Equal("8", outcome.Text(3));
    }

    [Fact]
    public async Task The_runners_own_packages_are_no_part_of_what_cells_see()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("typeof(Spectre.Console.AnsiConsole)"));
        Assert.Contains("CS0246", outcome.Output, StringComparison.Ordinal);
    }

    private static async Task<Outcome> RunWithStartAsync(string start, params string[] cells)
    {
        using var folder = new RunnerFolder();
        CompileInto(folder);
        folder.Write("notebooks/start.csx", start);
        return await folder.RunFileAsync(
            "notebooks/n.ipynb", NotebookBuilder.WithCode(cells).Build(), TestContext.Current.CancellationToken);
    }

    private static void CompileInto(RunnerFolder folder)
    {
        string path = folder.Write("bin/Helper.dll", "");
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<string> references = Directory.GetFiles(framework, "System*.dll")
            .Where(file => !file.Contains(".Native.", StringComparison.Ordinal))
            .Append(Path.Combine(framework, "netstandard.dll"))
            .Append(typeof(Formatter).Assembly.Location);
        var compilation = CSharpCompilation.Create(
            "Helper",
            [CSharpSyntaxTree.ParseText(LibrarySource)],
            references.Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Assert.True(compilation.Emit(path).Success);
    }
}
