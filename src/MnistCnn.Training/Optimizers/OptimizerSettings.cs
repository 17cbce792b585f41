using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>What may change in an optimizer during training.</summary>
internal sealed class OptimizerSettings(optim.Optimizer optimizer)
{
    /// <summary>The learning rate of the next step.</summary>
    public double LearningRate
    {
        get => optimizer.ParamGroups.First().LearningRate;
        set
        {
            foreach (optim.ILearningRateController group in optimizer.ParamGroups)
            {
                group.LearningRate = value;
            }
        }
    }

    /// <summary>The momentum of gradient descent, or β₁; null, and not to be changed, where there is none.</summary>
    public double? Momentum
    {
        get => Options().First() switch
        {
            TorchSharp.Modules.Adam.Options adam => adam.beta1,
            TorchSharp.Modules.AdamW.Options adamW => adamW.beta1,
            SGD.Options { momentum: > 0 } sgd => sgd.momentum,
            RMSProp.Options { momentum: > 0 } rmsProp => rmsProp.momentum,
            _ => null,
        };
        set
        {
            if (value is null || Momentum is null)
            {
                return;
            }

            foreach (OptimizerOptions options in Options())
            {
                switch (options)
                {
                    case TorchSharp.Modules.Adam.Options adam:
                        adam.beta1 = value;
                        break;
                    case TorchSharp.Modules.AdamW.Options adamW:
                        adamW.beta1 = value;
                        break;
                    case SGD.Options sgd:
                        sgd.momentum = value;
                        break;
                    case RMSProp.Options rmsProp:
                        rmsProp.momentum = value;
                        break;
                }
            }
        }
    }

    private IEnumerable<OptimizerOptions> Options() => optimizer.ParamGroups.OfType<ParamGroup>().Select(group => group.Options);
}
