using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.DotNet.Interactive.Formatting;
using Xunit;

namespace NotebookRunner.Tests.Execution;

public class Libraries_that_cells_load
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
        Directory.CreateDirectory(Path.Combine(folder.Path, "bin"));
        Compile(Path.Combine(folder.Path, "bin", "Helper.dll"));
        File.Copy(typeof(Formatter).Assembly.Location, Path.Combine(folder.Path, "bin", Path.GetFileName(typeof(Formatter).Assembly.Location)));
        Outcome outcome = await folder.RunFileAsync(
            "notebooks/n.ipynb",
            NotebookBuilder.WithCode("#r \"../bin/Helper.dll\"\nusing Helper;\nPicture.Register();", "new Picture(\"seven\")", "Progress.Run();").Build(),
            TestContext.Current.CancellationToken);
        Assert.Equal("", outcome.Error);
        Assert.True(outcome.ExitCode == 0, outcome.Output);
        Assert.Equal("picture of seven", outcome.Text(1));
        Assert.Equal("picture of end", outcome.Text(2));
        Assert.Equal("True\n", outcome.Text(2, 1));
        Assert.Contains("picture of end", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("picture of start", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Are_named_when_they_are_missing()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("#r \"../bin/Missing.dll\""));
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("../bin/Missing.dll", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_runners_own_packages_are_no_part_of_what_cells_see()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("typeof(Spectre.Console.AnsiConsole)"));
        Assert.Contains("CS0246", outcome.Output, StringComparison.Ordinal);
    }

    private static void Compile(string path)
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<string> references = Directory.GetFiles(framework, "System*.dll")
            .Where(file => !file.Contains(".Native.", StringComparison.Ordinal))
            .Append(Path.Combine(framework, "netstandard.dll"))
            .Append(typeof(Formatter).Assembly.Location);
        var compilation = CSharpCompilation.Create(
            "Helper",
            [CSharpSyntaxTree.ParseText(LibrarySource)],
            references.Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        Assert.True(compilation.Emit(path).Success);
    }
}
