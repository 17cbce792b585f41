using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// What Keras keeps in a model between calls of <c>fit</c>: the optimizer with its moments and the last history. It is
/// attached to the module and lives as long as that.
/// </summary>
internal sealed class TrainingState
{
    private static readonly ConditionalWeakTable<nn.Module<Tensor, Tensor>, TrainingState> s_states = [];

    /// <summary>What training holds for each weight: itself, its gradient and Adam's two moments.</summary>
    private const long CopiesOfWeights = 4;

    private Optimizer _settings = new Adam();
    private MemoryPressure? _pressure;
    private optim.Optimizer? _optimizer;
    private Parameter[] _optimized = [];

    /// <summary>The last history of <c>Fit</c>; null before the first.</summary>
    public History? History { get; private set; }

    /// <summary>How often the weights have been changed: what was found with another version is out of date.</summary>
    public long Version { get; private set; }

    /// <summary>The numbers of a few samples that the last <c>Fit</c> validated with; null if none.</summary>
    public float[]? ValidationSamples { get; set; }

    /// <summary>The number of the last epoch that was finished; 0 before the first.</summary>
    public int Epoch { get; set; }

    /// <summary>Steps taken since the end of that epoch: not 0 where a run was cancelled or failed within one.</summary>
    public long StepsSince { get; set; }

    /// <summary>
    /// The optimizer's own learning rate, whatever a schedule makes of it at the moment; null before the first run.
    /// </summary>
    public double? LearningRate { get; set; }

    /// <summary>The optimizer; null before the first run.</summary>
    public optim.Optimizer? Current => _optimizer;

    /// <summary>The average of the weights and what belongs to it; null if there is none.</summary>
    public AveragedWeights? Averaging { get; set; }

    /// <summary>The settings of the optimizer.</summary>
    public Optimizer Settings => _settings;

    /// <summary>What is attached to a model.</summary>
    public static TrainingState Of(nn.Module<Tensor, Tensor> model) => s_states.GetOrCreateValue(model);

    /// <summary>Starts afresh with another optimizer: the moments of the one before are forgotten.</summary>
    public void Use(Optimizer settings)
    {
        _settings = settings;
        _optimizer?.Dispose();
        _optimizer = null;
        (Epoch, StepsSince, LearningRate) = (0, 0, null);
        ForgetAverage();
        Version++;
    }

    /// <summary>Says what has become of the weights: new ones if there is no history.</summary>
    public void EndRun(History? history) => (History, Version) = (history, Version + 1);

    /// <summary>
    /// Gets ready for a run: an average that it does not go on with, or that is of other weights, is forgotten.
    /// </summary>
    public void BeginRun(nn.Module<Tensor, Tensor> model, bool averaging)
    {
        if (!averaging || Averaging?.BelongsTo(model) == false)
        {
            ForgetAverage();
        }
    }

    /// <summary>The optimizer with its state, which stays from one <c>Fit</c> to the next.</summary>
    /// <remarks>
    /// A module that is moved to another device gets parameters of its own there. The optimizer of the ones before would
    /// change weights that nobody reads any more: there is a new one then.
    /// </remarks>
    public optim.Optimizer OptimizerFor(nn.Module<Tensor, Tensor> model)
    {
        Parameter[] parameters = [.. model.parameters()];
        if (_optimizer is null || !Enumerable.SequenceEqual(_optimized, parameters, ReferenceEqualityComparer.Instance))
        {
            _pressure ??= new MemoryPressure(CopiesOfWeights * sizeof(float) * parameters.Sum(parameter => parameter.numel()));
            _optimizer?.Dispose();
            _optimizer = _settings.Create(parameters);
            _optimized = parameters;
        }

        return _optimizer;
    }

    private void ForgetAverage()
    {
        Averaging?.Dispose();
        Averaging = null;
    }
}
