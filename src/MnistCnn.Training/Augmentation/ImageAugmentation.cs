
namespace MnistCnn;

/// <summary>
/// How the training images are changed at random each time the network sees them, so that it learns what does not matter. All
/// is off unless it is set. What becomes of an image follows from the seed of the run, the epoch and the place of the image in
/// the training set alone.
/// </summary>
/// <remarks>
/// Names and meanings are those of torchvision's <c>RandomAffine</c> and <c>RandomErasing</c>. Rotation,
/// scale and shear leave the middle of the image where it is; all are applied at once, with one bilinear interpolation.
/// </remarks>
public sealed record ImageAugmentation : InvariantRecord
{
    /// <summary>Images are turned by up to this many degrees either way; 0 to 180.</summary>
    public double Rotation { get; init; }

    /// <summary>Images are moved by up to this many pixels either way, in both directions; 0 to 1,000,000.</summary>
    public double Shift { get; init; }

    /// <summary>Images are made larger or smaller by up to this share: 0.1 is 0.9 to 1.1 times; 0 to below 1.</summary>
    public double Scale { get; init; }

    /// <summary>Images are slanted sideways by up to this many degrees either way; 0 to below 90.</summary>
    public double Shear { get; init; }

    /// <summary>
    /// The probability that a rectangle of 2 % to 33 % of the image is filled, with sides from 0.3 to 3.3 to each other
    /// (Zhong and others, "Random erasing data augmentation", 2020); 0 to 1.
    /// </summary>
    public double Erasing { get; init; }

    /// <summary>What stands where the image has no pixel; 0 is the paper of MNIST's digits.</summary>
    public float Fill { get; init; }

    /// <summary>Whether any pixel is moved.</summary>
    internal bool Warps => Rotation > 0 || Shift > 0 || Scale > 0 || Shear > 0;

    /// <summary>Whether anything is changed at all.</summary>
    internal bool IsOn => Warps || Erasing > 0;

    /// <summary>Refuses settings that mean nothing.</summary>
    /// <exception cref="ArgumentException">A setting is out of range; the message says which.</exception>
    internal void Check()
    {
        Within(nameof(Rotation), Rotation, Rotation is >= 0 and <= 180, "0 to 180 degrees");
        Within(nameof(Shift), Shift, Shift is >= 0 and <= 1e6, "0 to 1,000,000 pixels");
        Within(nameof(Scale), Scale, Scale is >= 0 and < 1, "a share from 0 to below 1, as 0.1 for 0.9 to 1.1 times");
        Within(nameof(Shear), Shear, Shear is >= 0 and < 90, "0 to below 90 degrees");
        Within(nameof(Erasing), Erasing, Erasing is >= 0 and <= 1, "a probability from 0 to 1");
        Within(nameof(Fill), Fill, float.IsFinite(Fill), "a number");
    }

    private static void Within(string name, double value, bool isRight, string expected)
    {
        if (!isRight)
        {
            throw new ArgumentException(
                Invariant($"ImageAugmentation.{name}: expected {expected}, given {value}."), name);
        }
    }
}
