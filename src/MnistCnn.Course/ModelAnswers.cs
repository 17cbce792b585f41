using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>
/// What a student's network says to images, whatever class it is of and however it was trained. It is left as it was: one that
/// was never compiled is called with the axes that it takes by itself.
/// </summary>
internal static class ModelAnswers
{
    /// <summary>Images that go through a network at a time.</summary>
    private const int Chunk = 500;

    /// <summary>The smallest probability whose logarithm is taken, as in Keras.</summary>
    private const double Epsilon = 1e-7;

    /// <summary>Judges a network by images with known targets.</summary>
    public static Evaluation Judge(nn.Module<Tensor, Tensor> model, Tensor x, Tensor y)
    {
        Tensor probabilities = Probabilities(model, x);
        Tensor labels = y.dim() == 2 ? y.argmax(1) : y.to(ScalarType.Int64);
        Tensor right = probabilities.gather(1, labels.unsqueeze(1).to(probabilities.device)).clamp(Epsilon, 1);
        return new Evaluation(
            -right.log().to(ScalarType.Float64).mean().item<double>(), labels, probabilities,
            new ImageSource(x, ModelLayout.Peek(model, out _).DataFormat).Get);
    }

    /// <summary>The probability that a network gives each class, for each image.</summary>
    public static Tensor Probabilities(nn.Module<Tensor, Tensor> model, Tensor x)
    {
        ModelLayout.Peek(model, out bool isAttached);
        return isAttached ? OfCompiled(model, x) : OfPlain(model, x);
    }

    /// <summary>
    /// Images with the axes that a model takes: TorchSharp's layers take the channels first; a forward of one's own may put them
    /// there itself.
    /// </summary>
    public static Tensor AsTaken(nn.Module<Tensor, Tensor> model, Tensor x)
    {
        ModelLayout layout = ModelLayout.Peek(model, out bool isAttached);
        Tensor channelsFirst = ModelLayout.InMemory(layout.ToChannelsFirst(x));
        return isAttached || !Takes(model, channelsFirst) ? x : channelsFirst;
    }

    /// <summary>Whether a model can be called with images, just as they are.</summary>
    public static bool Takes(nn.Module<Tensor, Tensor> model, Tensor x)
    {
        try
        {
            model.call(x[..1].to(Placement.Of(model)));
            return true;
        }
        catch (Exception refused) when (refused is ExternalException or ArgumentException)
        {
            return false;
        }
    }

    private static Tensor OfCompiled(nn.Module<Tensor, Tensor> model, Tensor x)
    {
        using var forward = new ForwardPass(model);
        return BatchEvaluation.Probabilities(model, forward, x, CancellationToken.None)!;
    }

    private static Tensor OfPlain(nn.Module<Tensor, Tensor> model, Tensor x)
    {
        using ModuleModes modes = ModuleModes.Eval(model);
        Tensor taken = AsTaken(model, x);
        var parts = new List<Tensor>();
        for (int start = 0; start < x.shape[0]; start += Chunk)
        {
            parts.Add(model.call(taken[start..Math.Min(start + Chunk, (int)x.shape[0])].to(Placement.Of(model))));
        }

        Tensor output = cat(parts);
        bool areProbabilities = output.min().item<float>() >= 0 && (output.sum(1) - 1).abs().max().item<float>() < 1e-4;
        return areProbabilities ? output : output.softmax(1);
    }
}
