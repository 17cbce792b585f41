using System.Drawing;
using System.Numerics;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// What the library computes by its own loops where it has them. Every tensor is float32, contiguous and on the CPU.
/// </summary>
internal interface ICpuBackend
{
    /// <summary>The instructions that it uses, by the name that processors list them under.</summary>
    string Instructions { get; }

    /// <summary>The bytes of memory outside the garbage collector's reach that its networks hold now.</summary>
    long LiveBytes { get; }

    /// <summary>Makes a network of layers.</summary>
    /// <param name="layers">The layers up to the logits; their weights are used where they lie.</param>
    /// <param name="shape">The shape of the samples, (n, …).</param>
    /// <param name="format">The order of the axes in images.</param>
    /// <param name="capacity">The most samples in a batch.</param>
    /// <param name="training">Whether gradients will be asked for.</param>
    /// <param name="inputGradient">Whether those of the samples will be asked for, too.</param>
    /// <returns>The network; null if the layers are to be computed by libtorch.</returns>
    ICpuNetwork? BuildNetwork(
        IReadOnlyList<nn.Module<Tensor, Tensor>> layers, long[] shape, ImageDataFormat format, int capacity, bool training,
        bool inputGradient);

    /// <summary>The sum of the losses, and how many rows have their largest number where the target has its own.</summary>
    /// <param name="logits">(n, classes).</param>
    /// <param name="targets">(n, classes), the wanted probabilities.</param>
    (double LossSum, int Correct) CrossEntropy(Tensor logits, Tensor targets);

    /// <summary>One step of AdamW; of Adam without a weight decay.</summary>
    /// <param name="weight">The weights; changed.</param>
    /// <param name="moments">Their gradient, and what the optimizer remembers; changed.</param>
    /// <param name="settings">The settings of the step.</param>
    void StepAdam(Tensor weight, AdamMoments moments, AdamSettings settings);

    /// <summary>start += weight · (end − start), as <c>lerp_</c>.</summary>
    void Lerp(Tensor start, Tensor end, float weight);

    /// <summary>Changes some images of a data set, each in its own way.</summary>
    /// <param name="images">(n, …), in the data format.</param>
    /// <param name="rows">Which of the n.</param>
    /// <param name="maps">For each of them where the pixel at (x, y) of the result comes from.</param>
    /// <param name="erased">For each of them the pixels that are filled then.</param>
    /// <param name="fill">What stands where the image has no pixel.</param>
    /// <param name="format">The order of the axes.</param>
    /// <param name="results">Takes the changed images, in the order of the rows; there may be room for more.</param>
    void WarpImages(
        Tensor images, int[] rows, Matrix3x2[] maps, Rectangle[] erased, float fill, ImageDataFormat format, Tensor results);
}

/// <summary>A network that a backend computes, with the modules' own weights and gradients.</summary>
internal interface ICpuNetwork : IDisposable
{
    /// <summary>The logits of samples.</summary>
    /// <param name="x">(n, …), on the CPU; any strides.</param>
    /// <param name="sameWeights">Whether the weights are still those of the last call.</param>
    /// <returns>(n, classes).</returns>
    Tensor Logits(Tensor x, bool sameWeights);

    /// <summary>Sets the gradients of the mean loss of a batch.</summary>
    /// <param name="x">(n, …).</param>
    /// <param name="rows">Which of the n.</param>
    /// <param name="targets">The wanted probabilities, (rows, classes).</param>
    /// <param name="dropoutKey">What the choices of dropout follow from.</param>
    /// <returns>The sum of the losses, and the right ones; gradients are only set if the sum is finite.</returns>
    (double LossSum, int Correct) ComputeGradients(
        Tensor x, ReadOnlySpan<int> rows, ReadOnlySpan<float> targets, ulong dropoutKey);

    /// <summary>The gradient of the mean loss of a batch by its samples; of a network that was made for it.</summary>
    /// <param name="x">(n, …).</param>
    /// <param name="rows">Which of the n.</param>
    /// <param name="targets">The wanted probabilities, (rows, classes).</param>
    /// <returns>(rows, …); the gradients of the weights stay as they are.</returns>
    Tensor InputGradient(Tensor x, ReadOnlySpan<int> rows, ReadOnlySpan<float> targets);
}
