using System.Drawing;
using System.Numerics;
using MnistCnn.Kernels;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>The loops of MnistCnn.Kernels on the memory of tensors, on as many threads as libtorch is set to use.</summary>
internal sealed class KernelBackend : ICpuBackend
{
    /// <inheritdoc/>
    public string Instructions => CpuKernels.Best.Name;

    /// <inheritdoc/>
    public long LiveBytes => NativeBuffer.LiveBytes;

    /// <inheritdoc/>
    public ICpuNetwork? BuildNetwork(
        IReadOnlyList<nn.Module<Tensor, Tensor>> layers, long[] shape, ImageDataFormat format, int capacity, bool training,
        bool inputGradient)
    {
        bool channelsFirst = format == ImageDataFormat.ChannelsFirst;
        return shape.Length switch
        {
            4 => KernelNetworkBuilder.Build(
                layers, ImageShapeOf(shape, channelsFirst), channelsFirst, capacity, training, CpuKernels.Best, inputGradient),
            2 => KernelNetworkBuilder.Build(
                layers, new ImageShape(1, 1, (int)shape[1]), channelsFirst, capacity, training, CpuKernels.Best,
                inputGradient),
            _ => null,
        };
    }

    /// <inheritdoc/>
    (double LossSum, int Correct) ICpuBackend.CrossEntropy(Tensor logits, Tensor targets) =>
        CrossEntropy.Of(logits.Floats(), targets.Floats(), (int)logits.shape[1]);

    /// <inheritdoc/>
    public void StepAdam(Tensor weight, AdamMoments moments, AdamSettings settings) => Kernels.Adam.Step(
        weight.Floats(), moments.Gradient.Floats(), moments.First.Floats(), moments.Second.Floats(),
        new AdamStep(
            settings.Step, settings.LearningRate, settings.Beta1, settings.Beta2, settings.Epsilon, settings.WeightDecay),
        get_num_threads());

    /// <inheritdoc/>
    public void Lerp(Tensor start, Tensor end, float weight) =>
        Elementwise.Lerp(start.Floats(), end.Floats(), weight, get_num_threads());

    /// <inheritdoc/>
    public void WarpImages(
        Tensor images, int[] rows, Matrix3x2[] maps, Rectangle[] erased, float fill, ImageDataFormat format, Tensor results)
    {
        bool channelsFirst = format == ImageDataFormat.ChannelsFirst;
        ImageWarp.Apply(
            images.Floats(), rows, maps, erased, results.Floats(),
            new ImageFormat(ImageShapeOf(images.shape, channelsFirst), channelsFirst, fill), get_num_threads());
    }

    private static ImageShape ImageShapeOf(long[] shape, bool channelsFirst) => channelsFirst
        ? new((int)shape[2], (int)shape[3], (int)shape[1])
        : new((int)shape[1], (int)shape[2], (int)shape[3]);
}

/// <content>Plugs the loops in.</content>
public static partial class CpuAcceleration
{
    static partial void PlugIn(ref ICpuBackend? backend) => backend = new KernelBackend();
}
