using MnistCnn;
using MnistCnn.Course;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Check = MnistCnn.Course.Check;

namespace MnistCnn.Tests.Course;

public sealed class NetworkChecksTests : IDisposable
{
    private const int Flat = 26 * 26 * 32;
    private static readonly MnistCnn.Shape s_image = new(28, 28, 1);

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    private static AnswerTable Table { get; } = new AnswerTable()
        .Right(() => Network(1, Sequential(("a", Conv2d(1, 32, 3)), ("b", ReLU()), ("c", Flatten()), ("d", Linear(Flat, 10)))))
        .Right(() => Network(1, Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Linear(Flat, 10), LogSoftmax(1))))
        .Right(() => Check.Network(1, Sequential(Conv2d(1, 8, 5), ReLU(), Flatten(), Linear(24 * 24 * 8, 10), Softmax(-1)),
            s_image, filters: 8, kernelSize: 5))
        .Right(() => Network(1, new Own(pool: false, drop: false)))
        .Right(() => Network(1, Compiled(new Own(pool: false, drop: false))))
        .Right(() => Network(1, new OwnOfForwards()))
        .Right(() => Network(1, new ChannelsLastOwn()))
        .Right(() => Network(2, Two(ReLU(), Dropout(0.25))))
        .Right(() => Network(2, Two(Dropout(0.25), ReLU())))
        .Right(() => Network(2, new Own(pool: false, drop: true, units: 128)))
        .Right(() => Network(3, Three(Dropout(0.25), MaxPool2d(2), 12)))
        .Right(() => Check.Network(3, Three(MaxPool2d(3), Dropout(0.25), 8), s_image, poolSize: 3))
        .Right(() => Network(3, new Own(pool: true, drop: true, units: 128)))
        .Right(() => Network(3, Sequential(
            Sequential(Conv2d(1, 32, 3), ReLU(), Conv2d(32, 64, 3), ReLU(), MaxPool2d(2), Dropout(0.25)),
            Sequential(Flatten(), Linear(12 * 12 * 64, 128), ReLU(), Dropout(0.5), Linear(128, 10)))))

        .Wrong(() => Network(1, null), "no model yet", "Sequential")
        .Wrong(() => Network(1, Sequential(Conv2d(1, 32, 3), ReLU(), Linear(Flat, 10))),
            "takes one row of numbers", "Is there a Flatten() before it")
        .Wrong(() => Network(1, Sequential(("c", Conv2d(1, 32, 3)), ("r", ReLU()), ("f", Flatten()), ("d", Linear(1000, 10)))),
            "d takes 1,000 numbers, but another number", "rows × columns × channels")
        .Wrong(() => Network(1, One(Conv2d(1, 32, 5), 24 * 24 * 32)), "5 × 5", "kernel")
        .Wrong(() => Network(1, One(Conv2d(1, 16, 3), 26 * 26 * 16)), "16 filters", "second number")
        .Wrong(() => Network(1, One(Conv2d(1, 32, 3, padding: 1), 28 * 28 * 32)), "(None, 28, 28, 32)", "'same' padding")
        .Wrong(() => Network(1, One(Conv2d(1, 32, 3, stride: 2), 13 * 13 * 32)), "(None, 13, 13, 32)", "stride 1")
        .Wrong(() => Network(1, One(Conv2d(1, 32, 3, bias: false), Flat)), "no bias", "bias")
        .Wrong(() => Network(1, Sequential(Conv2d(1, 32, 3), Flatten(), Linear(Flat, 10), Softmax(1))), "no activation", "ReLU()")
        .Wrong(() => Network(1, Sequential(Conv2d(1, 32, 3), Tanh(), Flatten(), Linear(Flat, 10))), "followed by Tanh", "relu")
        .Wrong(() => Network(1, Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Linear(Flat, 9))), "9 units", "each digit")
        .Wrong(() => Network(1, Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Linear(Flat, 10), ReLU())),
            "ends in ReLU", "probabilities")
        .Wrong(() => Network(1, Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Linear(Flat, 10), Softmax(0))),
            "over the images", "axis 1")
        .Wrong(() => Network(1, Sequential(Conv2d(1, 32, 3), BatchNorm2d(32), ReLU(), Flatten(), Linear(Flat, 10))),
            "216,650 parameters in the sheet; yours 216,778", "layer too many")
        .Wrong(() => Network(1, new Own(pool: false, drop: false, relu: false)), "Negative numbers reach dense1", "relu")
        .Wrong(() => Network(1, new Own(pool: false, drop: false, softmaxAxis: 0)), "add up over the images", "axis 1")
        .Wrong(() => Network(1, new Own(pool: false, drop: false, flat: 26 * 26)),
            "dense1 takes 21,632 numbers", "Its first number counts")
        .Wrong(() => Network(1, new Own(pool: false, drop: false, flat: 1000)),
            "An image gets no further than what follows conv1, which is given (None, 26, 26, 32)", "from layer to layer")

        .Wrong(() => Network(2, Prepared.NewModel(1)), "one dense layer; this network has two", "Linear")
        .Wrong(() => Network(2, Two(ReLU(), Dropout(0.25), units: 64)), "64 units", "between flatten and output")
        .Wrong(() => Network(2, Two(ReLU(), Identity())), "one dropout layer; this network has two", "between the two dense")
        .Wrong(() => Network(2, Two(ReLU(), Dropout(0.5), second: 0.25)), "swapped", "loses more")
        .Wrong(() => Network(2, Two(ReLU(), Dropout(0.75))), "0.75 and 0.5", "switched off")
        .Wrong(() => Network(2, Two(ReLU(), Dropout(0.1))), "0.1 and 0.5", "share")
        .Wrong(() => Network(2, Two(ReLU(), Dropout(25))), "2 has the rate 25", "10 % is 0.1")
        .Wrong(() => Network(2, Two(ReLU(), Dropout2d(0.25))), "2 is Dropout2d", "single numbers")
        .Wrong(() => Network(2, Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Dropout(0.25), Linear(Flat, 128), ReLU(),
            Dropout(0.5), Linear(128, 10))), "stands after the flatten", "before it")
        .Wrong(() => Network(2, Sequential(Conv2d(1, 32, 3), ReLU(), Dropout(0.25), Flatten(), Linear(Flat, 128), ReLU(),
            Linear(128, 10), Dropout(0.5))), "does not stand between", "before the last")
        .Wrong(() => Network(2, Sequential(Conv2d(1, 32, 3), ReLU(), Dropout(0.25), Flatten(), Linear(Flat, 128), Dropout(0.5),
            Linear(128, 10))), "no activation", "ReLU()")
        .Wrong(() => Network(2, Sequential(Conv2d(1, 32, 3), ReLU(), Dropout(0.25), Flatten(), Linear(Flat, 128), ReLU(),
            Dropout(0.5), Linear(64, 10))), "7 takes 64 numbers, but another number", "after a dense layer, its units")
        .Wrong(() => Network(2, new Own(pool: false, drop: false, units: 128)), "No dropout acts", "before the flatten layer")

        .Wrong(() => Network(3, Prepared.NewModel(2)), "one convolution; this network has two", "Conv2d")
        .Wrong(() => Network(3, Three(Identity(), Dropout(0.25), 24)), "no pooling layer", "MaxPool2d")
        .Wrong(() => Network(3, Three(AvgPool2d(2), Dropout(0.25), 12)), "takes the mean", "largest")
        .Wrong(() => Network(3, Three(MaxPool2d(4), Dropout(0.25), 6)), "(None, 6, 6, 64)", "2 × 2")
        .Wrong(() => Network(3, Three(MaxPool2d(2), Dropout(0.25), 12, filters: 32)), "32 filters", "task")
        .Wrong(() => Network(3, Sequential(Conv2d(1, 32, 3), ReLU(), Conv2d(1, 64, 3), ReLU(), MaxPool2d(2), Flatten(),
            Linear(12 * 12 * 64, 10))), "2 takes images of 1 channel", "as many as that has filters")
        .Wrong(() => Network(3, Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Conv2d(32, 64, 3))),
            "3 takes images, but what reaches it is a row", "before Flatten()")
        .Wrong(() => Network(3, Sequential(Conv2d(1, 32, 3), ReLU(), MaxPool2d(2), Conv2d(32, 64, 3), ReLU(), Dropout(0.25),
            Flatten(), Linear(11 * 11 * 64, 128), ReLU(), Dropout(0.5), Linear(128, 10))),
            "before the last convolution", "then the pooling")
        .Wrong(() => Network(3, Sequential(Conv2d(1, 32, 3), Conv2d(32, 64, 3), ReLU(), MaxPool2d(2), Dropout(0.25),
            Flatten(), Linear(12 * 12 * 64, 128), ReLU(), Dropout(0.5), Linear(128, 10))), "0 has no activation", "ReLU()");

    public static TheoryData<string> Rights => Table.Rights;

    public static TheoryData<string> Wrongs => Table.Wrongs;

    public void Dispose()
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;
        _scope.Dispose();
    }

    [Theory]
    [MemberData(nameof(Rights))]
    public void A_right_answer_passes(string source) => Table.Try(source);

    [Theory]
    [MemberData(nameof(Wrongs))]
    public void A_wrong_answer_is_told_why(string source) => Table.Try(source);

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
    public void A_check_leaves_a_model_that_was_never_compiled_as_it_was()
    {
        TorchSharp.Modules.Sequential model = One(Conv2d(1, 32, 3), Flat);
        Tensor images = rand(2, 1, 28, 28);
        Tensor before = model.call(images);
        Answers.Passes(Network(1, model));
        Assert.True(model.call(images).allclose(before));
    }

    [Fact]
    public void A_second_variable_that_hides_the_sheets_model_is_noticed_at_once()
    {
        nn.Module<Tensor, Tensor>? sheets = Prepared.NewModel(1);
        try
        {
            Check.Model(() => sheets);
            Answers.Passes(Network(1, sheets));
            nn.Module<Tensor, Tensor> second = Prepared.NewModel(2);
            Answers.Fails(Network(2, second), "second variable called model", "without var");
            sheets = second;
            Answers.Passes(Network(2, second));
        }
        finally
        {
            Check.Model(null!);
        }
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
        Answers.Fails(
            Check.OutputShapes(model, [[28, 28, 32]]), "conv2d_3 does not have the shape (28, 28, 32)", "rows and columns");
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
        Answers.Fails(Check.WeightShapes(model, [[3, 3, 1, 32], [32], [3, 3, 32, 64], [64]]), "conv2d_4", "leave the biases out");
        Answers.Fails(Check.WeightShapes(model, [[3, 3, 1, 32], [3, 3, 1, 64]]), "conv2d_4", "channels come in");
        Answers.Fails(
            Check.WeightShapes(model, [[3, 3, 1, 32], [3, 3, 32, 64], [36864, 128]]), "dense_4", "How many numbers reach");
        Answers.Fails(Check.WeightShapes(model, [[3, 3, 1, 32], [3, 3, 32, 64], [128, 9216]]), "dense_4", "order");
        Answers.Fails(Check.WeightShapes(model, [[3, 3, 1, 32]]), "You give 1 weight shapes; the model has 4", "conv2d_4");
    }

    private static TorchSharp.Modules.Sequential One(nn.Module<Tensor, Tensor> convolution, int inputs) =>
        Sequential(convolution, ReLU(), Flatten(), Linear(inputs, 10), Softmax(1));

    private static TorchSharp.Modules.Sequential Two(
        nn.Module<Tensor, Tensor> first, nn.Module<Tensor, Tensor> next, int units = 128, double second = 0.5) =>
        Sequential(Conv2d(1, 32, 3), first, next, Flatten(), Linear(Flat, units),
            ReLU(), Dropout(second), Linear(units, 10), Softmax(1));

    private static TorchSharp.Modules.Sequential Three(
        nn.Module<Tensor, Tensor> first, nn.Module<Tensor, Tensor> next, int size, int filters = 64) => Sequential(
        Conv2d(1, 32, 3), ReLU(), Conv2d(32, filters, 3), ReLU(), first, next, Flatten(),
        Linear(size * size * filters, 128), ReLU(), Dropout(0.5), Linear(128, 10));

    private static CheckResult Network(int number, nn.Module<Tensor, Tensor>? model) => Check.Network(number, model, s_image);

    private static Own Compiled(Own model) => model.Compile(s_image, seed: 1);

    /// <summary>As PyTorch's tutorials write it.</summary>
    private sealed class Own : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> conv1 = Conv2d(1, 32, 3), dense1;
        private readonly nn.Module<Tensor, Tensor>? conv2, dense2;
        private readonly (bool Drop, bool Relu, long Flat, int Axis) _options;

        public Own(bool pool, bool drop, int? units = null, bool relu = true, long? flat = null, int softmaxAxis = 1)
            : base(nameof(Own))
        {
            _options = (drop, relu, flat ?? (pool ? 12 * 12 * 64 : Flat), softmaxAxis);
            conv2 = pool ? Conv2d(32, 64, 3) : null;
            dense1 = Linear(pool ? 12 * 12 * 64 : Flat, units ?? 10);
            dense2 = units is { } hidden ? Linear(hidden, 10) : null;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = Relu(conv1.call(input));
            x = conv2 is null ? x : functional.max_pool2d(Relu(conv2.call(x)), 2);
            x = Drop(x, 0.25).view(-1, _options.Flat);
            x = dense1.call(x);
            return functional.softmax(dense2 is null ? x : dense2.call(Drop(Relu(x), 0.5)), _options.Axis);
        }

        private Tensor Relu(Tensor x) => _options.Relu ? functional.relu(x) : x;

        private Tensor Drop(Tensor x, double rate) => _options.Drop ? functional.dropout(x, rate, training) : x;
    }

    /// <summary>Calls its layers' forward, so that no hook sees them.</summary>
    private sealed class OwnOfForwards : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Conv2d _convolution = Conv2d(1, 32, 3);
        private readonly TorchSharp.Modules.Linear _dense = Linear(Flat, 10);

        public OwnOfForwards()
            : base(nameof(OwnOfForwards)) => RegisterComponents();

        public override Tensor forward(Tensor input) =>
            _dense.forward(functional.relu(_convolution.forward(input)).flatten(1));
    }

    /// <summary>Brings the channels to the front by itself.</summary>
    private sealed class ChannelsLastOwn : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Conv2d _convolution = Conv2d(1, 32, 3);
        private readonly TorchSharp.Modules.Linear _dense = Linear(Flat, 10);

        public ChannelsLastOwn()
            : base(nameof(ChannelsLastOwn)) => RegisterComponents();

        public override Tensor forward(Tensor input) =>
            _dense.call(functional.relu(_convolution.call(input.permute(0, 3, 1, 2))).flatten(1));
    }
}
