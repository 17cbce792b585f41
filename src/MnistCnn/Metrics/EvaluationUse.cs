namespace MnistCnn;

/// <summary>Which views of an evaluation were asked for: an exercise's check can then say which are missing.</summary>
internal sealed record EvaluationUse
{
    /// <summary>Whether the labels were read one by one, so that any view may have been made by hand.</summary>
    public bool LabelsRead { get; set; }

    /// <summary>Whether there was a classification report.</summary>
    public bool ReportMade { get; set; }

    /// <summary>Whether there was a confusion matrix.</summary>
    public bool MatrixMade { get; set; }

    /// <summary>The class whose probabilities were asked for last; null: none.</summary>
    public int? ProbabilitiesOf { get; set; }

    /// <summary>How many largest errors were asked for; null: none.</summary>
    public int? Errors { get; set; }

    /// <summary>How many first predictions were asked for; null: none.</summary>
    public int? Predictions { get; set; }
}
