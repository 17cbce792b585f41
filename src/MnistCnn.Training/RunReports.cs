using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Who is told of what <c>Fit</c> and <c>Evaluate</c> gave; nobody unless something is set. Training knows no output: a program that
/// collects results puts itself in here.
/// </summary>
internal static class RunReports
{
    /// <summary>Is told of the end of a training that was shown while it ran.</summary>
    public static Action<nn.Module<Tensor, Tensor>, History> Trained { get; set; } = (_, _) => { };

    /// <summary>Is told of an evaluation.</summary>
    public static Action<nn.Module<Tensor, Tensor>, Evaluation> Evaluated { get; set; } = (_, _) => { };
}
