using MnistCnn;
using MnistCnn.Course;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Check = MnistCnn.Course.Check;

namespace MnistCnn.Tests.Checks;

public sealed class NetworkCheckTests : IDisposable
{
    private const int Flat = 26 * 26 * 32;
    private static readonly MnistCnn.Shape s_image = new(28, 28, 1);

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;
        _scope.Dispose();
    }

    [Theory]
    [InlineData(1, "216,650")]
    [InlineData(2, "2,770,634")]
    [InlineData(3, "1,199,882")]
    public void The_sheets_networks_pass_in_either_format(int number, string parameters)
    {
        CheckResult result = Check.Network(number, Prepared.NewModel(number), s_image);
        Answers.Passes(result);
        Assert.Contains(parameters, result.Message, StringComparison.Ordinal);
        Backend.ImageDataFormat = ImageDataFormat.ChannelsFirst;
        Answers.Passes(Check.Network(number, Prepared.NewModel(number), [1, 28, 28]));
    }

    [Fact]
    public void Other_names_logits_other_knobs_and_layers_that_may_change_places_pass()
    {
        Answers.Passes(Check.Network(1, Sequential(("a", Conv2d(1, 32, 3)), ("b", ReLU()), ("c", Flatten()), ("d", Linear(Flat, 10))), s_image));
        Answers.Passes(Check.Network(1, Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Linear(Flat, 10), LogSoftmax(1)), s_image));
        Answers.Passes(Check.Network(1, Sequential(Conv2d(1, 8, 5), ReLU(), Flatten(), Linear(24 * 24 * 8, 10), Softmax(-1)), s_image, filters: 8, kernelSize: 5));
        Answers.Passes(Check.Network(2, Two(ReLU(), Dropout(0.25)), s_image));
        Answers.Passes(Check.Network(2, Two(Dropout(0.25), ReLU()), s_image));
        Answers.Passes(Check.Network(3, Three(Dropout(0.25), MaxPool2d(2), 12), s_image));
        Answers.Passes(Check.Network(3, Three(MaxPool2d(3), Dropout(0.25), 8), s_image, poolSize: 3));
    }

    [Fact]
    public void A_module_of_ones_own_passes_although_its_functions_cannot_be_seen() =>
        Answers.Passes(Check.Network(1, new OwnNetwork(), s_image));

    [Fact]
    public void The_first_network_gone_wrong()
    {
        Answers.Fails(Check.Network(1, null, s_image), "no model yet", "Sequential");
        Answers.Fails(Check.Network(1, Sequential(Conv2d(1, 32, 3), ReLU(), Linear(Flat, 10)), s_image), "do not fit together", "Flatten");
        Answers.Fails(Check.Network(1, Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Linear(1000, 10)), s_image), "(None, 21632)", "first number");
        Answers.Fails(Check.Network(1, One(Conv2d(1, 32, 5), 24 * 24 * 32), s_image), "5 × 5", "kernel");
        Answers.Fails(Check.Network(1, One(Conv2d(1, 16, 3), 26 * 26 * 16), s_image), "16 filters", "second number");
        Answers.Fails(Check.Network(1, One(Conv2d(1, 32, 3, padding: 1), 28 * 28 * 32), s_image), "(None, 28, 28, 32)", "'same' padding");
        Answers.Fails(Check.Network(1, One(Conv2d(1, 32, 3, stride: 2), 13 * 13 * 32), s_image), "(None, 13, 13, 32)", "stride 1");
        Answers.Fails(Check.Network(1, One(Conv2d(1, 32, 3, bias: false), Flat), s_image), "no bias", "bias");
        Answers.Fails(Check.Network(1, Sequential(Conv2d(1, 32, 3), Flatten(), Linear(Flat, 10), Softmax(1)), s_image), "no activation", "ReLU()");
        Answers.Fails(Check.Network(1, Sequential(Conv2d(1, 32, 3), Tanh(), Flatten(), Linear(Flat, 10)), s_image), "followed by Tanh", "relu");
        Answers.Fails(Check.Network(1, Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Linear(Flat, 9)), s_image), "9 units", "each digit");
        Answers.Fails(Check.Network(1, Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Linear(Flat, 10), ReLU()), s_image), "ends in ReLU", "probabilities");
        Answers.Fails(Check.Network(1, Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Linear(Flat, 10), Softmax(0)), s_image), "over the images", "axis 1");
        Answers.Fails(Check.Network(1, Sequential(Conv2d(1, 32, 3), BatchNorm2d(32), ReLU(), Flatten(), Linear(Flat, 10)), s_image), "216,650 parameters in the sheet; yours 216,778", "layer too many");
    }

    [Fact]
    public void The_second_network_gone_wrong()
    {
        Answers.Fails(Check.Network(2, Prepared.NewModel(1), s_image), "one dense layer; this network has two", "Linear");
        Answers.Fails(Check.Network(2, Two(ReLU(), Dropout(0.25), units: 64), s_image), "64 units", "between flatten and output");
        Answers.Fails(Check.Network(2, Two(ReLU(), Identity()), s_image), "one dropout layer; this network has two", "between the two dense");
        Answers.Fails(Check.Network(2, Two(ReLU(), Dropout(0.5), second: 0.25), s_image), "swapped", "loses more");
        Answers.Fails(Check.Network(2, Two(ReLU(), Dropout(0.75)), s_image), "0.75 and 0.5", "switched off");
        Answers.Fails(Check.Network(2, Two(ReLU(), Dropout(0.1)), s_image), "0.1 and 0.5", "share");
        Answers.Fails(
            Check.Network(2, Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Dropout(0.25), Linear(Flat, 128), ReLU(), Dropout(0.5), Linear(128, 10)), s_image),
            "stands after the flatten", "before it");
        Answers.Fails(
            Check.Network(2, Sequential(Conv2d(1, 32, 3), ReLU(), Dropout(0.25), Flatten(), Linear(Flat, 128), ReLU(), Linear(128, 10), Dropout(0.5)), s_image),
            "does not stand between", "before the last");
        Answers.Fails(
            Check.Network(2, Sequential(Conv2d(1, 32, 3), ReLU(), Dropout(0.25), Flatten(), Linear(Flat, 128), Dropout(0.5), Linear(128, 10)), s_image),
            "no activation", "ReLU()");
    }

    [Fact]
    public void The_third_network_gone_wrong()
    {
        Answers.Fails(Check.Network(3, Prepared.NewModel(2), s_image), "one convolution; this network has two", "Conv2d");
        Answers.Fails(Check.Network(3, Three(Identity(), Dropout(0.25), 24), s_image), "no pooling layer", "MaxPool2d");
        Answers.Fails(Check.Network(3, Three(AvgPool2d(2), Dropout(0.25), 12), s_image), "takes the mean", "largest");
        Answers.Fails(Check.Network(3, Three(MaxPool2d(4), Dropout(0.25), 6), s_image), "(None, 6, 6, 64)", "2 × 2");
        Answers.Fails(Check.Network(3, Three(MaxPool2d(2), Dropout(0.25), 12, filters: 32), s_image), "32 filters", "task");
        Answers.Fails(
            Check.Network(3, Sequential(Conv2d(1, 32, 3), ReLU(), MaxPool2d(2), Conv2d(32, 64, 3), ReLU(), Dropout(0.25), Flatten(), Linear(11 * 11 * 64, 128), ReLU(), Dropout(0.5), Linear(128, 10)), s_image),
            "before the last convolution", "then the pooling");
        Answers.Fails(
            Check.Network(3, Sequential(Conv2d(1, 32, 3), Conv2d(32, 64, 3), ReLU(), MaxPool2d(2), Dropout(0.25), Flatten(), Linear(12 * 12 * 64, 128), ReLU(), Dropout(0.5), Linear(128, 10)), s_image),
            "0 has no activation", "ReLU()");
    }

    [Fact]
    public void Shapes_that_were_worked_out()
    {
        var model = Prepared.NewModel(3);
        MnistCnn.Shape[] right = [[26, 26, 32], [24, 24, 64], [12, 12, 64], [12, 12, 64], [9216], [128], [128], [10]];
        Answers.Passes(Check.OutputShapes(model, right));
        Answers.Passes(Check.OutputShapes(model, [.. right.Select(shape => shape.WithBatch(MnistCnn.Shape.None))]));
        Answers.Fails(Check.OutputShapes(null, right), "no model", "third network");
        Answers.Fails(Check.OutputShapes(model, []), "no output shapes yet", "one shape after the other");
        Answers.Fails(Check.OutputShapes(model, [[28, 28, 32]]), "conv2d_3 does not have the shape (28, 28, 32)", "rows and columns");
        Answers.Fails(Check.OutputShapes(model, [[32, 26, 26]]), "conv2d_3", "channels_last");
        Answers.Fails(Check.OutputShapes(model, [[26, 26, 1]]), "conv2d_3", "as many channels as it has filters");
        Answers.Fails(Check.OutputShapes(model, [.. right[..4], [12, 12, 64]]), "flatten_3", "one axis");
        Answers.Fails(Check.OutputShapes(model, [.. right[..4], [2304]]), "flatten_3", "How many numbers");
        Answers.Fails(Check.OutputShapes(model, right[..5]), "You give 5 output shapes; the model has 8", "dense_4");
    }

    [Fact]
    public void Weight_shapes_in_Kerass_order_or_TorchSharps()
    {
        var model = Prepared.NewModel(3);
        Answers.Passes(Check.WeightShapes(model, [[3, 3, 1, 32], [3, 3, 32, 64], [9216, 128], [128, 10]]));
        Answers.Passes(Check.WeightShapes(model, [[32, 1, 3, 3], [64, 32, 3, 3], [128, 9216], [10, 128]]));
        Answers.Fails(Check.WeightShapes(model, null), "no weight shapes yet", "Fill in");
        Answers.Fails(Check.WeightShapes(model, [[3, 3, 32]]), "conv2d_3", "four axes");
        Answers.Fails(Check.WeightShapes(model, [[3, 3, 1, 32], [3, 3, 1, 64]]), "conv2d_4", "channels come in");
        Answers.Fails(Check.WeightShapes(model, [[3, 3, 1, 32], [3, 3, 32, 64], [36864, 128]]), "dense_4", "How many numbers reach");
        Answers.Fails(Check.WeightShapes(model, [[3, 3, 1, 32], [3, 3, 32, 64], [128, 9216]]), "dense_4", "order");
        Answers.Fails(Check.WeightShapes(model, [[3, 3, 1, 32]]), "You give 1 weight shapes; the model has 4", "conv2d_4");
    }

    private static TorchSharp.Modules.Sequential One(nn.Module<Tensor, Tensor> convolution, int inputs) =>
        Sequential(convolution, ReLU(), Flatten(), Linear(inputs, 10), Softmax(1));

    private static TorchSharp.Modules.Sequential Two(nn.Module<Tensor, Tensor> first, nn.Module<Tensor, Tensor> next, int units = 128, double second = 0.5) =>
        Sequential(Conv2d(1, 32, 3), first, next, Flatten(), Linear(Flat, units), ReLU(), Dropout(second), Linear(units, 10), Softmax(1));

    private static TorchSharp.Modules.Sequential Three(nn.Module<Tensor, Tensor> first, nn.Module<Tensor, Tensor> next, int size, int filters = 64) => Sequential(
        Conv2d(1, 32, 3), ReLU(), Conv2d(32, filters, 3), ReLU(), first, next, Flatten(), Linear(size * size * filters, 128), ReLU(), Dropout(0.5), Linear(128, 10));

    private sealed class OwnNetwork : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Conv2d _convolution = Conv2d(1, 32, 3);
        private readonly TorchSharp.Modules.Linear _dense = Linear(Flat, 10);

        public OwnNetwork()
            : base(nameof(OwnNetwork)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _dense.call(nn.functional.relu(_convolution.call(input)).flatten(1));
    }
}
