namespace MnistCnn;

/// <summary>An exponential mean of losses, corrected for its start at 0 (fastai's <c>AvgSmoothLoss</c>).</summary>
internal static class LossSmoothing
{
    /// <summary>How much of the mean is kept from step to step; fastai's value.</summary>
    public const double Beta = 0.98;

    /// <summary>m ← β m + (1 − β) loss, divided by 1 − βⁿ.</summary>
    public static IReadOnlyList<double> Of(IReadOnlyList<double> losses)
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
}
