using TorchSharp.Modules;
using static MnistCnn.Course.CheckResult;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>The check of a network's layers, by what passes through them.</summary>
internal static class NetworkChecks
{
    public static CheckResult Network(
        int number, nn.Module<Tensor, Tensor>? model, Shape? image, int filters, int kernelSize, int poolSize)
    {
        if (model is null)
        {
            return Wrong(
                "There is no model yet.", "model = Sequential(…), with the layers in the order in which an image meets them.");
        }

        if (image is null)
        {
            return Wrong("shape_ord is empty.", "Run the cells at the top first.");
        }

        if (Prepared.IsModel(model, number) is { } loaded)
        {
            return loaded;
        }

        IReadOnlyList<(string Name, nn.Module Module)> leaves = [.. ModelTracer.Leaves(model)];
        if (leaves.Select(leaf => UnfitDropout(leaf.Name, leaf.Module)).FirstOrDefault(wrong => wrong is not null) is { } dropout)
        {
            return dropout;
        }

        bool isRow = ModelTracer.IsRow(model);
        IReadOnlyList<LayerTrace> layers;
        try
        {
            layers = ModelTracer.Trace(model, image);
        }
        catch (ArgumentException exception) when (LayerRefusal.Of(exception) is { } refused)
        {
            if (isRow || !ModelAnswers.Takes(model, zeros(image.WithBatch(1))))
            {
                return Wrong(refused.Words.What, refused.Words.Hint);
            }

            layers = [];
        }

        if (layers.Count == 0 || ReferenceEquals(layers[0].Module, model))
        {
            // Its forward does more than call one layer after the other: they can be asked only for what they are.
            layers = [.. leaves.Select(leaf => new LayerTrace(leaf.Name, leaf.Module, new Shape(), new Shape()))];
        }

        NetworkPlan plan = NetworkPlan.Of(number, image, filters, kernelSize, poolSize);
        return Convolutions(layers, plan, isRow)
            ?? Pooling(layers, plan, isRow)
            ?? Dense(layers, plan, isRow)
            ?? Dropouts(layers, plan, isRow)
            ?? (isRow ? End(layers[^1]) : OwnForward.WrongIn(model, image, layers, plan))
            ?? Total(model, plan);
    }

    /// <summary>Which of the three networks a model is, going by its layers alone; 0 if none.</summary>
    public static int NumberOf(nn.Module<Tensor, Tensor> model) =>
        (model.modules().OfType<Conv2d>().Count(), model.modules().OfType<Linear>().Count()) switch
        {
            (1, 1) => 1,
            (1, 2) => 2,
            (2, 2) => 3,
            _ => 0,
        };

    /// <summary>A network in words.</summary>
    public static string Describe(int number) =>
        $"with {Count(number == 3 ? 2 : 1, "convolution")} and {Count(number == 1 ? 1 : 2, "dense layer")}";

    /// <summary>Dropout that no network of the sheet can have.</summary>
    private static CheckResult? UnfitDropout(string name, nn.Module layer) => layer switch
    {
        Dropout { p: not (>= 0 and < 1) } dropout => Wrong(
            Invariant($"{name} has the rate {dropout.p}."), "Dropout takes a share from 0 to below 1: 10 % is 0.1."),
        Dropout1d or Dropout2d or Dropout3d or AlphaDropout or FeatureAlphaDropout => Wrong(
            $"{name} is {layer.GetType().Name}, which is another kind of dropout.",
            "The sheet switches off single numbers, not whole channels: Dropout(share)."),
        _ => null,
    };

    private static CheckResult? Convolutions(IReadOnlyList<LayerTrace> layers, NetworkPlan plan, bool isRow)
    {
        LayerTrace[] convolutions = [.. layers.Where(layer => layer.Module is Conv2d)];
        return convolutions.Length == plan.Filters.Count
            ? convolutions.Select((layer, i) =>
                    Convolution(layers, layer, (Conv2d)layer.Module, plan.Filters[i], plan.KernelSize, isRow))
                .FirstOrDefault(wrong => wrong is not null)
            : Wrong(
                $"The model has {Count(convolutions.Length, "convolution")}; this network has {Number(plan.Filters.Count)}.",
                convolutions.Length < plan.Filters.Count
                    ? "Conv2d(channels in, filters, kernel size) is a convolution."
                    : "Is this still the network of another section?");
    }

