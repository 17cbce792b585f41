using MnistCnn;
using TorchSharp.Modules;

namespace MnistCnn.Benchmarks;

/// <summary>What is trained for the records. Everything here was chosen by the validation images.</summary>
internal static class RecordTrainings
{
    private static readonly ImageAugmentation s_changes = new() { Rotation = 10, Shift = 2, Scale = 0.1 };

    /// <summary>More than the others, for those that see an image often.</summary>
    private static readonly ImageAugmentation s_greatChanges = new() { Rotation = 12, Shift = 2.5, Scale = 0.12, Shear = 6 };

    /// <summary>Less than the others: a small network has enough to learn as it is.</summary>
    private static readonly ImageAugmentation s_slightChanges = new() { Rotation = 8, Shift = 1, Scale = 0.05 };

    /// <summary>
    /// The networks of an ensemble, trained with all 60,000 images: different ones, for like ones err alike. Their epochs are so
    /// many that all together take less than 25 minutes on two cores.
    /// </summary>
    public static IReadOnlyList<RecordTraining> Members { get; } =
    [
        Member("deep", Deep, 24),
        Member("conv only", ConvOnly, 24),
        Member("deeper", Deeper, 21),
    ];

    /// <summary>The trainings whose time is taken.</summary>
    public static IReadOnlyList<RecordTraining> Time { get; } =
    [
        .. from number in new[] { 1, 2, 3 }
           from epochs in new[] { 1, 3, 10 }
           select new RecordTraining($"sheet {number}", () => ExerciseModel.Make(number), epochs)
           {
               Images = 42_000, BatchSize = 256, Seeds = number == 3 && epochs == 1 ? 10 : 3,
           },
        .. new[] { 1, 2, 3, 6 }.Select(epochs => new RecordTraining("fast", FastNetwork, epochs, 0.006) { Seeds = 10 }),
        .. new[] { 12, 24 }.Select(epochs => new RecordTraining("fast, changed images", FastNetwork, epochs, 0.006)
        {
            Augmentation = s_changes, Averaging = 0.999,
        }),
        .. new[] { 4, 8 }.Select(epochs => Member("deep", Deep, epochs) with
        {
            Images = 54_000, Augmentation = s_changes, LabelSmoothing = 0,
        }),
    ];

    /// <summary>The trainings of the smallest networks, named by the filters before, between and after the pools.</summary>
    public static IReadOnlyList<RecordTraining> Fewest { get; } =
    [
        .. new int[][] { [6, 6, 8], [8, 8, 16], [8, 12, 16], [10, 16, 24] }.Select(
            filters => new RecordTraining(string.Join(", ", filters), () => Tiny(filters), 16, 0.02)
            {
                Augmentation = s_slightChanges, Averaging = 0.99,
            }),
    ];

    private static RecordTraining Member(string network, Func<Sequential> make, int epochs) => new(network, make, epochs, 0.004)
    {
        Images = 60_000, Augmentation = s_greatChanges, Averaging = 0.999, LabelSmoothing = 0.1,
    };

    private static Sequential FastNetwork() => new LayerStack()
        .Convolution(16).Pool().Norm()
        .Convolution(32).Pool().Norm()
        .Dense(64).Norm().Classifier();

    private static Sequential Tiny(int[] filters) => new LayerStack()
        .Convolution(filters[0]).Norm().Convolution(filters[0]).Pool().Norm()
        .Convolution(filters[1]).Norm().Convolution(filters[1]).Norm().Convolution(filters[1]).Pool().Norm()
        .Convolution(filters[2]).Norm().Classifier();

    /// <summary>
    /// The network of the recipe, but that the pools come before the normalisation: a quarter of the numbers to normalise.
    /// </summary>
    private static Sequential Deep() => new LayerStack()
        .Convolution(32).Norm().Convolution(32).Pool().Norm()
        .Convolution(64, padding: 1).Norm().Convolution(64, padding: 1).Pool().Norm()
        .Convolution(128).Norm().Dense(128).Norm().Classifier();

    /// <summary>A convolution in the place of the dense layer.</summary>
    private static Sequential ConvOnly() => new LayerStack()
        .Convolution(32).Norm().Convolution(32).Pool().Norm()
        .Convolution(64, padding: 1).Norm().Convolution(64, padding: 1).Pool().Norm()
        .Convolution(128).Norm().Convolution(128).Norm().Classifier();

    /// <summary>One convolution more on the image and behind the first pool, and one in the place of the dense layer.</summary>
    private static Sequential Deeper() => new LayerStack()
        .Convolution(32).Norm().Convolution(32).Norm().Convolution(32).Pool().Norm()
        .Convolution(64, padding: 1).Norm().Convolution(64, padding: 1).Norm().Convolution(64, padding: 1).Pool().Norm()
        .Convolution(128).Norm().Convolution(128).Norm().Classifier();
}
