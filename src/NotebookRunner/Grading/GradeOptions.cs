using NotebookRunner.Parameters;

namespace NotebookRunner.Grading;

/// <summary>What the command line asks for when it grades.</summary>
/// <param name="SubmissionsPath">The folder with the submissions, or one of them.</param>
/// <param name="SolutionPath">The notebook with the solution.</param>
/// <param name="OutputFolder">Where the table and the pages go.</param>
/// <param name="Parameters">Values that override those of the parameters cell, in every submission.</param>
/// <param name="Timeout">How long a submission may take as a whole.</param>
/// <param name="Memory">How much memory it may take, in MiB.</param>
/// <param name="Jobs">How many run side by side.</param>
/// <param name="Again">Whether those are graded once more that have a result.</param>
/// <param name="ShowHidden">Whether students read what hidden checks found.</param>
/// <param name="Only">The one submission to grade; null: all.</param>
/// <param name="Mode">What is to be done.</param>
internal sealed record GradeOptions(
    string SubmissionsPath,
    string SolutionPath,
    string OutputFolder,
    IReadOnlyList<ParameterValue> Parameters,
    TimeSpan Timeout,
    int Memory,
    int Jobs,
    bool Again,
    bool ShowHidden,
    string? Only,
    GradeMode Mode)
{
    /// <summary>The folder that the sheet's relative paths start from.</summary>
    public string ExerciseFolder => Path.GetDirectoryName(SolutionPath)!;

    /// <summary>Where the table goes.</summary>
    public string TablePath => Path.Combine(OutputFolder, "grades.csv");

    /// <summary>Where the page of the whole class goes.</summary>
    public string SummaryPath => Path.Combine(OutputFolder, "index.html");

    /// <summary>Where the result of a submission goes.</summary>
    public string ResultPath(string file) => Path.Combine(OutputFolder, "results", file + ".json");

    /// <summary>Where the page of a submission goes.</summary>
    public string PagePath(string file) => Path.Combine(OutputFolder, FeedbackName(file));

    /// <summary>The page of a submission, as a page beside the table links to it.</summary>
    public static string FeedbackName(string file) => $"feedback/{file}.html";
}

/// <summary>What grading does.</summary>
internal enum GradeMode
{
    /// <summary>Grades and makes the table.</summary>
    Grade,

    /// <summary>Writes a command for each submission.</summary>
    List,

    /// <summary>Makes the table of what was graded before.</summary>
    Collect,
}
