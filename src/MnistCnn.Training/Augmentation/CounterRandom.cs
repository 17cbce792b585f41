using MnistCnn.Acceleration;

namespace MnistCnn;

/// <summary>Random numbers that follow from a key alone: the n-th is the same whoever asks, and when.</summary>
/// <param name="key">The key.</param>
internal struct CounterRandom(ulong key)
{
    private int _drawn;

    /// <summary>The next number, uniform from 0 to below 1.</summary>
    public double NextDouble() => (CounterKey.Of(key, _drawn++) >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next number, uniform between two.</summary>
    public double Between(double low, double high) => low + ((high - low) * NextDouble());
}
