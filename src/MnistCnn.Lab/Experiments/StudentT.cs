namespace MnistCnn.Lab;

/// <summary>Student's t distribution, for intervals from few samples.</summary>
internal static class StudentT
{
    /// <summary>How far from 0 a share of the distribution reaches to either side.</summary>
    /// <param name="share">The share, such as 0.95; between 0 and 1.</param>
    /// <param name="freedom">The degrees of freedom, at least 1; need not be whole.</param>
    public static double TwoSidedQuantile(double share, double freedom)
    {
        ArgumentOutOfRange.ThrowIfLessThanOrEqual(share, 0);
        ArgumentOutOfRange.ThrowIfGreaterThanOrEqual(share, 1);
        ArgumentOutOfRange.ThrowIfLessThan(freedom, 1);

        // With t = √ν tan θ the density becomes cos^(ν − 1) θ on a finite range: smooth, and with no constant to know.
        double all = Integral(Math.PI / 2, freedom);
        (double low, double high) = (0, Math.PI / 2);
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = Integral(middle, freedom) < share * all ? (middle, high) : (low, middle);
        }

        return Math.Sqrt(freedom) * Math.Tan(low);
    }

    /// <summary>∫ cos^(ν − 1) θ dθ from 0 to an angle, by Simpson's rule.</summary>
    private static double Integral(double angle, double freedom)
    {
        const int Steps = 400;
        double step = angle / Steps;
        double sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            int weight = i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.Pow(Math.Max(0, Math.Cos(i * step)), freedom - 1);
        }

        return sum * step / 3;
    }
}
