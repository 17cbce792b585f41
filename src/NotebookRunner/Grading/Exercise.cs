using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NotebookRunner.Exercises;
using NotebookRunner.Notebooks;
using NotebookRunner.Parameters;

namespace NotebookRunner.Grading;

/// <summary>What submissions are held against.</summary>
/// <param name="Sheet">The student's sheet, with the hidden checks and the values that were set.</param>
/// <param name="Checks">Its checks, in order.</param>
/// <param name="Settings">All that a result depends on but the submission, as a checksum.</param>
internal sealed record Exercise(Notebook Sheet, IReadOnlyList<CheckCell> Checks, string Settings)
{
    /// <summary>Reads the solution.</summary>
    /// <exception cref="NotebookFormatException">It is no solution that submissions can be graded by.</exception>
    /// <exception cref="ParameterException">A value does not fit.</exception>
    public static Exercise Read(GradeOptions options)
    {
        Notebook solution = NotebookReader.ReadFile(options.SolutionPath);
        Notebook sheet = StudentSheet.Create(solution, withAnswers: false, withHidden: true);
        Notebook answered = StudentSheet.Create(solution, withAnswers: true, withHidden: true);
        if (options.Parameters.Count > 0)
        {
            Inject(sheet, answered, options);
        }

        IReadOnlyList<CheckCell> checks = CheckCell.Read(answered, options.ExerciseFolder);
        string values = string.Join('\n', options.Parameters.Select(value => $"{value.Name}={value.Text}"));
        string settings = string.Create(CultureInfo.InvariantCulture,
            $"{values}\n{options.Timeout}\n{options.Memory}\n{options.ShowHidden}\n{typeof(Exercise).Module.ModuleVersionId}\n");
        return checks.Sum(check => check.Points) > 0
            ? new Exercise(
                sheet, checks, Checksum([.. Encoding.UTF8.GetBytes(settings), .. File.ReadAllBytes(options.SolutionPath)]))
            : throw new NotebookFormatException("no check gives points: 'exercise' metadata have 'points' beside 'check'");
    }

    /// <summary>What the result of a submission depends on.</summary>
    public string KeyOf(byte[] submission) => Checksum([.. Encoding.UTF8.GetBytes(Settings), .. submission]);

    /// <summary>The values go into the answered sheet, which compiles, and from there into the student's.</summary>
    private static void Inject(Notebook sheet, Notebook answered, GradeOptions options)
    {
        HashSet<string?> before = [.. answered.Cells.Select(cell => cell.Id)];
        ParameterCell.Inject(answered, options.ExerciseFolder, options.Parameters);
        int place = answered.Cells.Index().First(item => !before.Contains(item.Item.Id)).Index;
        Cell injected = answered.Cells[place];
        string? parameters = answered.Cells[place - 1].Id;
        sheet.Insert(
            sheet.Cells.Index().First(item => string.Equals(item.Item.Id, parameters, StringComparison.Ordinal)).Index + 1,
            new Cell(injected.Kind, injected.Json.Copy()));
    }

    private static string Checksum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
