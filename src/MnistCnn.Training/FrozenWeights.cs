using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>What must not change with weights that take no gradient.</summary>
internal static class FrozenWeights
{
    /// <summary>Whether all weights of a normalisation are frozen: Keras's <c>trainable = False</c>.</summary>
    public static bool IsFrozen(NormBase module) => module.parameters().Any() && !module.parameters().Any(p => p.requires_grad);

    /// <summary>
    /// Puts the frozen normalisations of a model in evaluation mode, so that their moving means and variances stay, as in Keras.
    /// </summary>
    public static void HoldStatistics(nn.Module model)
    {
        foreach (NormBase frozen in Normalisations(model))
        {
            frozen.eval();
        }
    }

    /// <summary>The frozen weights of a model, and the statistics that stay with them.</summary>
    public static HashSet<IntPtr> HandlesOf(nn.Module model) =>
    [
        .. model.parameters().Where(parameter => !parameter.requires_grad).Select(parameter => parameter.Handle),
        .. Normalisations(model).SelectMany(module => module.buffers()).Select(buffer => buffer.Handle),
    ];

    private static IEnumerable<NormBase> Normalisations(nn.Module model) =>
        model.modules().Prepend(model).OfType<NormBase>().Where(IsFrozen);
}
