namespace MnistCnn;

/// <summary>The scores of one class, or a mean over classes, as in scikit-learn's report.</summary>
/// <param name="Name">The class, or the kind of mean.</param>
/// <param name="Precision">Of the samples taken for the class, the share that belongs to it; 0 if there is none.</param>
/// <param name="Recall">Of the samples of the class, the share that was found; 0 if there is none.</param>
/// <param name="F1">The harmonic mean of precision and recall; 0 if both are 0.</param>
/// <param name="Support">The number of samples of the class.</param>
public sealed record ClassScores(string Name, double Precision, double Recall, double F1, int Support);
