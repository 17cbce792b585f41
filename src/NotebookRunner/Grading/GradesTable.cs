using NotebookRunner.Exercises;

namespace NotebookRunner.Grading;

/// <summary>The table of points as comma-separated values, after RFC 4180.</summary>
internal static class GradesTable
{
    /// <summary>Makes the table.</summary>
    /// <param name="checks">What each check is called, in order.</param>
    /// <param name="records">The results, a row each.</param>
    public static string Create(IReadOnlyList<string> checks, IReadOnlyList<GradeRecord> records)
    {
        IEnumerable<IEnumerable<string>> rows = records.Select(record => (IEnumerable<string>)
        [
            record.File,
            .. checks.Select(check =>
                record.Tasks.FirstOrDefault(task => task.Id == check) is { } task ? ExerciseMetadata.Written(task.Points) : ""),
            ExerciseMetadata.Written(record.Total),
            ExerciseMetadata.Written(record.Of),
            string.Join("; ", record.GoOn),
            string.Join("; ", record.Errors),
        ]);
        return string.Concat(rows.Prepend(["file", .. checks, "total", "of", "go on used", "errors"])
            .Select(row => string.Join(',', row.Select(Field)) + "\r\n"));
    }

    /// <summary>
    /// A field in quotes where it needs them. A spreadsheet takes what begins like a formula for one: an apostrophe stops that.
    /// </summary>
    private static string Field(string text)
    {
        string field = text.Length > 0 && text.TrimStart() is ['=' or '+' or '-' or '@', ..] or ['\t' or '\r' or '\n', ..]
            ? "'" + text
            : text;
        return field.AsSpan().IndexOfAny("\",\r\n") < 0
            ? field
            : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
