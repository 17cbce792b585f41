namespace MnistCnn.Kernels;

/// <summary>The softmax cross-entropy of a batch and its gradient.</summary>
internal static unsafe class CrossEntropy
{
    /// <summary>Sums the losses of the samples and counts the right ones.</summary>
    /// <param name="logits">(samples, classes).</param>
    /// <param name="targets">(samples, classes), the wanted probabilities.</param>
    /// <param name="classes">How many columns there are.</param>
    /// <param name="gradient">Takes the gradient of the mean loss by the logits, (samples, classes); empty: not needed.</param>
    public static (double LossSum, int Correct) Of(
        ReadOnlySpan<float> logits, ReadOnlySpan<float> targets, int classes, Span<float> gradient = default)
    {
        if (targets.Length != logits.Length)
        {
            throw new ArgumentException($"Expected {logits.Length} targets, given {targets.Length}.", nameof(targets));
        }

        fixed (float* x = logits, y = targets, dx = gradient)
        {
            return Of(x, y, logits.Length / classes, classes, dx);
        }
    }

    private static (double LossSum, int Correct) Of(float* logits, float* targets, int samples, int classes, float* gradient)
    {
        double lossSum = 0;
        int correct = 0;
        for (int sample = 0; sample < samples; sample++, logits += classes, targets += classes)
        {
            int largest = Largest(logits, classes);
            correct += largest == Largest(targets, classes) ? 1 : 0;
            double sum = 0, wanted = 0, weights = 0;
            for (int i = 0; i < classes; i++)
            {
                sum += Math.Exp((double)logits[i] - logits[largest]);
                wanted += targets[i] == 0 ? 0 : (double)targets[i] * logits[i];
                weights += targets[i];
            }

            double logSum = Math.Log(sum) + logits[largest];
            lossSum += (weights * logSum) - wanted;
            if (gradient != null)
            {
                for (int i = 0; i < classes; i++)
                {
                    *gradient++ = (float)(((weights * Math.Exp(logits[i] - logSum)) - targets[i]) / samples);
                }
            }
        }

        return (lossSum, correct);
    }

    private static int Largest(float* values, int count)
    {
        int largest = 0;
        for (int i = 1; i < count; i++)
        {
            largest = values[i] > values[largest] ? i : largest;
        }

        return largest;
    }
}
