using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>The settings of a method that changes weights to lower the loss; a model is compiled with one.</summary>
public abstract record Optimizer : InvariantRecord
{
    /// <summary>The size of a step; above 0. A <see cref="LearningRateSchedule"/> may change it during a run.</summary>
    public double LearningRate { get; init; }

    /// <summary>Makes TorchSharp's optimizer with these settings.</summary>
    /// <param name="parameters">The weights to change.</param>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    internal abstract optim.Optimizer Create(IEnumerable<Parameter> parameters);

    /// <summary>Refuses a step of no size.</summary>
    /// <exception cref="ArgumentException">The rate is not above 0.</exception>
    private protected static void CheckLearningRate(double rate)
    {
        if (!(rate > 0 && double.IsFinite(rate)))
        {
            throw Refusal(Invariant($"The learning rate must be above 0, given {rate}."), nameof(LearningRate));
        }
    }

    /// <summary>Refuses a setting that is not a share.</summary>
    /// <exception cref="ArgumentException">The value is not from 0 to below 1.</exception>
    private protected static void CheckShare(double value, string name)
    {
        if (value is not (>= 0 and < 1))
        {
            throw Refusal(Invariant($"{name} must be from 0 to below 1, given {value}."), name);
        }
    }

    /// <summary>Refuses a negative setting.</summary>
    /// <exception cref="ArgumentException">The value is negative or not finite.</exception>
    private protected static void CheckNotNegative(double value, string name)
    {
        if (!(value >= 0 && double.IsFinite(value)))
        {
            throw Refusal(Invariant($"{name} must be at least 0, given {value}."), name);
        }
    }

    /// <summary>An error that names a setting.</summary>
    private protected static ArgumentException Refusal(string message, string setting) => new(message, setting);
}
