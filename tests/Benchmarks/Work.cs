namespace MnistCnn.Benchmarks;

/// <summary>What a task asks of the machine at least, whoever does it.</summary>
/// <param name="Operations">
/// Floating-point operations of matrix products and convolutions. The second convolution of network 3 counts a quarter of its
/// sums: so many multiplications are left when it is computed in tiles of 4 × 4 pixels, without the transforms.
/// </param>
/// <param name="Bytes">
/// What goes to and from memory if everything else stays in the caches: images, weights, and in a step their gradients and the
/// optimizer's two moments.
/// </param>
internal sealed record Work(double Operations, double Bytes)
{
    private const double BytesOfImage = 28 * 28 * 4;

    /// <summary>A step of Adam: forward, gradients of the weights and of the input, but for that of the images.</summary>
    /// <remarks>
    /// A weight is read by both passes and by Adam, which writes it; its gradient is written and read, its moments are read and
    /// written: ten numbers.
    /// </remarks>
    public static Work OfStep(int model, int images) => new(
        images * ((2 * First) + (3 * Rest(model))), (images * BytesOfImage) + (10 * 4 * WeightsOf(model)));

    /// <summary>An evaluation: forward alone.</summary>
    public static Work OfEvaluation(int model, int images) => new(
        images * (First + Rest(model)), (images * BytesOfImage) + (4 * WeightsOf(model)));

    /// <summary>The least time that the machine needs, in seconds, and which of its peaks says so.</summary>
    public (double Seconds, string Bound) Least(MachinePeaks peaks)
    {
        double arithmetic = Operations / (Math.Max(peaks.Libtorch, peaks.Own) * 1e9), memory = Bytes / (peaks.Memory * 1e9);
        return arithmetic >= memory ? (arithmetic, "arithmetic") : (memory, "memory");
    }

    private static double First => Convolution(1, 32, 26);

    private static double Rest(int model) => model switch
    {
        1 => Dense(21632, 10),
        2 => Dense(21632, 128) + Dense(128, 10),
        _ => (Convolution(32, 64, 24) / 4) + Dense(9216, 128) + Dense(128, 10),
    };

    private static double WeightsOf(int model)
    {
        using TorchSharp.Modules.Sequential network = ExerciseModel.Make(model);
        return network.parameters().Sum(weight => weight.numel());
    }

    private static double Convolution(int channels, int filters, int size) => 2.0 * 9 * channels * filters * size * size;

    private static double Dense(int inputs, int outputs) => 2.0 * inputs * outputs;
}
