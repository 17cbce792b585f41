using MnistCnn;
using MnistCnn.Lab;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training;

/// <summary>A run whose epochs are told instead of trained, to see what a callback makes of them.</summary>
internal sealed class ScriptedRun
{
    private readonly optim.Optimizer _optimizer;

    public ScriptedRun(int epochs = 100, int steps = 10, Optimizer? optimizer = null, int initialEpoch = 0)
    {
        Model = nn.Sequential(("dense_1", nn.Linear(1, 2)));
        Model.Compile([1], optimizer ?? new Sgd(0.1), seed: 1);
        _optimizer = TrainingState.Of(Model).OptimizerFor(Model);
        var options = new FitOptions(epochs, 1, initialEpoch, false, 1, null, 0);
        Run = new TrainingContext(Model, new OptimizerSettings(_optimizer), options, trainImages: steps, validationImages: 1);
    }

    public Sequential Model { get; }

    public TrainingContext Run { get; }

    /// <summary>The optimizer's rate, as TorchSharp sees it.</summary>
    public double Rate => _optimizer.ParamGroups.First().LearningRate;

    public double Weight
    {
        get => Model.parameters().First()[0, 0].item<float>();
        set
        {
            using var off = no_grad();
            Model.parameters().First().fill_(value);
        }
    }

    /// <summary>
    /// Tells a callback one validation loss an epoch, until it stops; each epoch leaves its number in the weights.
    /// </summary>
    /// <returns>The number of the last epoch.</returns>
    public int Tell(Callback callback, params double[] valLosses)
    {
        callback.OnTrainBegin(Run);
        foreach (double valLoss in valLosses)
        {
            Run.BeginEpoch();
            Weight = Run.Epoch;
            callback.OnEpochEnd(Run, new EpochRecord(Run.Epoch, valLoss, 1 - valLoss, valLoss, 1 - valLoss, TimeSpan.Zero));
            if (Run.IsStopping)
            {
                break;
            }
        }

        int last = Run.Epoch;
        callback.OnTrainEnd(Run);
        return last;
    }
}
