using MnistCnn;
using MnistCnn.Lab;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Shape = MnistCnn.Shape;

namespace MnistCnn.Tests.Lab.Inspection;

public sealed class AttributionTests : IDisposable
{
    public void Dispose() => Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;

    // Class 0 looks at the second pixel of the first row, with weight 2, and a little at the last, with −0.5; class 1 at nothing.
    private static Sequential Linear2(ImageDataFormat format, bool softmax = true)
    {
        Backend.ImageDataFormat = format;
        Sequential model = softmax
            ? Sequential(("flatten", Flatten()), ("dense", Linear(4, 2)), ("softmax", Softmax(1)))
            : Sequential(("flatten", Flatten()), ("dense", Linear(4, 2)));
        model.Compile(format == ImageDataFormat.ChannelsFirst ? new Shape(1, 2, 2) : new Shape(2, 2, 1));
        TinyNetwork.Set(model, "dense.weight", 0, 2, 0, -0.5f, 0, 0, 0, 0);
        TinyNetwork.Set(model, "dense.bias", 0, 0);
        return model;
    }

    private static Tensor Ones(ImageDataFormat format) => format == ImageDataFormat.ChannelsFirst ? ones(1, 2, 2) : ones(2, 2, 1);

    private static float Sigmoid(double x) => (float)(1 / (1 + Math.Exp(-x)));

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast)]
    [InlineData(ImageDataFormat.ChannelsFirst)]
    public void Covering_a_pixel_costs_what_it_was_worth(ImageDataFormat format)
    {
        Attribution occlusion = Linear2(format).Occlusion(Ones(format), 0, patch: 1);

        float whole = Sigmoid(1.5);
        float[] expected = [0, whole - Sigmoid(-0.5), 0, whole - Sigmoid(2)];
        Assert.Equal(whole, occlusion.Probability, 1e-6);
        Assert.Equal(expected, occlusion.Map.Values, Near);
        Assert.Equal((0, 1), occlusion.Map.Peak);
        Assert.Equal("Occlusion: 0 (81.8 %)", occlusion.ToString());
    }

    [Fact]
    public void A_patch_lies_around_its_pixel_and_ends_at_the_edge()
    {
        Attribution occlusion = Linear2(ImageDataFormat.ChannelsLast).Occlusion(Ones(ImageDataFormat.ChannelsLast), 0, patch: 3);

        // Three by three around any pixel of two by two covers all of it.
        Assert.All(occlusion.Map.Values, value => Assert.Equal(Sigmoid(1.5) - 0.5f, value, 1e-6f));
    }

    [Fact]
    public void A_patch_may_be_filled_with_ink()
    {
        Attribution occlusion = Linear2(ImageDataFormat.ChannelsLast).Occlusion(zeros(2, 2, 1), 0, patch: 1, fill: 1);

        Assert.Equal([0, 0.5f - Sigmoid(2), 0, 0.5f - Sigmoid(-0.5)], occlusion.Map.Values, Near);
    }

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast, true)]
    [InlineData(ImageDataFormat.ChannelsLast, false)]
    [InlineData(ImageDataFormat.ChannelsFirst, true)]
    [InlineData(ImageDataFormat.ChannelsFirst, false)]
    public void The_gradient_of_a_linear_score_is_its_weights(ImageDataFormat format, bool softmax)
    {
        Attribution saliency = Linear2(format, softmax).Saliency(Ones(format), 0);

        Assert.Equal([0f, 2, 0, 0.5f], saliency.Map.Values, Near);
        Assert.Equal(Sigmoid(1.5), saliency.Probability, 1e-6);
        Assert.Equal("Gradient", saliency.Method);
    }

    [Fact]
    public void The_gradient_is_what_a_small_change_of_a_pixel_changes()
    {
        Sequential model = Sequential(
            ("conv", Conv2d(1, 3, 3)), ("relu", ReLU()), ("pool", MaxPool2d(2)),
            ("flatten", Flatten()), ("dense", Linear(12, 3)), ("softmax", Softmax(1)));
        model.Compile(new Shape(6, 6, 1), seed: 5);
        manual_seed(8);
        Tensor image = rand(6, 6, 1);
        FeatureMap map = model.Saliency(image, 2).Map;
        const float Step = 1e-2f;
        int agreeing = Enumerable.Range(0, 36).Count(pixel => Near(Change(pixel / 6, pixel % 6), map.Values[pixel], 2e-3f));

        // Where a step goes over the bend of a ReLU or to another maximum the two differ.
        Assert.InRange(agreeing, 30, 36);
        Assert.True(map.Values.Count(value => value > 0.01) > 10);

        float Change(int row, int column)
        {
            Tensor more = image.clone(), less = image.clone();
            more[row, column, 0] += Step;
            less[row, column, 0] -= Step;
            return Math.Abs(Score(more) - Score(less)) / (2 * Step);
        }

        float Score(Tensor x) => model.Activations(x.unsqueeze(0))["dense"].Values[0, 2].item<float>();
    }

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast)]
    [InlineData(ImageDataFormat.ChannelsFirst)]
    public void Grad_CAM_weighs_each_map_with_its_mean_gradient(ImageDataFormat format)
    {
        // The first map is 12 16 / 24 28; the class's logit takes 0.01 of its largest number alone. The second map is 0.
        Attribution map = TinyNetwork.Make(format).GradCam(TinyNetwork.Image(format), 0, "relu");

        float[] expected = [0.03f, 0.035f, 0.04f, 0.045f, 0.05f, 0.055f, 0.06f, 0.065f, 0.07f];
        Assert.Equal(expected, map.Map.Values, Near);
        Assert.Equal("Grad-CAM: 0 (32.7 %)", map.ToString());
        Assert.All(
            TinyNetwork.Make(format).GradCam(TinyNetwork.Image(format), 1, "relu").Map.Values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Grad_CAM_leaves_model_and_hooks_as_they_were_also_where_it_refuses()
    {
        Sequential model = TinyNetwork.Make(ImageDataFormat.ChannelsLast);
        Tensor image = TinyNetwork.Image(ImageDataFormat.ChannelsLast);
        model.train();

        Assert.Contains("sees the whole image", Assert.Throws<ArgumentException>(
            () => model.GradCam(image, 0, "dense")).Message, StringComparison.Ordinal);
        Assert.Contains("There is no layer conv9", Assert.Throws<ArgumentException>(
            () => model.GradCam(image, 0, "conv9")).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.GradCam(image, 2, "conv"));
        model.GradCam(image, 0, "conv");

        Assert.True(model.training);
        Assert.All(model.modules(), module => Assert.False(
            module is Module<Tensor, Tensor> layer && ModelLayout.HasForeignHooks(layer)));
        Assert.All(model.parameters(), parameter => Assert.True(parameter.grad is null));
    }

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast)]
    [InlineData(ImageDataFormat.ChannelsFirst)]
    public void The_gradient_of_the_loss_is_that_of_each_image_alone(ImageDataFormat format)
    {
        Tensor x = cat([Ones(format).unsqueeze(0), zeros(Ones(format).unsqueeze(0).shape)]);

        Tensor gradient = Linear2(format).LossGradient(x, eye(2));

        float first = Sigmoid(1.5) - 1, second = Sigmoid(0);
        Assert.Equal(x.shape, gradient.shape);
        Assert.Equal([0, 2 * first, 0, -0.5f * first, 0, 2 * second, 0, -0.5f * second], [.. gradient.data<float>()], Near);
    }

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast, 2, 3)]
    [InlineData(ImageDataFormat.ChannelsFirst, 2, 3)]
    [InlineData(ImageDataFormat.ChannelsLast, 1, 16)]
    [InlineData(ImageDataFormat.ChannelsLast, 16, 16)]
    public void The_gradient_of_the_loss_goes_through_all_kinds_of_layers(ImageDataFormat format, int channels, int filters)
    {
        Backend.ImageDataFormat = format;
        Sequential model = Sequential(
            ("conv_1", Conv2d(channels, filters, 3, padding: 1)), ("relu_1", ReLU()), ("norm", BatchNorm2d(filters)),
            ("conv_2", Conv2d(filters, 16, 3)), ("relu_2", ReLU()), ("pool", MaxPool2d(2)), ("drop", Dropout(0.5)),
            ("flatten", Flatten()), ("dense_1", Linear(16 * 12, 9)), ("relu_3", ReLU()), ("dense_2", Linear(9, 3)),
            ("softmax", Softmax(1)));
        model.Compile(format == ImageDataFormat.ChannelsFirst ? new Shape(channels, 9, 11) : new Shape(9, 11, channels), seed: 5);
        manual_seed(6);
        Tensor x = format == ImageDataFormat.ChannelsFirst ? rand(130, channels, 9, 11) : rand(130, 9, 11, channels);
        Tensor y = arange(130).fmod(3).to(int64).ToCategorical(3);
        Parameter weight = model.get_parameter("conv_2.weight")!;
        weight.grad = ones_like(weight);

        Tensor own = model.LossGradient(x, y);

        Assert.Equal(x.shape, own.shape);
        Assert.True(model.training);
        Assert.Equal(weight.numel(), weight.grad!.sum().item<float>());
        Assert.All(model.parameters().Where(other => other.Handle != weight.Handle), other => Assert.Null(other.grad));

        Assert.True(model.LossGradient(x * float.PositiveInfinity, y).isnan().any().item<bool>());

        // In 64 bits: on some processors libtorch's 32-bit convolutions pass wrong gradients back.
        model.eval();
        model.to(float64);
        Tensor exact = x.to(float64).requires_grad_();
        Tensor libtorchs = autograd.grad([-(model.call(exact).log() * y).sum()], [exact])[0].to(float32);

        // Each image on its own: one of 130 may have a number at the kink of a ReLU, or two that are the largest of a window.
        Tensor differences = (own - libtorchs).abs().flatten(1).max(1).values / libtorchs.abs().flatten(1).max(1).values;
        Assert.InRange(differences.gt(1e-4).sum().item<long>(), 0, 2);
    }

    [Fact]
    public void A_batch_more_or_less_changes_no_gradient()
    {
        Sequential model = Linear2(ImageDataFormat.ChannelsLast);
        manual_seed(3);
        Tensor x = rand(205, 2, 2, 1), y = arange(205).fmod(2).to(int64).ToCategorical(2);

        Tensor all = model.LossGradient(x, y);

        Assert.True((all[150..] - model.LossGradient(x[150..], y[150..])).abs().max().item<float>() < 1e-6);
    }

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast)]
    [InlineData(ImageDataFormat.ChannelsFirst)]
    public void The_smallest_change_that_turns_the_answer_is_found(ImageDataFormat format)
    {
        // 2 (1 − ε) − 0.5 falls below 0 where ε is above 0.75: at 192 of 255 levels. The last pixel is full already.
        AdversarialImage? found = Linear2(format).Adversarial(Ones(format), 0);

        Assert.NotNull(found);
        Assert.Equal(192 / 255.0, found.Epsilon, 1e-9);
        Assert.Equal([0f, -1, 0, 1], found.Direction.Values);
        Assert.Equal([1, 1 - (192 / 255f), 1, 1], found.Changed.Pixels, Near);
        Assert.Equal((0, 1), (found.Label, found.ChangedLabel));
        Assert.Equal("0 (81.8 %) becomes 1 (50.1 %): 192 of 255 levels", found.ToString());
    }

    [Fact]
    public void The_change_of_an_image_in_colours_is_drawn_as_the_mean_of_its_channels()
    {
        Sequential model = Sequential(("flatten", Flatten()), ("dense", Linear(12, 2)), ("softmax", Softmax(1)));
        model.Compile(new Shape(2, 2, 3));
        TinyNetwork.Set(model, "dense.weight", 2, 2, 2, -1, -1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        TinyNetwork.Set(model, "dense.bias", 0, 0);

        AdversarialImage? found = model.Adversarial(ones(2, 2, 3), 0);

        Assert.Equal([-1, 1 / 3f, 0, 0], found!.Direction.Values, Near);
    }

    [Fact]
    public void An_answer_that_nothing_turns_and_one_that_is_wrong_already_are_said()
    {
        Sequential model = Linear2(ImageDataFormat.ChannelsLast);
        TinyNetwork.Set(model, "dense.bias", 9, 0);

        Assert.True(model.Adversarial(Ones(ImageDataFormat.ChannelsLast), 0) is null);
        Assert.Contains("takes this image of a 1 for a 0", Assert.Throws<ArgumentException>(
            () => model.Adversarial(Ones(ImageDataFormat.ChannelsLast), 1)).Message, StringComparison.Ordinal);
        Assert.Equal("No change turns an answer.", new AdversarialImage?[] { null }.Plot().Description);
    }

    [Fact]
    public void What_is_not_one_image_or_no_class_is_said()
    {
        Sequential model = Linear2(ImageDataFormat.ChannelsLast);

        Assert.Contains("Expected one image",
            Assert.Throws<ArgumentException>(() => model.Saliency(ones(2, 2, 2, 1), 0)).Message, StringComparison.Ordinal);
        Assert.Contains("(None, 2, 2, 1)",
            Assert.Throws<ArgumentException>(() => model.Occlusion(ones(3, 3, 1), 0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Saliency(ones(2, 2, 1), 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Occlusion(ones(2, 2, 1), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Occlusion(ones(2, 2, 1), 0, patch: 0));
    }

    private static bool Near(float a, float b) => Near(a, b, 1e-5f);

    private static bool Near(float a, float b, float within) => Math.Abs(a - b) < within;
}
