using System.Runtime.CompilerServices;

namespace MnistCnn;

/// <summary>
/// The shape of a tensor, written as in Keras and numpy: <c>(60000, 28, 28, 1)</c>, <c>(None, 10)</c>, <c>(32,)</c>.
/// </summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public sealed class Shape : IReadOnlyList<long>, IEquatable<Shape>
{
    /// <summary>Stands for an axis whose size is left open, as the number of images in a batch; printed as <c>None</c>.</summary>
    public const long None = -1;

    private readonly long[] _sizes;

    /// <summary>Makes a shape from the size of each axis.</summary>
    /// <param name="sizes">The sizes; <see cref="None"/> for an open one.</param>
    public Shape(params long[] sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        _sizes = [.. sizes];
    }

    /// <summary>The number of axes.</summary>
    public int Count => _sizes.Length;

    /// <summary>The size of one axis.</summary>
    /// <param name="index">The axis, from 0.</param>
    public long this[int index] => _sizes[index];

    /// <summary>Makes a shape from the size of each axis; lets <c>Shape s = [28, 28, 1]</c> compile.</summary>
    /// <param name="sizes">The sizes.</param>
    public static Shape Create(ReadOnlySpan<long> sizes) => new(sizes.ToArray());

    /// <summary>The sizes as TorchSharp's <c>reshape</c> takes them.</summary>
    /// <param name="shape">The shape.</param>
    public static implicit operator long[](Shape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return shape.ToArray();
    }

    /// <summary>Whether two shapes have the same sizes in the same order.</summary>
    /// <param name="left">One shape.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(Shape? left, Shape? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    /// <param name="left">One shape.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(Shape? left, Shape? right) => !(left == right);

    /// <summary>The same shape with an axis for the images in front: Keras's <c>(n,) + shape</c>.</summary>
    /// <param name="images">The number of images.</param>
    public Shape WithBatch(long images) => new([images, .. _sizes]);

    /// <summary>The sizes in an array of their own.</summary>
    public long[] ToArray() => [.. _sizes];

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _sizes.AsSpan().SequenceEqual(other._sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => _sizes.Aggregate(17, HashCode.Combine);

    /// <inheritdoc/>
    public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)_sizes).GetEnumerator();

    System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The shape as Python writes a tuple: <c>(None, 26, 26, 32)</c>; one axis as <c>(32,)</c>.</summary>
    public override string ToString()
    {
        string sizes = string.Join(", ", _sizes.Select(size =>
            size == None ? "None" : size.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return _sizes.Length == 1 ? $"({sizes},)" : $"({sizes})";
    }
}
