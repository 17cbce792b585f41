using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>What Keras's <c>Model</c> adds around layers, for any TorchSharp module from tensor to tensor.</summary>
public static class ModelExtensions
{
    /// <summary>
    /// Makes a model ready to train, as Keras does when a model with an input shape is compiled: draws the weights,
    /// remembers the input shape and the optimizer, checks that the layers fit together. The loss is categorical
    /// cross-entropy, the metric accuracy. Compiling again starts the training afresh. Frozen weights are not drawn: one freezes
    /// what was loaded or learnt before, and Keras compiles after that.
    /// </summary>
    /// <typeparam name="TModel">The type of the model.</typeparam>
    /// <param name="model">
    /// The model. It may end in <c>Softmax(1)</c>, as in Keras, or in logits, as in PyTorch; after <c>Sigmoid()</c> at the end of
    /// a <c>Sequential</c> the numbers of a sample are divided by their sum, as Keras's loss does it. It keeps the
    /// <see cref="Backend.ImageDataFormat"/> of this moment: with channels last, <c>model.call(x)</c> takes
    /// (n, rows, columns, channels) from now on.
    /// </param>
    /// <param name="inputShape">The shape of one sample without the batch axis: (28, 28, 1).</param>
    /// <param name="optimizer">The optimizer; null: <see cref="Adam"/> with Keras's defaults.</param>
    /// <param name="initializer">How the weights are drawn.</param>
    /// <param name="seed">The seed of the weights; null: the seed last given to <c>torch.manual_seed</c>.</param>
    /// <returns>The model itself.</returns>
    /// <exception cref="ArgumentException">
    /// A layer cannot take what the layer before it gives; the message names the layer and the shape that reaches it. Or the
    /// softmax at the end adds up over the samples.
    /// </exception>
    public static TModel Compile<TModel>(
        this TModel model,
        Shape inputShape,
        Optimizer? optimizer = null,
        Initializer initializer = Initializer.GlorotUniform,
        long? seed = null)
        where TModel : nn.Module<Tensor, Tensor>
    {
        FitChecks.Alive(model);
        ArgumentNullException.ThrowIfNull(inputShape);
        if (inputShape.Count == 0 || inputShape.Any(size => size < 1))
        {
            throw new ArgumentException(
                $"Expected the shape of one sample with sizes of at least 1, as (28, 28, 1), given {inputShape}.",
                nameof(inputShape));
        }

        ForwardPass.CheckedEnd(model);
        ModelTracer.Trace(model, inputShape);
        ModelLayout.Of(model).InputShape = inputShape;
        TrainingState state = TrainingState.Of(model);
        state.Use(optimizer ?? new Adam());
        state.EndRun(null);
        InitialWeights.Draw(model, initializer, seed ?? initial_seed());

        return model;
    }

