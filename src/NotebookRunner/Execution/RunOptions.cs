using NotebookRunner.Parameters;

namespace NotebookRunner.Execution;

/// <summary>How a notebook is to be run and what is to be written.</summary>
internal sealed record RunOptions
{
    /// <summary>The notebook to run.</summary>
    public required string NotebookPath { get; init; }

    /// <summary>The folder that the executed notebook and the page go to.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>What the executed notebook and the page are called, without extension.</summary>
    public required string Name { get; init; }

    /// <summary>Values that override those of the parameters cell, one for each name.</summary>
    public IReadOnlyList<ParameterValue> Parameters { get; init; } = [];

    /// <summary>How long a cell may take, or null for as long as it wants.</summary>
    public TimeSpan? CellTimeout { get; init; }

    /// <summary>Whether the cells after one that failed run too.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>Whether .NET Interactive's own kernel runs the cells.</summary>
    public bool Interactive { get; init; }

    /// <summary>Whether the executed notebook replaces the input.</summary>
    public bool InPlace { get; init; }

    /// <summary>Whether figures get a PNG image as well.</summary>
    public bool StaticImages { get; init; }

    /// <summary>Whether results that the notebook's library reports are stored.</summary>
    public bool Scraps { get; init; }

    /// <summary>The points that a student's sheet must reach, or null for any.</summary>
    public double? RequiredPoints { get; init; }

    /// <summary>Whether a sweep only writes the command of each of its runs.</summary>
    public bool List { get; init; }

    /// <summary>Whether a sweep only makes the page of what those commands wrote.</summary>
    public bool Collect { get; init; }

    /// <summary>Where the report for a build server goes, or null for none.</summary>
    public string? JUnitPath { get; init; }

    /// <summary>The notebook's folder.</summary>
    public string NotebookFolder => Path.GetDirectoryName(NotebookPath)!;

    /// <summary>Where the executed notebook goes.</summary>
    public string ExecutedNotebookPath =>
        InPlace ? NotebookPath : Path.Combine(OutputFolder, Name + Path.GetExtension(NotebookPath));

    /// <summary>Where the page goes.</summary>
    public string PagePath => Path.Combine(OutputFolder, Name + ".html");

    /// <summary>Where the page that compares the runs of a sweep goes.</summary>
    public string SweepPagePath => Path.Combine(OutputFolder, Name + "-sweep.html");
}
