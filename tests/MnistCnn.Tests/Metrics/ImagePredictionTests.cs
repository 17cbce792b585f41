using MnistCnn;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistCnn.Tests.Metrics;

/// <summary>Images with their labels, taken out of tensors as a notebook has them.</summary>
public sealed class ImagePredictionTests : IDisposable
{
    // Three images of two rows and three columns, of the classes 0, 1 and 1; the last is taken for 0.
    private static readonly Tensor s_images = (arange(18).reshape(3, 2, 3, 1).to(float32) / 17).DetachFromDisposeScope();
    private static readonly Tensor s_truth = tensor([0L, 1, 1]).DetachFromDisposeScope();
    private static readonly Tensor s_predicted = tensor([0L, 1, 0]).DetachFromDisposeScope();
    private static readonly Tensor s_p =
        tensor(new float[,] { { 1, 0 }, { 0.25f, 0.75f }, { 0.5f, 0.5f } }).DetachFromDisposeScope();

    private static Tensor Some => tensor([2L, 0]);

    public void Dispose() => Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;

    [Fact]
    public void Are_taken_in_the_order_of_the_indexes()
    {
        IReadOnlyList<ImagePrediction> taken = ImagePrediction.FromTensors(Some, s_images, s_predicted, s_truth, s_p);
        Assert.Equal([2, 0], taken.Select(image => image.Index));
        Assert.Equal([(1, 0), (0, 0)], taken.Select(image => (image.TrueLabel, image.PredictedLabel)));
        Assert.Equal([0.5f, 0.5f], taken[0].Probabilities);
        Assert.Equal((2, 3), (taken[0].Image.Rows, taken[0].Image.Columns));
        Assert.Equal(Enumerable.Range(12, 6).Select(i => i / 17f), taken[0].Image.Pixels);
        Assert.Equal("Figure: Largest errors (2 images)", taken.PlotErrors().ToString());
        Assert.Empty(ImagePrediction.FromTensors(Some[..0], s_images, s_predicted, s_truth, s_p));
    }

    [Fact]
    public void Images_may_have_several_channels_or_no_axis_for_them()
    {
        Tensor colour = cat([s_images, s_images, s_images], 3);
        Assert.All(new[] { s_images.squeeze(3), colour, s_images.to(float64).requires_grad_() }, images => Assert.Equal(
            Enumerable.Range(0, 6).Select(i => i / 17f),
            ImagePrediction.FromTensors(tensor([0]), images, s_predicted, s_truth, s_p)[0].Image.Pixels));
    }

    [Theory]
    [InlineData(ImageDataFormat.ChannelsLast, 28, 28)]
    [InlineData(ImageDataFormat.ChannelsFirst, 28, 28)]
    [InlineData(ImageDataFormat.ChannelsLast, 9, 12)]
    [InlineData(ImageDataFormat.ChannelsFirst, 9, 12)]
    public void A_notebooks_own_steps_give_what_Evaluate_gives(ImageDataFormat format, int rows, int columns)
    {
        Backend.ImageDataFormat = format;
        using var scope = NewDisposeScope();
        Shape image = format == ImageDataFormat.ChannelsLast ? [rows, columns, 1] : [1, rows, columns];
        using Sequential model = Sequential(
            ("conv", Conv2d(1, 2, 3)), ("flatten", Flatten()), ("dense", Linear((rows - 2) * (columns - 2) * 2, 3)),
            ("softmax", Softmax(1)));
        model.Compile(image, seed: 1);
        Tensor x = rand(image.WithBatch(40), generator: new Generator(2)), y = (arange(40) % 3).ToCategorical(3);
        Evaluation evaluation = model.Evaluate(x, y);

        Tensor p = model.Predict(x), predicted = p.argmax(1), truth = y.argmax(1), pTrue = (p * y).sum(1);
        Tensor wrong = (predicted != truth).nonzero().flatten(), margin = p.amax(1) - pTrue;
        Tensor largest = wrong[margin[wrong].argsort(descending: true)[..6]];
        var matrix = new ConfusionMatrix(truth, predicted, 3);
        IReadOnlyList<ImagePrediction> errors = ImagePrediction.FromTensors(largest, x, predicted, truth, p);

        Assert.Equal(evaluation.Loss, -pTrue.log().mean().item<float>(), 1e-5);
        Assert.Equal(evaluation.Accuracy, (predicted == truth).to(float32).mean().item<float>(), 1e-6);
        Assert.Equal(evaluation.ClassificationReport().ToString(), new ClassificationReport(matrix).ToString());
        Assert.Equal(evaluation.ConfusionMatrix().Plot().PlotlyJson, matrix.Plot().PlotlyJson);
        Assert.Equal(evaluation.PlotProbability(0).PlotlyJson, ProbabilityChart.Plot(0, p[.., 0], truth == 0).PlotlyJson);
        Assert.Equal(evaluation.LargestErrors(6).PlotErrors().PlotlyJson, errors.PlotErrors().PlotlyJson);
        Assert.Equal(
            evaluation.FirstPredictions(15).PlotPredictions().PlotlyJson,
            ImagePrediction.FromTensors(arange(15), x, predicted, truth, p).PlotPredictions().PlotlyJson);
    }

    public static TheoryData<string, Func<IReadOnlyList<ImagePrediction>>> Wrong() => new()
    {
        { "Index 3 at position 0 is outside 0 to 2.", () => Take(indexes: tensor([3])) },
        { "given Bool of shape (3,); .nonzero().flatten()", () => Take(indexes: s_predicted != s_truth) },
        { "given Float32 of shape (1,); convert with .to(torch.int64)", () => Take(indexes: tensor([0f])) },
        { "channels), with Backend.ImageDataFormat at ChannelsLast, given (3, 6).", () => Take(images: s_images.reshape(3, 6)) },
        { "given (3, 1, 28, 28).", () => Take(images: zeros(3, 1, 28, 28)) },
        { "Expected floating-point numbers, given Byte", () => Take(images: zeros([3, 2, 3, 1], ScalarType.Byte)) },
        { "There are 2 images, 3 predicted and 3 true labels, and probabilities of 3", () => Take(images: s_images[..2]) },
        { "2 predicted and 3 true labels", () => Take(predicted: s_predicted[..2]) },
        { "3 predicted and 2 true labels", () => Take(truth: s_truth[..2]) },
        { "given Float32 of shape (3, 2); .argmax(1) takes the class of each row.", () => Take(truth: s_p) },
        { "Label 2 at position 0 is outside 0 to 1.", () => Take(predicted: tensor([2, 0, 0])) },
        { "Expected the shape (samples, columns), given (3,).", () => Take(p: s_p[.., 0]) },
        { "Image 0 has a pixel that is NaN or a probability that is not between", () => Take(p: s_p * float.NaN) },
        { "Image 0 has a pixel that is NaN or a probability", () => Take(p: s_p * 3) },
        { "Image 0 has a pixel that is NaN", () => Take(images: s_images * float.NaN) },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_does_not_fit_is_said_in_a_line(string message, Func<IReadOnlyList<ImagePrediction>> take)
    {
        string text = Assert.Throws<ArgumentException>(take).Message;
        Assert.Contains(message, text, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', text);
    }

    private static IReadOnlyList<ImagePrediction> Take(
        Tensor? indexes = null, Tensor? images = null, Tensor? predicted = null, Tensor? truth = null, Tensor? p = null) =>
        ImagePrediction.FromTensors(
            indexes ?? tensor([0]), images ?? s_images, predicted ?? s_predicted, truth ?? s_truth, p ?? s_p);
}
