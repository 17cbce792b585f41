using System.Collections;

namespace MnistCnn.Lab;

/// <summary>What every layer gave for some samples, in the order in which they met the layers.</summary>
public sealed class Activations : IReadOnlyList<LayerActivation>
{
    private readonly IReadOnlyList<LayerActivation> _layers;

    internal Activations(IReadOnlyList<LayerActivation> layers) => _layers = layers;

    /// <summary>The number of layers.</summary>
    public int Count => _layers.Count;

    /// <summary>One layer.</summary>
    /// <param name="index">Its position, from 0.</param>
    public LayerActivation this[int index] => _layers[index];

    /// <summary>One layer.</summary>
    /// <param name="name">The name it was given: <c>relu_4</c>.</param>
    /// <exception cref="ArgumentException">There is none of that name; the message lists those that are there.</exception>
    public LayerActivation this[string name] => _layers.FirstOrDefault(layer => layer.Name == name)
        ?? throw new ArgumentException(
            $"There is no layer {name}; the model has {string.Join(", ", _layers.Select(layer => layer.Name))}.", nameof(name));

    /// <inheritdoc/>
    public IEnumerator<LayerActivation> GetEnumerator() => _layers.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A line for each layer.</summary>
    public override string ToString() => string.Join('\n', _layers);
}
