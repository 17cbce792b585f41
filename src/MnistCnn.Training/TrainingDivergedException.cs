namespace MnistCnn;

/// <summary>Training was stopped because the loss was no longer a finite number.</summary>
public sealed class TrainingDivergedException : ArithmeticException
{
    /// <summary>Makes an exception with a default message.</summary>
    public TrainingDivergedException()
        : base("The loss is no longer a finite number.")
    {
    }

    /// <summary>Makes an exception with a message.</summary>
    /// <param name="message">When the loss left the finite numbers, and what to try.</param>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and a cause.</summary>
    /// <param name="message">When the loss left the finite numbers, and what to try.</param>
    /// <param name="innerException">The cause.</param>
    public TrainingDivergedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal TrainingDivergedException(double loss, int epoch, int seen, string? inSamples)
        : this(FormattableString.Invariant(
            $"The loss became {loss} in epoch {epoch} after {seen} images; the weights are those of the batch before. ")
            + (inSamples is null
                ? "A smaller learning rate often helps, and inputs scaled to 0…1 do."
                : $"The training samples are not all finite numbers: {inSamples}."))
    {
    }
}