    private static CheckResult? Convolution(
        IReadOnlyList<LayerTrace> layers, LayerTrace layer, Conv2d module, int filters, int kernelSize, bool isRow)
    {
        long[] weight = module.weight.shape;
        return 0 switch
        {
            _ when weight[2] != kernelSize || weight[3] != kernelSize => Wrong(
                Invariant($"The kernel of {layer.Name} is {weight[2]} × {weight[3]}."),
                "The kernel's size is the last of Conv2d's three numbers: what does the task say?"),
            _ when weight[0] != filters => Wrong(
                Invariant($"{layer.Name} has {weight[0]} filters."),
                "The number of filters is Conv2d's second number: what does the task say?"),
            _ when layer.OutputShape.Count == 4 && Size(layer.OutputShape) != Size(layer.InputShape) - kernelSize + 1 => Wrong(
                $"{layer.Name} turns {layer.InputShape} into {layer.OutputShape}.",
                Size(layer.OutputShape) == Size(layer.InputShape)
                    ? "That is 'same' padding; with 'valid' the window stays inside the image and its result is smaller."
                    : "With 'valid' padding, stride 1 and dilation 1 it gets smaller by the kernel's size less one."),
            _ when module.bias is null => Wrong($"{layer.Name} has no bias.", "bias: true is what Conv2d does by itself."),
            _ => isRow ? ActivationAfter(layers, layer) : null,
        };
    }

    private static CheckResult? Pooling(IReadOnlyList<LayerTrace> layers, NetworkPlan plan, bool isRow)
    {
        LayerTrace[] pools = [.. layers.Where(layer => layer.Module is MaxPool2d or AvgPool2d)];
        return pools switch
        {
            [] => isRow && plan.PoolSize is not null
                ? Wrong("There is no pooling layer.", "MaxPool2d(size) keeps the largest number of each square.")
                : null,
            [var first, ..] when plan.PoolSize is null => Wrong($"{first.Name} pools.", "This network has no pooling layer yet."),
            { Length: > 1 } => Wrong(Invariant($"There are {pools.Length} pooling layers."), "The sheet adds one."),
            [{ Module: AvgPool2d } mean] => Wrong(
                $"{mean.Name} takes the mean.", "The sheet wants the largest number of each square."),
            [var pool] when IndexOf(layers, pool) < LastIndex<Conv2d>(layers) => Wrong(
                $"{pool.Name} stands before the last convolution.", "Both convolutions come first, then the pooling."),
            [var pool] when pool.OutputShape.Count == 4
                && Size(pool.OutputShape) != Size(pool.InputShape) / plan.PoolSize => Wrong(
                $"{pool.Name} turns {pool.InputShape} into {pool.OutputShape}.",
                Invariant($"A pool size of {plan.PoolSize} × {plan.PoolSize} makes one row of every {plan.PoolSize}.")),
            _ => null,
        };
    }

    private static CheckResult? Dense(IReadOnlyList<LayerTrace> layers, NetworkPlan plan, bool isRow)
    {
        LayerTrace[] dense = [.. layers.Where(layer => layer.Module is Linear)];
        return dense.Length == plan.Units.Count
            ? dense.Select((layer, i) =>
                    OneDense(layers, layer, (Linear)layer.Module, plan.Units[i], i == dense.Length - 1, isRow))
                .FirstOrDefault(wrong => wrong is not null)
            : Wrong(
                $"The model has {Count(dense.Length, "dense layer")}; this network has {Number(plan.Units.Count)}.",
                dense.Length < plan.Units.Count
                    ? "Linear(numbers in, units) is a dense layer; the last one gives the digits."
                    : "Is there one too many?");
    }

    private static CheckResult? OneDense(
        IReadOnlyList<LayerTrace> layers, LayerTrace layer, Linear module, int units, bool isLast, bool isRow) => 0 switch
        {
            _ when module.weight!.shape[0] != units => Wrong(
                Invariant($"{layer.Name} has {module.weight.shape[0]} units."),
                isLast
                    ? "The last layer has one unit for each digit."
                    : "What does the task say of the layer between flatten and output?"),
            _ when module.bias is null => Wrong($"{layer.Name} has no bias.", "hasBias: true is what Linear does by itself."),
            _ => isRow && !isLast ? ActivationAfter(layers, layer) : null,
        };

