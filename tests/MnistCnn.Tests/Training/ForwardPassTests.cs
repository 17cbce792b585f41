using MnistCnn;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training;

public sealed class ForwardPassTests : IDisposable
{
    private static readonly Generator s_generator = new(7);

    public void Dispose() => Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast)]
    [InlineData(ImageDataFormat.ChannelsFirst)]
    public void A_convolution_is_the_sum_it_is_defined_as(ImageDataFormat format)
    {
        Backend.ImageDataFormat = format;
        const int size = 6, filters = 3, channels = 2, kernel = 3, outputs = size - kernel + 1;
        Conv2d layer = nn.Conv2d(channels, filters, kernel);
        float[,,] image = Random(size, size, channels);
        Sequential model = nn.Sequential(("conv", layer), ("relu", nn.ReLU()), ("flatten", nn.Flatten()));
        bool last = format == ImageDataFormat.ChannelsLast;
        model.Compile(last ? new Shape(size, size, channels) : new Shape(channels, size, size), seed: 3);
        using (no_grad())
        {
            layer.bias!.copy_(tensor(new[] { 0.1f, -0.2f, 0.3f }));
        }

        Tensor x = tensor(image).unsqueeze(0);
        float[] computed = model.call(last ? x : x.permute(0, 3, 1, 2)).contiguous().data<float>().ToArray();

        for (int row = 0; row < outputs; row++)
        {
            for (int column = 0; column < outputs; column++)
            {
                for (int filter = 0; filter < filters; filter++)
                {
                    double sum = layer.bias![filter].item<float>();
                    for (int i = 0; i < kernel; i++)
                    {
                        for (int j = 0; j < kernel; j++)
                        {
                            for (int channel = 0; channel < channels; channel++)
                            {
                                sum += image[row + i, column + j, channel] * layer.weight[filter, channel, i, j].item<float>();
                            }
                        }
                    }

                    // Keras flattens pixel by pixel, the filters of a pixel side by side; channels first, filter by filter.
                    int at = last
                        ? (((row * outputs) + column) * filters) + filter
                        : (((filter * outputs) + row) * outputs) + column;
                    Assert.Equal(Math.Max(0, sum), computed[at], 1e-5);
                }
            }
        }
    }

    [Fact]
    public void Probabilities_are_the_same_whether_a_model_ends_in_softmax_logits_or_log_probabilities()
    {
        Tensor x = rand([5, 4], generator: s_generator);
        Linear layer = nn.Linear(4, 3);
        Tensor expected = layer.call(x).softmax(1);
        AssertClose(expected, nn.Sequential(layer, nn.Softmax(1)).Predict(x));
        AssertClose(expected, nn.Sequential(layer).Predict(x));
        AssertClose(expected, nn.Sequential(layer, nn.LogSoftmax(1)).Predict(x));
        AssertClose(expected, new Wrapped(nn.Sequential(layer, nn.Softmax(1))).Predict(x));
        AssertClose(expected, new Wrapped(nn.Sequential(layer)).Predict(x));
    }

    [Fact]
    public void The_loss_is_the_same_whether_a_model_ends_in_softmax_logits_or_log_probabilities()
    {
        Tensor x = rand([5, 4], generator: s_generator);
        Tensor y = tensor(new long[] { 0, 1, 2, 0, 1 }).ToCategorical(3);
        Linear layer = nn.Linear(4, 3);
        double expected = -(layer.call(x).log_softmax(1) * y).sum(1).mean().item<float>();
        Assert.Equal(expected, nn.Sequential(layer, nn.Softmax(1)).Evaluate(x, y).Loss, 1e-6);
        Assert.Equal(expected, nn.Sequential(layer).Evaluate(x, y).Loss, 1e-6);
        Assert.Equal(expected, nn.Sequential(layer, nn.LogSoftmax(1)).Evaluate(x, y).Loss, 1e-6);
        Assert.Equal(expected, new Wrapped(nn.Sequential(layer, nn.Softmax(1))).Evaluate(x, y).Loss, 1e-6);
    }

    [Fact]
    public void The_model_itself_gives_what_Predict_gives()
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape);
        (Tensor x, _) = TinyImages.Make(20, 1);
        Tensor predicted = model.Predict(x);
        model.eval();
        AssertClose(model.call(x), predicted);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_prediction_does_not_depend_on_what_is_predicted_beside_it(bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        try
        {
            TorchSharp.Modules.Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
            Tensor x = TinyImages.Make(700, seed: 1).X;
            Tensor whole = model.Predict(x);
            Tensor parts = cat([model.Predict(x[..3]), model.Predict(x[3..610]), model.Predict(x[610..])]);
            Assert.InRange((whole - parts).abs().max().item<float>(), 0, 1e-6f);
        }
        finally
        {
            CpuAcceleration.IsEnabled = true;
        }
    }

    [Fact]
    public void Large_logits_cost_no_precision()
    {
        Linear layer = nn.Linear(1, 2, hasBias: false);
        using (no_grad())
        {
            layer.weight.copy_(tensor(new float[,] { { 200 }, { 0 } }));
        }

        Tensor x = ones(1, 1);
        Tensor y = tensor(new long[] { 1 }).ToCategorical(2);
        Assert.Equal(200, nn.Sequential(layer, nn.Softmax(1)).Evaluate(x, y).Loss, 1e-3);
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, 1e-6f);

    private static float[,,] Random(int rows, int columns, int channels)
    {
        var values = new float[rows, columns, channels];
        float[] drawn = rand(values.Length, generator: s_generator).data<float>().ToArray();
        Buffer.BlockCopy(drawn, 0, values, 0, drawn.Length * sizeof(float));
        return values;
    }

    /// <summary>Hides the layers of a model, as a class with a forward of its own does.</summary>
    private sealed class Wrapped : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _inner;

        public Wrapped(nn.Module<Tensor, Tensor> inner)
            : base("wrapped")
        {
            _inner = inner;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _inner.call(input);
    }
}
