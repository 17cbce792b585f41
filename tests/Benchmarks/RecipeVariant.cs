namespace MnistCnn.Benchmarks;

/// <summary>The recipe, whole or with something left out.</summary>
/// <param name="Name">What the runs are filed under.</param>
/// <param name="Augmentation">Whether the training images are changed at random.</param>
/// <param name="BatchNormalization">Whether the layers are normalised.</param>
/// <param name="OneCycle">Whether the learning rate goes up and down; if not, it is Adam's usual one.</param>
internal sealed record RecipeVariant(string Name, bool Augmentation = true, bool BatchNormalization = true, bool OneCycle = true)
{
    /// <summary>The name of the recipe with all its ingredients.</summary>
    public const string Whole = "whole";

    /// <summary>
    /// The name of the recipe without averaged weights. It needs no training of its own: the average looks on while the network
    /// learns, so the same runs are judged with the weights of their last step too.
    /// </summary>
    public const string WithoutAveraging = "without averaging";

    /// <summary>The name of the bare network, without averaged weights either, likewise.</summary>
    public const string Bare = "without all four";

    /// <summary>The trainings, in the order in which they are wanted.</summary>
    public static IReadOnlyList<RecipeVariant> All { get; } =
    [
        new(Whole),
        new("without augmentation", Augmentation: false),
        new("without batch normalisation", BatchNormalization: false),
        new("without one-cycle", OneCycle: false),
        new(Bare, Augmentation: false, BatchNormalization: false, OneCycle: false),
    ];

    /// <summary>Where a name stands in tables: the whole recipe, one ingredient left out, all left out.</summary>
    public static int Order(string? name) => Array.IndexOf(
        [Whole, .. All.Skip(1).Select(variant => variant.Name).Where(other => other != Bare), WithoutAveraging, Bare], name);
}
