
namespace MnistCnn.Lab;

/// <summary>Which pixels of an image the probability of one class depends on.</summary>
/// <param name="Method">How it was found out: "Occlusion" or "Gradient".</param>
/// <param name="Image">The image.</param>
/// <param name="Label">The class.</param>
/// <param name="Probability">The probability that the model gives this class for the whole image.</param>
/// <param name="Map">
/// A number for each pixel. Occlusion: how much of the probability is lost when the patch around it is covered; negative
/// where covering helps. Gradient: how fast the class's logit changes with the pixel, regardless of the direction.
/// </param>
public sealed record Attribution(string Method, GrayImage Image, int Label, double Probability, FeatureMap Map)
{
    /// <summary>Method, class and probability: <c>Occlusion: 7 (99.8 %)</c>.</summary>
    public override string ToString() => Invariant($"{Method}: {Label} ({100 * Probability:0.0} %)");
}
