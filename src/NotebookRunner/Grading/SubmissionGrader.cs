using System.Text.Json.Nodes;
using NotebookRunner.Execution;
using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Grading;

/// <summary>Grades one submission, whatever it is.</summary>
internal sealed class SubmissionGrader(Exercise exercise, GradeOptions options)
{
    /// <summary>Runs it and writes its result and its page.</summary>
    /// <exception cref="OperationCanceledException">The user stopped it; nothing is written.</exception>
    public async Task<GradeRecord> GradeAsync(Submission submission, CancellationToken cancellationToken)
    {
        GradeRecord record;
        try
        {
            record = await RunAsync(submission, cancellationToken);
        }
#pragma warning disable CA1031 // One submission must not stop the rest.
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            record = NotRun(submission, $"it could not be graded: {exception.Message.ReplaceLineEndings(" ")}");
        }

        record.Write(options.ResultPath(submission.File));
        return record;
    }

    /// <summary>The result of an earlier run, if it is still that of the same submission with the same settings.</summary>
    public GradeRecord? Earlier(Submission submission) =>
        GradeRecord.Read(options.ResultPath(submission.File)) is { } record
        && string.Equals(record.Key, KeyOf(submission), StringComparison.Ordinal)
            ? record
            : null;

    /// <summary>The result of a submission that has none.</summary>
    public GradeRecord NotRun(Submission submission, string reason) => new(
        submission.File, KeyOf(submission), [.. exercise.Checks.Select(check => Nothing(check, "not run"))], [], [reason], 0,
        HasPage: false);

    private string KeyOf(Submission submission)
    {
        try
        {
            return exercise.KeyOf(submission.Problem is null ? File.ReadAllBytes(submission.Path) : []);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private async Task<GradeRecord> RunAsync(Submission submission, CancellationToken cancellationToken)
    {
        if (submission.Problem is { } problem)
        {
            return NotRun(submission, problem);
        }

        string key = KeyOf(submission);
        Notebook handedIn;
        try
        {
            handedIn = NotebookReader.ReadFile(submission.Path);
        }
        catch (NotebookFormatException exception)
        {
            return NotRun(submission, $"it cannot be read: {exception.Message}");
        }

        RestoredNotebook restored = RestoredNotebook.Of(exercise.Sheet, exercise.Checks, handedIn);
        var run = new SubmissionRun(restored.Notebook, options);
        RunResult result = await run.RunAsync(cancellationToken);
        List<string> errors = [.. run.End is { } end ? [end] : Array.Empty<string>(), .. restored.Remarks];
        List<GradedTask> tasks = [.. exercise.Checks.Select(check => Assess(check, result, errors))];
        errors.AddRange(result.Cells
            .Where(cell => cell.Failure is not null && !exercise.Checks.Any(check => check.Id == cell.Cell.Id))
            .Select(cell => $"cell {cell.Cell.Id}: {Line(cell.Failure!)}"));
        var record = new GradeRecord(
            submission.File, key, tasks, restored.GoOn, errors, Math.Round(result.Duration.TotalSeconds, 1), HasPage: true);
        FeedbackPage.Write(restored.Notebook, result, exercise.Checks, record, options);
        return record;
    }

    /// <summary>What a check found: what its own cell gave as its result, once, in the type of the exercise's library.</summary>
    private static GradedTask Assess(CheckCell check, RunResult result, List<string> errors)
    {
        if (result.Cells.FirstOrDefault(run => string.Equals(run.Cell.Id, check.Id, StringComparison.Ordinal)) is not { } run)
        {
            return Nothing(check, "The run did not come this far.");
        }

        if (run.Failure is { } failure)
        {
            return Nothing(check, $"The check could not run: {Line(failure)}");
        }

        DisplayOutput[] outcomes = [.. run.Cell.Outputs.OfType<DisplayOutput>()
            .Where(output => output.Bundle[CheckOutcome.MimeType] is not null)];
        if (outcomes is not [{ IsResult: true } outcome]
            || JupyterJson.Read(outcome.Bundle[CheckOutcome.MimeType]!) is not JsonObject json)
        {
            errors.Add($"{check.Id}: another result than the check's own was shown in its cell");
            return Nothing(check, "The check gave no result.");
        }

        string? assembly = CellLanguage.Named(json, "assembly");
        if (CellLanguage.Named(json, "type") != check.ResultType || assembly is not { Length: > 0 }
            || !string.Equals(Path.GetFullPath(assembly), Path.GetFullPath(check.Assembly), StringComparison.Ordinal))
        {
            errors.Add($"{check.Id}: the result is not of the exercise's library, but of a type that the submission brought");
            return Nothing(check, "The check gave no result.");
        }

        return new GradedTask(
            check.Id,
            json["passed"] is JsonValue passed && passed.TryGetValue(out bool isPassed) && isPassed ? check.Points : 0,
            check.Points,
            CellLanguage.Named(json, "message") ?? "",
            CellLanguage.Named(json, "hint"),
            check.IsHidden);
    }

    private static GradedTask Nothing(CheckCell check, string message) =>
        new(check.Id, 0, check.Points, message, Hint: null, check.IsHidden);

    private static string Line(CellFailure failure) => $"{failure.Name}: {failure.Message.Split('\n')[0]}";
}
