using System.Globalization;

namespace MnistCnn.Course;

/// <summary>
/// The points of a sheet: what each check gave when it ran last, of what it is worth. They are those of grading if every cell
/// ran once, from the top.
/// </summary>
public sealed class SheetPoints
{
    private static readonly List<Row> s_rows = [];
    private static readonly List<string> s_loaded = [];

    internal SheetPoints(double of)
    {
        lock (s_rows)
        {
            (Reached, Of) = (s_rows.Sum(row => row.Points), of);
            double notRun = of - s_rows.Sum(row => row.Of);
            string notes = (notRun > 0 ? $"Checks worth {Text(notRun)} points have not run. " : "")
                + (s_loaded.Count > 0 ? $"Loaded to go on: {string.Join(", ", s_loaded)}." : "");
            Rows = new TextTable<Row?>(["check", "points", "of", "what it says"], [.. s_rows, null], row => row is null
                ? ["all", Text(Reached), Text(Of), notes]
                : [row.Check, Text(row.Points), Text(row.Of), row.Words]);
        }
    }

    /// <summary>The points reached.</summary>
    public double Reached { get; }

    /// <summary>The points that there are.</summary>
    public double Of { get; }

    /// <summary>A row for each check that ran, and one of all.</summary>
    internal TextTable<Row?> Rows { get; }

    /// <summary>The table as text.</summary>
    public override string ToString() => Rows.ToString();

    /// <summary>
    /// Notes what a check found. What was loaded says nothing of the student's work: what was found before it stays.
    /// </summary>
    internal static void Note(Row row)
    {
        lock (s_rows)
        {
            int place = s_rows.FindIndex(other => other.Check == row.Check);
            if (place < 0)
            {
                s_rows.Add(row);
            }
            else if (!row.Verdict.IsLoaded)
            {
                s_rows[place] = row;
            }
        }
    }

    /// <summary>Notes what a student who was stuck has loaded.</summary>
    internal static void NoteLoaded(string what)
    {
        lock (s_rows)
        {
            s_loaded.Remove(what);
            s_loaded.Add(what);
        }
    }

    private static string Text(double points) => points.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>A check with what it is worth and what it found.</summary>
    internal sealed record Row(string Check, double Of, CheckResult Verdict)
    {
        public double Points => Verdict is { Passed: true, IsLoaded: false } ? Of : 0;

        public string Words => $"{(Verdict.Passed ? "✓" : "•")} {Verdict.Message}"
            + (Verdict.IsLoaded ? " This gives no points." : "");
    }
}
