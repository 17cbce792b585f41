using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Looks for a learning rate.</summary>
public static class LearningRateExtensions
{
    /// <summary>
    /// Trains for a moment with a learning rate that rises from step to step and records the loss, as fastai's <c>lr_find</c>
    /// (Smith, "Cyclical learning rates for training neural networks", 2017). It ends when the smoothed loss is above
    /// four times its least value. The model's weights, its optimizer and TorchSharp's random numbers are afterwards as before.
    /// </summary>
    /// <param name="model">The model; one that was never compiled is tried with Adam.</param>
    /// <param name="train">Samples and targets, as for <c>Fit</c>.</param>
    /// <param name="batchSize">Samples a step; should be that of the training.</param>
    /// <param name="from">The first rate.</param>
    /// <param name="to">The last rate.</param>
    /// <param name="steps">How many steps; the training set is gone through more than once if need be.</param>
    /// <param name="seed">The seed of shuffling and dropout; null: the seed last given to <c>torch.manual_seed</c>.</param>
    /// <param name="augmentation">How the images are changed; should be as in the training.</param>
    /// <param name="labelSmoothing">As in the training.</param>
    /// <param name="cancellationToken">Stops the search, as a notebook's stop button does.</param>
    /// <returns>The losses and a suggestion.</returns>
    /// <exception cref="ArgumentException">The tensors or a setting are wrong; the message says what was expected.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled; the model is as before.</exception>
    public static LearningRateFinder FindLearningRate(
        this nn.Module<Tensor, Tensor> model,
        (Tensor X, Tensor Y) train,
        int batchSize = 32,
        double from = 1e-7,
        double to = 10,
        int steps = 100,
        long? seed = null,
        ImageAugmentation? augmentation = null,
        double labelSmoothing = 0,
        CancellationToken cancellationToken = default)
    {
        FitChecks.Alive(model);
        ArgumentOutOfRange.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRange.ThrowIfNegativeOrZero(from);
        ArgumentOutOfRange.ThrowIfLessThanOrEqual(to, from);
        ArgumentOutOfRange.ThrowIfLessThan(steps, 2);
        FitChecks.LabelSmoothing(labelSmoothing);
        using var scope = NewDisposeScope();
        LabeledDataset set = LabeledDataset.Of(model, train.X, train.Y, nameof(train), nameof(train));
        FitChecks.Augmentation(augmentation, set.X);
        FitChecks.Outputs(model, set.X, set.Y, nameof(train));
        FitChecks.Trainable(model);
        using var callbacks = new CallbackList(null, verbose: false, cancellationToken);
        using optim.Optimizer optimizer = TrainingState.Of(model).Settings.Create(model.parameters());
        using var forward = new ForwardPass(model);
        using var step = new TrainingStep(forward, set, optimizer, batchSize, augmentation, labelSmoothing);
        using ModelWeights weights = ModelWeights.Copy(model);
        Tensor globalState = random.get_rng_state();
        using var modes = new ModuleModes(model);
        try
        {
            modes.Train();
            FrozenWeights.HoldStatistics(model);
            return Search(
                step, optimizer, set.Count, batchSize, seed ?? initial_seed(),
                [.. Enumerable.Range(0, steps).Select(i => from * Math.Pow(to / from, (double)i / (steps - 1)))],
                callbacks);
        }
        finally
        {
            weights.RestoreTo(model);
            random.set_rng_state(globalState);
        }
    }

    private static LearningRateFinder Search(
        TrainingStep step, optim.Optimizer optimizer, int samples, int batchSize, long seed, double[] rates,
        CallbackList callbacks)
    {
        const double TooLarge = 4;
        var settings = new OptimizerSettings(optimizer);
        var losses = new List<double>();
        int[] order = [];
        int seen = samples, epoch = 0, epochSeed = 0;
        foreach (double rate in rates)
        {
            callbacks.ThrowIfCancelled();
            if (seen >= samples)
            {
                epochSeed = Permutation.Seed(seed, ++epoch);
                manual_seed(epochSeed);
                order = Permutation.Of(samples, epochSeed);
                seen = 0;
            }

            using var scope = NewDisposeScope();
            int end = Math.Min(seen + batchSize, samples);
            MetricSums tally = step.ComputeGradients(order.AsSpan(seen..end), epochSeed, seen);
            if (!double.IsFinite(tally.LossSum))
            {
                break;
            }

            losses.Add(tally.Loss);
            double[] smoothed = LossSmoothing.Past(losses);
            if (smoothed[^1] > TooLarge * smoothed.Min())
            {
                break;
            }

            settings.LearningRate = rate;
            optimizer.step();
            seen = end;
        }

        return new LearningRateFinder([.. rates.Take(losses.Count)], losses, stoppedEarly: losses.Count < rates.Length);
    }
}
