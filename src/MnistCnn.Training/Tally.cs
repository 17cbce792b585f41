namespace MnistCnn;

/// <summary>Sums over the images seen so far.</summary>
/// <param name="Images">How many.</param>
/// <param name="LossSum">The sum of their losses.</param>
/// <param name="Correct">How many were classified rightly.</param>
internal readonly record struct Tally(int Images, double LossSum, long Correct)
{
    /// <summary>The mean loss; 0 before the first image.</summary>
    public double Loss => Images > 0 ? LossSum / Images : 0;

    /// <summary>The share of right ones; 0 before the first image.</summary>
    public double Accuracy => Images > 0 ? (double)Correct / Images : 0;

    public static Tally operator +(Tally a, Tally b) => new(a.Images + b.Images, a.LossSum + b.LossSum, a.Correct + b.Correct);
}