    /// <summary>
    /// Trains a model, as Keras's <c>fit</c>: the samples are shuffled in every epoch, the loss and the accuracy of an
    /// epoch are means over its images while the weights change, and the validation set is looked at after each epoch
    /// without dropout. A second call goes on where the first ended.
    /// </summary>
    /// <param name="model">The model; one that was never compiled keeps its weights and is trained by Adam.</param>
    /// <param name="train">
    /// Samples, float32 (n, …) in the model's data format, and their targets, (n, classes), one-hot numbers of any type.
    /// </param>
    /// <param name="validation">Samples and targets that are only looked at; null: none.</param>
    /// <param name="epochs">
    /// The number of the last epoch: how many there are in all, those that <paramref name="initialEpoch"/> counts included. With
    /// 0, or where <paramref name="initialEpoch"/> is no smaller, nothing is trained and the record is empty, as in Keras.
    /// </param>
    /// <param name="batchSize">Samples a step; the last batch of an epoch may be smaller.</param>
    /// <param name="seed">
    /// The seed of shuffling and dropout; null: the seed last given to <c>torch.manual_seed</c>. TorchSharp's own random
    /// numbers go on after the call as if it had not been.
    /// </param>
    /// <param name="shuffle">Whether to shuffle.</param>
    /// <param name="initialEpoch">The number of epochs done before, as in Keras: the first one is the next.</param>
    /// <param name="augmentation">
    /// How the training images are changed at random each time they are seen; null: not at all.
    /// </param>
    /// <param name="labelSmoothing">
    /// How much of each training target is spread evenly over all classes, 0 to below 1: targets become
    /// y · (1 − labelSmoothing) + labelSmoothing / classes, as in Keras's loss. The validation loss is computed with the targets
    /// as they are, so that it can be compared between runs and with <c>Evaluate</c>.
    /// </param>
    /// <param name="callbacks">
    /// What takes part in the run: <c>EarlyStopping</c>, <c>ModelCheckpoint</c>, a
    /// <see cref="LearningRateSchedule"/> such as <c>OneCycle</c>, <c>ReduceLearningRateOnPlateau</c>,
    /// <see cref="WeightAveraging"/>, or a <see cref="Callback"/> of one's own; called in this order.
    /// </param>
    /// <param name="verbose">
    /// Whether to show the run while it goes on: adds a <see cref="ProgressBar"/>, in a notebook a live view.
    /// </param>
    /// <param name="cancellationToken">
    /// Stops the run within a batch, in training or in validation. Weights, buffers and optimizer are then those after the same
    /// whole step, the history has the epochs that were finished with their validation, and the callbacks have done their work
    /// at the end: the weights are the best ones or the averages where such were asked for, the learning rate is the
    /// optimizer's own again. A notebook's stop button and the token of a callback do the same.
    /// </param>
    /// <returns>The record of the finished epochs.</returns>
    /// <exception cref="ArgumentException">
    /// A set is empty, has a wrong rank or type, or NaN in its validation samples; counts differ, targets are not one-hot, the
    /// number of epochs is negative or the batch size below 1; or the model has no weight to train, since all are frozen or it
    /// has none (Keras warns and goes through the epochs). The message says what was expected and what was given.
    /// </exception>
    /// <exception cref="TrainingDivergedException">
    /// The loss became NaN or infinite; where the samples hold such numbers, the message names the first.
    /// </exception>
    /// <remarks>
    /// A <c>Sequential</c> of convolutions (stride 1), max-poolings, batch normalisations, dense layers, ReLU, dropout and
    /// flatten that ends in softmax is computed by the library's own loops, several times as fast as layer by layer; see
    /// <see cref="CpuAcceleration"/>. Any other model is computed by calling it: one of a class derived from <c>Sequential</c>,
    /// one with hooks, with frozen weights, or with a weight that several layers share.
    /// <para>
    /// A weight is frozen by <c>requires_grad = false</c>, before the run or by a callback: it does not move, whatever the
    /// optimizer, its momentum or its weight decay, and its average is itself. When it learns again it goes on with the moments
    /// that it had, as in PyTorch. A batch normalisation whose weights are all frozen keeps its moving mean and variance and
    /// computes with them, as Keras's with <c>trainable = False</c>, where PyTorch's would go on moving: what is frozen should
    /// give tomorrow what it gives today.
    /// </para>
    /// <para>
    /// The model trains in training mode, but a layer that was set to <c>eval()</c> while the model was not stays so: whoever
    /// sets one layer apart means it, as Keras's <c>layer(x, training=False)</c> does; PyTorch's <c>model.train()</c> would
    /// forget it. A model that was set to <c>eval()</c> as a whole was only looked at, and all of it trains. Afterwards each
    /// module is in the mode that it had.
    /// </para>
    /// The model computes on the device of its weights. The data may lie on another one, then each batch is brought over;
    /// on the same device nothing moves.
    /// There are no class weights (Keras: <c>class_weight</c>): MNIST's classes are of about the same size, and an image that is
    /// in the training set k times weighs k times as much. <c>torch.cat(new[] { x, x[rare] })</c>, with the targets likewise,
    /// doubles the weight of the images where the bool tensor <c>rare</c> is true.
    /// </remarks>
    public static History Fit(
        this nn.Module<Tensor, Tensor> model,
        (Tensor X, Tensor Y) train,
        (Tensor X, Tensor Y)? validation = null,
        int epochs = 1,
        int batchSize = 32,
        long? seed = null,
        bool shuffle = true,
        int initialEpoch = 0,
        ImageAugmentation? augmentation = null,
        double labelSmoothing = 0,
        IReadOnlyList<Callback>? callbacks = null,
        bool verbose = true,
        CancellationToken cancellationToken = default)
    {
        FitChecks.Alive(model);
        ArgumentOutOfRange.ThrowIfNegative(epochs);
        ArgumentOutOfRange.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRange.ThrowIfNegative(initialEpoch);
        FitChecks.LabelSmoothing(labelSmoothing);
        using var callbackList = new CallbackList(callbacks, verbose, cancellationToken);
        using var scope = NewDisposeScope();
        LabeledDataset trainSet = LabeledDataset.Of(model, train.X, train.Y, nameof(train), nameof(train));
        FitChecks.Augmentation(augmentation, trainSet.X);
        FitChecks.Outputs(model, trainSet.X, trainSet.Y, nameof(train));
        LabeledDataset? validationSet = null;
        if (validation is { } v)
        {
            validationSet = LabeledDataset.Of(model, v.X, v.Y, nameof(validation), nameof(validation));
            FitChecks.SameShape(trainSet.X, v.X, nameof(validation));
            FitChecks.Outputs(model, v.X, validationSet.Y, nameof(validation));
        }

        FitChecks.Trainable(model);
        TrainingState.Of(model).ValidationSamples =
            validationSet?.X[..Math.Min(10, validationSet.Count)].detach().cpu().contiguous().data<float>().ToArray();
        var options = new FitOptions(
            epochs, batchSize, initialEpoch, shuffle, seed ?? initial_seed(), augmentation, labelSmoothing);
        using var loop = new TrainingLoop(model, trainSet, validationSet, options, callbackList);
        return loop.Run();
    }

