namespace MnistCnn;

/// <summary>The content of an IDX file of unsigned bytes.</summary>
/// <param name="Shape">The size of each dimension.</param>
/// <param name="Values">The values in row-major order; as many as the product of <paramref name="Shape"/>.</param>
public sealed record IdxArray(IReadOnlyList<int> Shape, ReadOnlyMemory<byte> Values);
