using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// The mode of each module of a model, training or evaluation, to be put back. The model's own mode would not do: a layer may
/// have been set apart from the rest.
/// </summary>
internal sealed class ModuleModes : IDisposable
{
    private readonly (nn.Module Module, bool Training)[] _modes;

    /// <summary>Remembers the modes as they are.</summary>
    public ModuleModes(nn.Module model) =>
        _modes = [.. model.modules().Prepend(model).Select(module => (module, module.training))];

    /// <summary>Puts a model in evaluation mode until what is returned is disposed.</summary>
    public static ModuleModes Eval(nn.Module model)
    {
        var modes = new ModuleModes(model);
        model.eval();
        return modes;
    }

    /// <summary>
    /// Puts the model in training mode, all but the layers that were in evaluation mode while the model was not: somebody
    /// meant them.
    /// </summary>
    public void Train()
    {
        _modes[0].Module.train();
        foreach ((nn.Module module, _) in _modes.Where(mode => _modes[0].Training && !mode.Training))
        {
            module.eval();
        }
    }

    /// <summary>Puts each module back in the mode that it had.</summary>
    public void Dispose()
    {
        // A module takes its own along, but they come after it.
        foreach ((nn.Module module, bool training) in _modes)
        {
            if (module.training != training)
            {
                module.train(training);
            }
        }
    }
}
