using NotebookRunner.Execution;
using NotebookRunner.Exercises;
using NotebookRunner.Notebooks;
using NotebookRunner.Parameters;

namespace NotebookRunner.Grading;

/// <summary>Grades all submissions of a folder, and makes a table and pages of what came of it.</summary>
/// <param name="options">What the command line asks for.</param>
/// <param name="output">Where each submission is told in a line.</param>
internal sealed class GradingRun(GradeOptions options, TextWriter output)
{
    private readonly Lock _lock = new();
    private int _ended;

    /// <summary>Does what the command line asks for.</summary>
    /// <returns>Whether every submission could be read and run.</returns>
    /// <exception cref="WrongUseException">There is nothing to grade, or a result cannot be written.</exception>
    /// <exception cref="NotebookFormatException">The solution cannot be graded by.</exception>
    /// <exception cref="ParameterException">A value does not fit the solution.</exception>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(Submission.Find(options), cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WrongUseException(exception.Message, exception);
        }
    }

    private async Task<bool> RunAsync(IReadOnlyList<Submission> submissions, CancellationToken cancellationToken)
    {
        if (options.Mode == GradeMode.List)
        {
            foreach (Submission submission in submissions)
            {
                await output.WriteLineAsync(GradeCommandLine.For(submission, options));
            }

            return true;
        }

        Exercise exercise = Exercise.Read(options);
        var grader = new SubmissionGrader(exercise, options);
        if (options.Only is { } only)
        {
            submissions = submissions.Where(submission => string.Equals(submission.File, only, StringComparison.Ordinal)).ToList()
                is { Count: > 0 } one ? one : throw new WrongUseException($"--only: there is no submission {only}");
        }

        Directory.CreateDirectory(options.OutputFolder);
        GradeRecord[] records = options.Mode == GradeMode.Collect
            ? [.. submissions.Select(submission => grader.Earlier(submission)
                ?? grader.NotRun(submission, submission.Problem ?? "it was not graded, or was changed since"))]
            : await GradeAsync(grader, submissions, cancellationToken);
        if (options.Only is null)
        {
            AtomicFile.WriteAllText(
                options.TablePath, GradesTable.Create([.. exercise.Checks.Select(check => check.Id)], records));
            AtomicFile.WriteAllText(options.SummaryPath, SummaryPage.Create(exercise, records, options));
            await output.WriteLineAsync($"\n{ReportText.Count(records.Length, "submission")}\n"
                + $"  {Path.GetRelativePath(Environment.CurrentDirectory, options.TablePath)}\n"
                + $"  {Path.GetRelativePath(Environment.CurrentDirectory, options.SummaryPath)}");
        }

        return records.All(record => record.HasPage);
    }

    private async Task<GradeRecord[]> GradeAsync(
        SubmissionGrader grader, IReadOnlyList<Submission> submissions, CancellationToken cancellationToken)
    {
        var records = new GradeRecord[submissions.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Jobs, CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForAsync(0, submissions.Count, parallel, async (i, stop) =>
            {
                GradeRecord? earlier = options.Again ? null : grader.Earlier(submissions[i]);
                records[i] = earlier ?? await grader.GradeAsync(submissions[i], stop);
                Tell(records[i], submissions.Count, earlier is not null);
            });
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new WrongUseException("stopped; the same command goes on where this one was", exception);
        }

        return records;
    }

    private void Tell(GradeRecord record, int count, bool isEarlier)
    {
        lock (_lock)
        {
            _ended++;
            string how = isEarlier ? "as before" : ReportText.Duration(TimeSpan.FromSeconds(record.Seconds));
            string error = record.Errors.Count == 0 ? "" : $"  ! {record.Errors[0].Split('\n')[0]}";
            string points = $"{ExerciseMetadata.Written(record.Total)} of {ExerciseMetadata.Written(record.Of)}";
            output.WriteLine(Invariant($"[{_ended}/{count}] {record.File.ReplaceLineEndings(" ")}  {points}  {how}{error}"));
            output.Flush();
        }
    }
}
