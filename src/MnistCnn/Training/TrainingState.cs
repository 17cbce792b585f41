using System.Runtime.CompilerServices;
using MnistCnn.Metrics;
using static TorchSharp.torch;

namespace MnistCnn.Training;

/// <summary>
/// What Keras keeps in a model between calls of <c>fit</c>: the optimizer with its moments and the last history. It is
/// attached to the module and lives as long as that.
/// </summary>
internal sealed class TrainingState
{
    private static readonly ConditionalWeakTable<nn.Module<Tensor, Tensor>, TrainingState> s_states = [];

    private Optimizer _settings = new Adam();
    private optim.Optimizer? _optimizer;

    /// <summary>The last history of <c>Fit</c>; null before the first.</summary>
    public History? History { get; set; }

    /// <summary>The last result of <c>Evaluate</c> with the present weights; null before the first.</summary>
    public Evaluation? Evaluation { get; set; }

    /// <summary>How many samples <c>Predict</c> was last asked for with the present weights; 0 before the first.</summary>
    public long Predicted { get; set; }

    /// <summary>Forgets what was found with other weights.</summary>
    public void ForgetJudgement() => (Evaluation, Predicted) = (null, 0);

    /// <summary>What is attached to a model.</summary>
    public static TrainingState Of(nn.Module<Tensor, Tensor> model) => s_states.GetOrCreateValue(model);

    /// <summary>Starts afresh with another optimizer: the moments of the one before are forgotten.</summary>
    public void Use(Optimizer settings)
    {
        _settings = settings;
        _optimizer?.Dispose();
        _optimizer = null;
    }

    /// <summary>The optimizer with its state, which stays from one <c>Fit</c> to the next.</summary>
    public optim.Optimizer OptimizerFor(nn.Module<Tensor, Tensor> model) => _optimizer ??= _settings.Create(model.parameters());
}
