using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// An evaluation as its callbacks see it: of <c>Evaluate</c>, of the validation in <c>Fit</c>, or of <c>Predict</c>.
/// </summary>
public sealed class EvaluationContext
{
    internal EvaluationContext(nn.Module<Tensor, Tensor> model, int samples, TrainingContext? training = null) =>
        (Model, Samples, Training) = (model, samples, training);

    /// <summary>The model that is judged.</summary>
    public nn.Module<Tensor, Tensor> Model { get; }

    /// <summary>The run whose validation this is; null outside <c>Fit</c>.</summary>
    public TrainingContext? Training { get; }

    /// <summary>The number of samples.</summary>
    public int Samples { get; }

    /// <summary>Samples seen so far; 0 in <c>Predict</c>, as all that needs targets.</summary>
    public int Seen => Sums.Images;

    /// <summary>Mean loss over the samples seen, in nats.</summary>
    public double Loss => Sums.Loss;

    /// <summary>Share of the samples seen that were classified rightly.</summary>
    public double Accuracy => Sums.Accuracy;

    /// <summary>What <c>Evaluate</c> returns, at its end; null in <c>Fit</c>, which keeps loss and accuracy alone.</summary>
    public Evaluation? Result { get; internal set; }

    internal MetricSums Sums { get; set; }
}

/// <summary>Sums over the images seen so far.</summary>
/// <param name="Images">How many.</param>
/// <param name="LossSum">The sum of their losses.</param>
/// <param name="Correct">How many were classified rightly.</param>
internal readonly record struct MetricSums(int Images, double LossSum, long Correct)
{
    /// <summary>The mean loss; 0 before the first image.</summary>
    public double Loss => Images > 0 ? LossSum / Images : 0;

    /// <summary>The share of right ones; 0 before the first image.</summary>
    public double Accuracy => Images > 0 ? (double)Correct / Images : 0;

    public static MetricSums operator +(MetricSums a, MetricSums b) =>
        new(a.Images + b.Images, a.LossSum + b.LossSum, a.Correct + b.Correct);
}