    /// <summary>The record of the last <c>Fit</c>, also if its cell was cancelled (Keras: <c>model.history</c>).</summary>
    /// <param name="model">The model.</param>
    /// <returns>The finished epochs; empty if the model was not trained yet.</returns>
    public static History History(this nn.Module<Tensor, Tensor> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return TrainingState.Of(model).History ?? new History([]);
    }

    /// <summary>
    /// Judges a model by samples with known targets: loss, accuracy, and every view of its predictions, which are
    /// computed once.
    /// </summary>
    /// <param name="model">The model; its mode and its weights stay as they are.</param>
    /// <param name="x">Samples, float32 (n, …) in the model's data format.</param>
    /// <param name="y">Their targets, (n, classes), one-hot numbers of any type.</param>
    /// <param name="callbacks">What takes part in it, such as a <see cref="Callback"/> of one's own; null: nothing.</param>
    /// <param name="cancellationToken">Stops it within a batch, as a notebook's stop button does.</param>
    /// <returns>The evaluation; <c>var (loss, accuracy) = …</c> takes the two figures out of it.</returns>
    /// <exception cref="ArgumentException">
    /// The tensors are wrong, or samples or weights hold NaN; the message says what was expected.
    /// </exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public static Evaluation Evaluate(
        this nn.Module<Tensor, Tensor> model, Tensor x, Tensor y, IReadOnlyList<Callback>? callbacks = null,
        CancellationToken cancellationToken = default)
    {
        FitChecks.Alive(model);
        using var callbackList = new CallbackList(callbacks, verbose: true, cancellationToken);
        using var scope = NewDisposeScope();
        LabeledDataset set = LabeledDataset.Of(model, x, y, nameof(x), nameof(y));
        FitChecks.Outputs(model, x, set.Y, nameof(y));
        using var forward = new ForwardPass(model);
        var test = new EvaluationContext(model, set.Count);
        callbackList.OnTestBegin(test);
        Tensor? probabilities = BatchEvaluation.Probabilities(
            model, forward, x, callbackList.CancellationToken, set.Y, batch =>
            {
                test.Sums += batch;
                callbackList.OnTestBatchEnd(test);
            });
        if (probabilities is null)
        {
            callbackList.ThrowIfCancelled();
        }

        if (!double.IsFinite(test.Loss))
        {
            FitChecks.Finite(model, x, nameof(x));
        }

        using var off = no_grad();
        test.Result = new Evaluation(
            test.Loss, set.Y.argmax(1), probabilities!, new ImageSource(x, ModelLayout.Of(model).DataFormat).Get);
        callbackList.OnTestEnd(test);
        return test.Result;
    }

    /// <summary>The model's probabilities for each class.</summary>
    /// <param name="model">
    /// The model; its mode and its weights stay as they are. What ends in softmax gives what <c>model.call(x)</c> gives; of
    /// logits it is the softmax, and what a sigmoid at the end gives is divided by its sum.
    /// </param>
    /// <param name="x">Samples, float32 (n, …) in the model's data format.</param>
    /// <param name="callbacks">What takes part in it, such as a <see cref="Callback"/> of one's own; null: nothing.</param>
    /// <param name="cancellationToken">Stops it within a batch, as a notebook's stop button does.</param>
    /// <returns>float32 tensor (n, classes) on the device of the samples; each row adds up to 1.</returns>
    /// <exception cref="ArgumentException">
    /// The tensor is wrong, the model does not give a row of classes, or samples or weights hold NaN; the message says so.
    /// </exception>
    /// <exception cref="OperationCanceledException">The prediction was cancelled.</exception>
    public static Tensor Predict(
        this nn.Module<Tensor, Tensor> model, Tensor x, IReadOnlyList<Callback>? callbacks = null,
        CancellationToken cancellationToken = default)
    {
        FitChecks.Alive(model);
        LabeledDataset.CheckSamples(model, x, nameof(x));
        FitChecks.Outputs(model, x, null, nameof(x));
        using var callbackList = new CallbackList(callbacks, verbose: true, cancellationToken);
        using var scope = NewDisposeScope();
        using var forward = new ForwardPass(model);
        var prediction = new EvaluationContext(model, (int)x.shape[0]);
        callbackList.OnPredictBegin(prediction);
        Tensor? probabilities = BatchEvaluation.Probabilities(model, forward, x, callbackList.CancellationToken);
        if (probabilities is null)
        {
            callbackList.ThrowIfCancelled();
        }

        if (!probabilities!.isfinite().all().item<bool>())
        {
            FitChecks.Finite(model, x, nameof(x));
        }

        callbackList.OnPredictEnd(prediction);
        return probabilities.MoveToOuterDisposeScope();
    }
}
