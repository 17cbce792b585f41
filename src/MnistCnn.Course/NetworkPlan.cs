namespace MnistCnn.Course;

/// <summary>What the sheet asks of one of its three networks.</summary>
/// <param name="Number">1, 2 or 3.</param>
/// <param name="Filters">The filters of each convolution.</param>
/// <param name="KernelSize">Rows and columns of their kernels.</param>
/// <param name="PoolSize">Rows and columns that pooling puts together; null: no pooling.</param>
/// <param name="Units">The units of each dense layer.</param>
internal sealed record NetworkPlan(
    int Number, IReadOnlyList<int> Filters, int KernelSize, int? PoolSize, IReadOnlyList<int> Units)
{
    private const int Digits = 10;

    /// <summary>Rows and columns of an image.</summary>
    private long ImageSize { get; init; }

    /// <summary>Whether there is dropout: 25 % before the flatten layer, 50 % between the dense layers.</summary>
    public bool HasDropout => Units.Count > 1;

    /// <summary>The number of weights and biases.</summary>
    public long Parameters
    {
        get
        {
            long sum = 0, channels = 1;
            foreach (int filters in Filters)
            {
                sum += ((KernelSize * KernelSize * channels) + 1) * filters;
                channels = filters;
            }

            long size = (ImageSize - (Filters.Count * (KernelSize - 1))) / (PoolSize ?? 1);
            long inputs = size * size * channels;
            foreach (int units in Units)
            {
                sum += (inputs + 1) * units;
                inputs = units;
            }

            return sum;
        }
    }

    public static NetworkPlan Of(int number, Shape image, int filters, int kernelSize, int poolSize) => number switch
    {
        1 => new(number, [filters], kernelSize, null, [Digits]) { ImageSize = image.Max() },
        2 => new(number, [filters], kernelSize, null, [128, Digits]) { ImageSize = image.Max() },
        3 => new(number, [filters, 64], kernelSize, poolSize, [128, Digits]) { ImageSize = image.Max() },
        _ => throw ArgumentOutOfRange.Exception(nameof(number), number, "The exercise has the networks 1, 2 and 3."),
    };
}
