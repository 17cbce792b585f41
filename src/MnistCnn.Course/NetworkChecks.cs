using System.Globalization;
using TorchSharp.Modules;
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
            return CheckResult.Wrong(
                "There is no model yet.", "model = Sequential(…), with the layers in the order in which an image meets them.");
        }

        if (image is null)
        {
            return CheckResult.Wrong("shape_ord is empty.", "Run the cells at the top first.");
        }

        IReadOnlyList<LayerTrace> layers;
        try
        {
            layers = ModelTracer.Trace(model, image);
        }
        catch (ArgumentException refused)
        {
            return CheckResult.Wrong(
                $"The layers do not fit together: {refused.Message.Split(" (Parameter", 2)[0]}",
                "Linear takes one row of numbers: is there a Flatten() before it, and is its first number rows × columns × "
                + "channels of what reaches it?");
        }

        NetworkPlan plan = NetworkPlan.Of(number, filters, kernelSize, poolSize);
        bool seesAll = ModelTracer.IsRow(model);
        return Convolutions(layers, plan, seesAll)
            ?? Pooling(layers, plan, seesAll)
            ?? Dense(layers, plan, seesAll)
            ?? Dropouts(layers, plan, seesAll)
            ?? End(layers, seesAll)
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

    private static CheckResult? Convolutions(IReadOnlyList<LayerTrace> layers, NetworkPlan plan, bool seesAll)
    {
        LayerTrace[] convolutions = [.. layers.Where(layer => layer.Module is Conv2d)];
        if (convolutions.Length != plan.Filters.Count)
        {
            return CheckResult.Wrong(
                $"The model has {Count(convolutions.Length, "convolution")}; this network has {Number(plan.Filters.Count)}.",
                convolutions.Length < plan.Filters.Count
                    ? "Conv2d(channels in, filters, kernel size) is a convolution."
                    : "Is this still the network of another section?");
        }

        for (int i = 0; i < convolutions.Length; i++)
        {
            LayerTrace layer = convolutions[i];
            var module = (Conv2d)layer.Module;
            long[] weight = module.weight.shape;
            if (weight[2] != plan.KernelSize || weight[3] != plan.KernelSize)
            {
                return CheckResult.Wrong(
                    Invariant($"The kernel of {layer.Name} is {weight[2]} × {weight[3]}."),
                    "The kernel's size is the last of Conv2d's three numbers: what does the task say?");
            }

            if (weight[0] != plan.Filters[i])
            {
                return CheckResult.Wrong(
                    Invariant($"{layer.Name} has {weight[0]} filters."),
                    "The number of filters is Conv2d's second number: what does the task say?");
            }

            if (Size(layer.OutputShape) != Size(layer.InputShape) - plan.KernelSize + 1)
            {
                return CheckResult.Wrong(
                    $"{layer.Name} turns {layer.InputShape} into {layer.OutputShape}.",
                    Size(layer.OutputShape) == Size(layer.InputShape)
                        ? "That is 'same' padding; with 'valid' the window stays inside the image and its result is smaller."
                        : "With 'valid' padding, stride 1 and dilation 1 it gets smaller by the kernel's size less one.");
            }

            if (module.bias is null)
            {
                return CheckResult.Wrong($"{layer.Name} has no bias.", "bias: true is what Conv2d does by itself.");
            }

            if (seesAll && ActivationAfter(layers, layer) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private static CheckResult? Pooling(IReadOnlyList<LayerTrace> layers, NetworkPlan plan, bool seesAll)
    {
        LayerTrace[] pools = [.. layers.Where(layer => layer.Module is MaxPool2d or AvgPool2d)];
        if (plan.PoolSize is not { } size)
        {
            return pools.Length > 0
                ? CheckResult.Wrong($"{pools[0].Name} pools.", "This network has no pooling layer yet.")
                : null;
        }

        if (pools.Length == 0)
        {
            return seesAll
                ? CheckResult.Wrong("There is no pooling layer.", "MaxPool2d(size) keeps the largest number of each square.")
                : null;
        }

        if (pools.Length > 1)
        {
            return CheckResult.Wrong($"There are {pools.Length} pooling layers.", "The sheet adds one.");
        }

        if (pools[0].Module is AvgPool2d)
        {
            return CheckResult.Wrong($"{pools[0].Name} takes the mean.", "The sheet wants the largest number of each square.");
        }

        if (IndexOf(layers, pools[0]) < layers.ToList().FindLastIndex(layer => layer.Module is Conv2d))
        {
            return CheckResult.Wrong(
                $"{pools[0].Name} stands before the last convolution.", "Both convolutions come first, then the pooling.");
        }

        return Size(pools[0].OutputShape) != Size(pools[0].InputShape) / size
            ? CheckResult.Wrong(
                $"{pools[0].Name} turns {pools[0].InputShape} into {pools[0].OutputShape}.",
                string.Create(CultureInfo.InvariantCulture, $"A pool size of {size} × {size} makes one row of every {size}."))
            : null;
    }

    private static CheckResult? Dense(IReadOnlyList<LayerTrace> layers, NetworkPlan plan, bool seesAll)
    {
        LayerTrace[] dense = [.. layers.Where(layer => layer.Module is Linear)];
        if (dense.Length != plan.Units.Count)
        {
            return CheckResult.Wrong(
                $"The model has {Count(dense.Length, "dense layer")}; this network has {Number(plan.Units.Count)}.",
                dense.Length < plan.Units.Count
                    ? "Linear(numbers in, units) is a dense layer; the last one gives the digits."
                    : "Is there one too many?");
        }

        for (int i = 0; i < dense.Length; i++)
        {
            long units = ((Linear)dense[i].Module).weight!.shape[0];
            if (units != plan.Units[i])
            {
                return CheckResult.Wrong(
                    Invariant($"{dense[i].Name} has {units} units."),
                    i == dense.Length - 1
                        ? "The last layer has one unit for each digit."
                        : "What does the task say of the layer between flatten and output?");
            }

            if (((Linear)dense[i].Module).bias is null)
            {
                return CheckResult.Wrong($"{dense[i].Name} has no bias.", "hasBias: true is what Linear does by itself.");
            }

            if (seesAll && i < dense.Length - 1 && ActivationAfter(layers, dense[i]) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private static CheckResult? Dropouts(IReadOnlyList<LayerTrace> layers, NetworkPlan plan, bool seesAll)
    {
        LayerTrace[] dropouts = [.. layers.Where(layer => layer.Module is Dropout)];
        int expected = plan.HasDropout ? 2 : 0;
        if (dropouts.Length != expected)
        {
            return !seesAll && dropouts.Length == 0 ? null : CheckResult.Wrong(
                $"The model has {Count(dropouts.Length, "dropout layer")}; this network has {Number(expected)}.",
                expected == 0
                    ? "Dropout comes in the next section."
                    : "One stands before the flatten layer, one between the two dense layers.");
        }

        if (expected == 0)
        {
            return null;
        }

        int flatten = layers.ToList().FindIndex(layer => layer.Module is Flatten);
        int[] dense = [.. Enumerable.Range(0, layers.Count).Where(i => layers[i].Module is Linear)];
        int[] places = [.. dropouts.Select(layer => IndexOf(layers, layer))];
        int lastConvolution = layers.ToList().FindLastIndex(layer => layer.Module is Conv2d);
        if (places[0] < lastConvolution)
        {
            return CheckResult.Wrong(
                $"{dropouts[0].Name} stands before the last convolution.",
                "The first dropout stands right before the flatten layer.");
        }

        if (places[0] > (flatten >= 0 ? flatten : dense[0]))
        {
            return CheckResult.Wrong(
                $"{dropouts[0].Name} stands after the flatten layer.", "The first dropout stands before it.");
        }

        if (places[1] < dense[0] || places[1] > dense[1])
        {
            return CheckResult.Wrong(
                $"{dropouts[1].Name} does not stand between the two dense layers.",
                "The second dropout comes after the first dense layer and before the last.");
        }

        double[] rates = [.. dropouts.Select(layer => ((Dropout)layer.Module).p)];
        return (rates[0], rates[1]) switch
        {
            (0.25, 0.5) => null,
            (0.5, 0.25) => CheckResult.Wrong("The two dropout rates are swapped.", "Read the task again: which one loses more?"),
            _ => CheckResult.Wrong(
                string.Create(CultureInfo.InvariantCulture, $"The dropout rates are {rates[0]} and {rates[1]}."),
                rates.Any(rate => rate is 0.75)
                    ? "Dropout takes the share that is switched off."
                    : "Dropout takes a share from 0 to 1: 10 % is 0.1. What does the task say?"),
        };
    }

    private static CheckResult? End(IReadOnlyList<LayerTrace> layers, bool seesAll)
    {
        if (!seesAll)
        {
            return null;
        }

        LayerTrace last = layers[^1];
        if (last.Module is Softmax or LogSoftmax && !SumsAcrossDigits(last.Module))
        {
            return CheckResult.Wrong(
                $"{last.Name} adds up over the images.", "The probabilities of one image add up to 1: its digits are axis 1.");
        }

        return last.Module is Linear or Softmax or LogSoftmax
            ? null
            : CheckResult.Wrong(
                $"The model ends in {last.Module.GetType().Name}.",
                "Ten results need to become ten probabilities that add up to 1.");
    }

    private static CheckResult Total(nn.Module<Tensor, Tensor> model, NetworkPlan plan)
    {
        long total = model.parameters().Sum(parameter => parameter.numel()) + InspectionExtensions.StatisticsOf(model);
        string counted = total.ToString("N0", CultureInfo.InvariantCulture);
        string planned = plan.Parameters.ToString("N0", CultureInfo.InvariantCulture);
        return total == plan.Parameters
            ? CheckResult.Right($"The layers are right, with {counted} parameters.")
            : CheckResult.Wrong(
                $"The summary counts {planned} parameters in the sheet; yours {counted}.",
                "Compare the rows of the summary: is there a layer too many, or did the size change where it should not?");
    }

    /// <summary>What is wrong with the activation between a layer and the next one with weights; null if it is ReLU.</summary>
    private static CheckResult? ActivationAfter(IReadOnlyList<LayerTrace> layers, LayerTrace layer)
    {
        LayerTrace? activation = layers.Skip(IndexOf(layers, layer) + 1)
            .TakeWhile(next => next.Module is not (Conv2d or Linear))
            .FirstOrDefault(next => next.IsActivation);
        return activation switch
        {
            { Module: ReLU } => null,
            null => CheckResult.Wrong(
                $"{layer.Name} has no activation.", "Without one, two layers are no more than one: ReLU() follows it."),
            _ => CheckResult.Wrong(
                $"{layer.Name} is followed by {activation.Module.GetType().Name}.", "The sheet takes activation='relu'."),
        };
    }

    private static bool SumsAcrossDigits(nn.Module softmax)
    {
        Tensor output = ((nn.Module<Tensor, Tensor>)softmax).call(zeros(2, 4));
        Tensor probabilities = softmax is LogSoftmax ? output.exp() : output;
        return (probabilities.sum(1) - 1).abs().max().item<float>() < 1e-4;
    }

    private static int IndexOf(IReadOnlyList<LayerTrace> layers, LayerTrace layer) => layers.ToList().IndexOf(layer);

    /// <summary>The rows of an image between two layers, in either data format.</summary>
    private static long Size(Shape shape) => Backend.ImageDataFormat == ImageDataFormat.ChannelsFirst ? shape[2] : shape[1];

    private static string Count(int count, string noun) => count switch
    {
        0 => $"no {noun}",
        1 => $"one {noun}",
        _ => $"{Number(count)} {noun}s",
    };

    private static string Number(int value) => value switch
    {
        0 => "none",
        1 => "one",
        2 => "two",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };
}

/// <summary>What the sheet asks of one of its three networks.</summary>
/// <param name="Number">1, 2 or 3.</param>
/// <param name="Filters">The filters of each convolution.</param>
/// <param name="KernelSize">Rows and columns of their kernels.</param>
/// <param name="PoolSize">Rows and columns that pooling puts together; null: no pooling.</param>
/// <param name="Units">The units of each dense layer.</param>
internal sealed record NetworkPlan(
    int Number, IReadOnlyList<int> Filters, int KernelSize, int? PoolSize, IReadOnlyList<int> Units)
{
    // The classes of MNIST; rows and columns of its images.
    private const int Digits = 10, ImageSize = 28;

    /// <summary>Whether there is dropout: 25 % before the flatten layer, 50 % between the dense layers.</summary>
    public bool HasDropout => Units.Count > 1;

    /// <summary>The number of weights and biases.</summary>
    public long Parameters
    {
        get
        {
            long sum = 0, channels = 1;
            foreach (int filters in Filters)
            {
                sum += ((KernelSize * KernelSize * channels) + 1) * filters;
                channels = filters;
            }

            long size = (ImageSize - (Filters.Count * (KernelSize - 1))) / (PoolSize ?? 1);
            long inputs = size * size * channels;
            foreach (int units in Units)
            {
                sum += (inputs + 1) * units;
                inputs = units;
            }

            return sum;
        }
    }

    public static NetworkPlan Of(int number, int filters = 32, int kernelSize = 3, int poolSize = 2) => number switch
    {
        1 => new(number, [filters], kernelSize, null, [Digits]),
        2 => new(number, [filters], kernelSize, null, [128, Digits]),
        3 => new(number, [filters, 64], kernelSize, poolSize, [128, Digits]),
        _ => throw ArgumentOutOfRange.Exception(nameof(number), number, "The exercise has the networks 1, 2 and 3."),
    };
}