    private static CheckResult? Dropouts(IReadOnlyList<LayerTrace> layers, NetworkPlan plan, bool isRow)
    {
        LayerTrace[] dropouts = [.. layers.Where(layer => layer.Module is Dropout)];
        int expected = plan.HasDropout ? 2 : 0;
        if (dropouts.Length != expected)
        {
            return !isRow && dropouts.Length == 0 ? null : Wrong(
                $"The model has {Count(dropouts.Length, "dropout layer")}; this network has {Number(expected)}.",
                expected == 0
                    ? "Dropout comes in the next section."
                    : "One stands before the flatten layer, one between the two dense layers.");
        }

        int[] dense = [.. Enumerable.Range(0, layers.Count).Where(i => layers[i].Module is Linear)];
        int flatten = LastIndex<Flatten>(layers) is var index and >= 0 ? index : dense[0];
        int[] places = [.. dropouts.Select(layer => IndexOf(layers, layer))];
        double[] rates = [.. dropouts.Select(layer => ((Dropout)layer.Module).p)];
        return rates switch
        {
            [] => null,
            _ when isRow && places[0] < LastIndex<Conv2d>(layers) => Wrong(
                $"{dropouts[0].Name} stands before the last convolution.",
                "The first dropout stands right before the flatten layer."),
            _ when isRow && places[0] > flatten => Wrong(
                $"{dropouts[0].Name} stands after the flatten layer.", "The first dropout stands before it."),
            _ when isRow && (places[1] < dense[0] || places[1] > dense[1]) => Wrong(
                $"{dropouts[1].Name} does not stand between the two dense layers.",
                "The second dropout comes after the first dense layer and before the last."),
            [0.25, 0.5] => null,
            [0.5, 0.25] => Wrong("The two dropout rates are swapped.", "Read the task again: which one loses more?"),
            _ => Wrong(
                Invariant($"The dropout rates are {rates[0]} and {rates[1]}."),
                rates.Contains(0.75)
                    ? "Dropout takes the share that is switched off."
                    : "Dropout takes a share from 0 to 1: 10 % is 0.1. What does the task say?"),
        };
    }

    private static CheckResult? End(LayerTrace last) => last.Module switch
    {
        Softmax or LogSoftmax when !SumsAcrossDigits(last.Module) => Wrong(
            $"{last.Name} adds up over the images.", "The probabilities of one image add up to 1: its digits are axis 1."),
        Linear or Softmax or LogSoftmax => null,
        _ => Wrong(
            $"The model ends in {last.Module.GetType().Name}.", "Ten results need to become ten probabilities that add up to 1."),
    };

    private static CheckResult Total(nn.Module<Tensor, Tensor> model, NetworkPlan plan)
    {
        long total = model.parameters().Sum(parameter => parameter.numel()) + InspectionExtensions.StatisticsOf(model);
        return total == plan.Parameters
            ? Right(Invariant($"The layers are right, with {total:N0} parameters."))
            : Wrong(
                Invariant($"The summary counts {plan.Parameters:N0} parameters in the sheet; yours {total:N0}."),
                "Compare the rows of the summary: is there a layer too many, or did the size change where it should not?");
    }

    /// <summary>What is wrong with the activation between a layer and the next one with weights; null if it is ReLU.</summary>
    private static CheckResult? ActivationAfter(IReadOnlyList<LayerTrace> layers, LayerTrace layer) =>
        layers.Skip(IndexOf(layers, layer) + 1)
            .TakeWhile(next => next.Module is not (Conv2d or Linear))
            .FirstOrDefault(next => next.IsActivation) switch
        {
            { Module: ReLU } => null,
            null => Wrong($"{layer.Name} has no activation.", "Without one, two layers are no more than one: ReLU() follows it."),
            var other => Wrong(
                $"{layer.Name} is followed by {other.Module.GetType().Name}.", "The sheet takes activation='relu'."),
        };

    private static bool SumsAcrossDigits(nn.Module softmax)
    {
        Tensor output = ((nn.Module<Tensor, Tensor>)softmax).call(zeros(2, 4));
        return ((softmax is LogSoftmax ? output.exp() : output).sum(1) - 1).abs().max().item<float>() < 1e-4;
    }

    private static int IndexOf(IReadOnlyList<LayerTrace> layers, LayerTrace layer) => layers.ToList().IndexOf(layer);

    private static int LastIndex<TLayer>(IReadOnlyList<LayerTrace> layers) =>
        layers.ToList().FindLastIndex(layer => layer.Module is TLayer);

    /// <summary>The rows of an image between two layers, in either data format.</summary>
    private static long Size(Shape shape) => Backend.ImageDataFormat == ImageDataFormat.ChannelsFirst ? shape[2] : shape[1];

    private static string Count(long count, string noun) =>
        $"{(count == 0 ? "no" : Number(count))} {noun}{(count is 0 or 1 ? "" : "s")}";

    private static string Number(long value) =>
        value is >= 0 and <= 2 ? new[] { "none", "one", "two" }[value] : Invariant($"{value}");
}
