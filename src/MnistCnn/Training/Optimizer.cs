using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Training;

/// <summary>The settings of a method that changes weights to lower the loss; a model is compiled with one.</summary>
public abstract record Optimizer
{
    /// <summary>Makes TorchSharp's optimizer with these settings.</summary>
    /// <param name="parameters">The weights to change.</param>
    internal abstract optim.Optimizer Create(IEnumerable<Parameter> parameters);
}
