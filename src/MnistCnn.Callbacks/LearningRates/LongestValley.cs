namespace MnistCnn;

/// <summary>fastai's rule <c>valley</c> for reading a learning rate off the losses.</summary>
internal static class LongestValley
{
    /// <summary>Finds a rate.</summary>
    /// <param name="rates">The rates of the steps.</param>
    /// <param name="losses">Their smoothed losses.</param>
    /// <returns>The rate; NaN where the loss never fell.</returns>
    public static double Suggest(IReadOnlyList<double> rates, IReadOnlyList<double> losses)
    {
        // fastai leaves out the first tenth, where the rate is too small to matter, and the last five steps, where the loss
        // explodes. Too few steps for that are looked at as they are.
        int skipped = losses.Count / 10, left = 5;
        (int first, int end) = losses.Count - skipped - left > 2 ? (skipped, losses.Count - left) : (0, losses.Count);
        int place = Middle([.. losses.Skip(first).Take(end - first)]);
        return place < 0 ? double.NaN : rates[first + place];
    }

    /// <summary>
    /// The middle of the longest falling sequence (of numbers that need not follow each other directly), counted back from its
    /// end; −1 where nothing falls.
    /// </summary>
    internal static int Middle(ReadOnlySpan<double> losses)
    {
        int[] length = new int[losses.Length];
        int end = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            length[i] = 1;
            for (int j = 0; j < i; j++)
            {
                if (losses[i] < losses[j])
                {
                    length[i] = Math.Max(length[i], length[j] + 1);
                }
            }

            end = length[i] > length[end] ? i : end;
        }

        if (losses.Length == 0 || length[end] == 1)
        {
            return -1;
        }

        // fastai goes one third of the valley and half a third further, each cut to a whole number.
        int start = Math.Max(0, end - length[end]);
        double third = (end - start) / 3.0;
        return start + (int)third + (int)(third / 2);
    }
}
