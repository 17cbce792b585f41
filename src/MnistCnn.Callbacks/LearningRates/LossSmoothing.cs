namespace MnistCnn;

/// <summary>Means of losses that follow each other.</summary>
internal static class LossSmoothing
{
    private const double Beta = 0.98;
    private const int Reach = 6;

    /// <summary>
    /// The mean of what has been seen, as fastai's <c>AvgSmoothLoss</c>: m ← β m + (1 − β) loss, divided by 1 − βⁿ. It lags some
    /// 1 ÷ (1 − β) steps behind.
    /// </summary>
    public static double[] Past(IReadOnlyList<double> losses)
    {
        double[] smoothed = new double[losses.Count];
        double mean = 0;
        for (int i = 0; i < smoothed.Length; i++)
        {
            mean = (Beta * mean) + ((1 - Beta) * losses[i]);
            smoothed[i] = mean / (1 - Math.Pow(Beta, i + 1));
        }

        return smoothed;
    }

    /// <summary>
    /// The mean of the steps before and after each, which does not lag. It reaches no further than six steps, where the weights
    /// of a parabola end (Epanechnikov's): so the explosion at the end of a search stays there.
    /// </summary>
    public static double[] Both(IReadOnlyList<double> losses)
    {
        return [.. Enumerable.Range(0, losses.Count).Select(MeanAt)];

        double MeanAt(int i)
        {
            (double sum, double weights) = (0, 0);
            for (int j = Math.Max(0, i - Reach); j <= Math.Min(losses.Count - 1, i + Reach); j++)
            {
                double distance = (double)(j - i) / (Reach + 1), weight = 1 - (distance * distance);
                (sum, weights) = (sum + (weight * losses[j]), weights + weight);
            }

            return sum / weights;
        }
    }
}
