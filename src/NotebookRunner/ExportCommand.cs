using System.CommandLine;
using NotebookRunner.Exports;
using NotebookRunner.Notebooks;
using NotebookRunner.Parameters;
using NotebookRunner.StaticImages;

namespace NotebookRunner;

/// <summary>The command <c>export</c>: a notebook in another form. Nothing runs; outputs are those that the file holds.</summary>
internal sealed class ExportCommand
{
    private readonly Argument<string> _notebook = new("notebook")
    {
        Description = "The notebook; for md and pdf an executed one.",
    };

    private readonly Option<string> _to = new("--to")
    {
        Description = "cs: a program for 'dotnet run'; md: Markdown with pictures; pdf: through Chromium, Chrome or Edge.",
        Required = true,
    };

    private readonly Option<string?> _output = new("--output")
    {
        Description = "The file to write; without it, beside the notebook under its name.",
        HelpName = "file",
    };

    private readonly Option<string[]> _set = new("--set")
    {
        Description = "With --to cs: another value for a variable of the cell tagged 'parameters'; may be repeated.",
        HelpName = "name=value",
    };

    /// <summary>Makes the command.</summary>
    /// <param name="output">Where it tells what it has written.</param>
    public static Command Create(TextWriter output)
    {
        var options = new ExportCommand();
        var command = new Command(
            "export", "Writes a notebook as a C# program, as Markdown or as PDF. Exit codes: 0 done; 2 it cannot be done.")
        {
            options._notebook, options._to, options._output, options._set,
        };
        options._to.AcceptOnlyFromAmong("cs", "md", "pdf");
        options._set.Validators.Add(RunnerCommand.ValidateSet);
        command.SetAction(async (result, _) => output.WriteLine(RunnerFiles.Shown(await options.ExportAsync(result))));
        return command;
    }

    private async Task<string> ExportAsync(ParseResult result)
    {
        string form = result.GetRequiredValue(_to);
        string source = RunnerCommand.FullPath(_notebook.Name, result.GetRequiredValue(_notebook));
        string target = result.GetValue(_output) is { Length: > 0 } path
            ? RunnerCommand.FullPath(_output.Name, path)
            : Path.ChangeExtension(source, form);
        IReadOnlyList<ParameterValue> values =
            ParameterValue.LastOfEach((result.GetValue(_set) ?? []).Select(RunnerCommand.ParseAssignment));
        if (string.Equals(source, target, StringComparison.Ordinal))
        {
            throw new WrongUseException("--output names the notebook itself");
        }

        Notebook notebook = RunnerFiles.Read(source, path => NotebookReader.ReadFile(path, anyLanguage: form != "cs"));
        notebook.Cells.ToList().ForEach(cell => cell.ReadOutputs());
        switch (form)
        {
            case "cs":
                if (values.Count > 0)
                {
                    ParameterCell.Inject(notebook, Path.GetDirectoryName(source)!, values);
                }

                string program = ProgramExport.Create(notebook, source, target);
                RunnerFiles.Write(target, file => AtomicFile.WriteAllText(file, program));
                break;
            case var _ when values.Count > 0:
                throw new WrongUseException("--set goes with --to cs; for other forms run the notebook with it first");
            case "md":
                if (MarkdownExport.LacksPictures(notebook))
                {
                    await InBrowserAsync(browser => FigureImages.AddAsync(notebook, browser));
                }

                RunnerFiles.Write(target, file => MarkdownExport.Write(notebook, source, file));
                break;
            default:
                byte[] pdf = [];
                await InBrowserAsync(async browser => pdf = await PdfExport.CreateAsync(notebook, source, target, browser));
                RunnerFiles.Write(target, file => AtomicFile.WriteAllBytes(file, pdf));
                break;
        }

        return target;
    }

    private static async Task InBrowserAsync(Func<string, Task> work)
    {
        string browser = InstalledBrowser.FindFor("--to");
        try
        {
            await work(browser);
        }
#pragma warning disable CA1031 // Whatever the browser does is told in one line.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            throw new WrongUseException($"--to: {browser} could not draw it: {exception.Message.Split('\n')[0]}", exception);
        }
    }
}
