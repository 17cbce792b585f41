using MnistCnn;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training;

/// <summary>Whatever is wrong with what a notebook hands over, one line names it; nothing of libtorch's comes through.</summary>
public sealed class WrongInputTests : IDisposable
{
    private static readonly (Tensor X, Tensor Y) s_train = TinyImages.Make(60, seed: 1);

    /// <summary>What is wrong, what is called, and what the line says.</summary>
    private static readonly Dictionary<string, (Func<object> Call, string[] Says)> s_cases = new(StringComparer.Ordinal)
    {
        // Samples.
        ["no samples"] = Fit(x => (x[..0], s_train.Y[..0]), "train", "(0, 8, 8, 1)"),
        ["samples of bytes"] = Fit(x => (x.to(uint8), s_train.Y), "train", "Byte (60, 8, 8, 1)", "float32"),
        ["samples of doubles"] = Fit(x => (x.to(float64), s_train.Y), "train", "Float64 (60, 8, 8, 1)", "float32"),
        ["channels first"] = Fit(x => (x.reshape(60, 1, 8, 8), s_train.Y), "train", "(None, 8, 8, 1)", "(60, 1, 8, 8)"),
        ["rows of pixels"] = Fit(x => (x.reshape(60, 64), s_train.Y), "train", "(None, 8, 8, 1)", "(60, 64)"),
        ["one number"] = Fit(_ => (tensor(1f), s_train.Y), "train", "(None, 8, 8, 1)", "()"),
        ["samples disposed"] = Fit(x => (Disposed(x), s_train.Y), "train", "disposed"),
        ["fewer targets"] = Fit(x => (x, s_train.Y[..59]), "train", "60 samples", "59 targets"),
        ["validation of another shape"] = (
            () => Model().Fit(s_train, (s_train.X[.., ..4], s_train.Y), verbose: false), ["validation", "(60, 4, 8, 1)"]),
        ["validation of other classes"] = (
            () => Model().Fit(s_train, (s_train.X, OneHot(5)), verbose: false), ["validation", "(60, 5)", "(None, 4)"]),

        // Targets.
        ["labels"] = Fit(x => (x, s_train.Y.argmax(1)), "train", "Int64 (60,)", "ToCategorical"),
        ["labels in a column"] = Fit(x => (x, s_train.Y.argmax(1, keepdim: true)), "train", "Int64 (60, 1)", "ToCategorical"),
        ["labels as bytes"] = Fit(x => (x, s_train.Y.argmax(1).to(uint8)), "train", "Byte (60,)", "ToCategorical"),
        ["targets of −1 and 1"] = Fit(x => (x, (s_train.Y * 2) - 1), "train", "row 0", "-1"),
        ["a target of no class"] = Fit(x => (x, With(s_train.Y, y => y[7] = 0)), "train", "row 7", "0, 0, 0, 0"),
        ["a target of two classes"] = Fit(x => (x, With(s_train.Y, y => y[7] = 1)), "train", "row 7", "1, 1, 1, 1"),
        ["a target that is no number"] = Fit(x => (x, With(s_train.Y, y => y[9, 2] = float.NaN)), "train", "row 9", "NaN"),
        ["complex targets"] = Fit(x => (x, s_train.Y.to(complex64)), "train", "ComplexFloat32"),
        ["other classes"] = Fit(x => (x, OneHot(5)), "train", "(None, 4)", "(60, 5)"),
        ["targets disposed"] = Fit(x => (x, Disposed(s_train.Y)), "train", "disposed"),

        // Settings.
        ["epochs below 0"] = (() => Model().Fit(s_train, epochs: -1, verbose: false), ["epochs", "-1"]),
        ["a first epoch below 0"] = (() => Model().Fit(s_train, initialEpoch: -2, verbose: false), ["initialEpoch", "-2"]),
        ["batches of none"] = (() => Model().Fit(s_train, batchSize: 0, verbose: false), ["batchSize", "0"]),
        ["smoothing of all"] = (() => Model().Fit(s_train, labelSmoothing: 1, verbose: false), ["labelSmoothing", "1"]),
        ["a callback that is null"] = (() => Model().Fit(s_train, callbacks: [null!], verbose: false), ["callbacks", "null"]),

        // Models.
        ["all weights frozen"] = (() => Frozen().Fit(s_train, verbose: false), ["model", "4 weight tensors", "requires_grad"]),
        ["all weights frozen, layer by layer"] = (
            () => Layerwise(Frozen()).Fit(s_train, verbose: false), ["model", "4 weight tensors", "requires_grad"]),
        ["no weights"] = (
            () => nn.Sequential(("flatten_1", nn.Flatten()), ("softmax_1", nn.Softmax(1)))
                .Compile(new Shape(2, 2, 1)).Fit((s_train.X[.., ..2, ..2], s_train.Y), verbose: false), ["model", "no weights"]),
        ["a search for a rate with frozen weights"] = (
            () => Frozen().FindLearningRate(s_train), ["model", "requires_grad"]),
        ["images out"] = (
            () => Images().Fit(s_train, verbose: false), ["model", "(None, 6, 6, 4)"]),
        ["images out, evaluated"] = (() => Images().Evaluate(s_train.X, s_train.Y), ["model", "(None, 6, 6, 4)"]),
        ["images out, predicted"] = (() => Images().Predict(s_train.X), ["model", "(None, 6, 6, 4)"]),
        ["never compiled, other channels"] = (
            () => TinyImages.Model().Predict(s_train.X.reshape(60, 4, 4, 4)), ["conv2d_1", "takes images of 1 channel"]),
        ["never compiled, other size"] = (
            () => TinyImages.Model().Evaluate(s_train.X[.., ..6], s_train.Y), ["dense_1", "takes 144 numbers"]),
        ["a model that is disposed"] = (() => DisposedModel().Fit(s_train, verbose: false), ["model", "disposed"]),
        ["a model that is disposed, predicted"] = (() => DisposedModel().Predict(s_train.X), ["model", "disposed"]),
        ["a model that is disposed, compiled"] = (() => DisposedModel().Compile(TinyImages.Shape), ["model", "disposed"]),
        ["an input of no size"] = (() => TinyImages.Model().Compile(new Shape(0, 8, 1)), ["inputShape", "(0, 8, 1)"]),
        ["a layer that does not fit"] = (() => TinyImages.Model().Compile(new Shape(9, 9, 1)), ["dense_1", "takes 144 numbers"]),
        ["a layer that does not fit, of one axis"] = (
            () => TinyImages.Model().Compile(new Shape(9)), ["conv2d_1", "a row of numbers"]),

        // Evaluate and Predict.
        ["nothing to evaluate"] = (() => Model().Evaluate(s_train.X[..0], s_train.Y[..0]), ["x", "(0, 8, 8, 1)"]),
        ["labels to evaluate"] = (() => Model().Evaluate(s_train.X, s_train.Y.argmax(1)), ["y", "Int64 (60,)", "ToCategorical"]),
        ["fewer targets to evaluate"] = (() => Model().Evaluate(s_train.X, s_train.Y[..3]), ["y", "60 samples", "3 targets"]),
        ["other classes to evaluate"] = (() => Model().Evaluate(s_train.X, OneHot(5)), ["y", "(None, 4)", "(60, 5)"]),
        ["nothing to predict"] = (() => Model().Predict(s_train.X[..0]), ["x", "(0, 8, 8, 1)"]),
        ["one image without its axis"] = (() => Model().Predict(s_train.X[0]), ["x", "(None, 8, 8, 1)", "(8, 8, 1)"]),
        ["samples disposed to predict"] = (() => Model().Predict(Disposed(s_train.X)), ["x", "disposed"]),
    };

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    public void Dispose() => CpuAcceleration.IsEnabled = true;

    [Theory]
    [MemberData(nameof(Cases))]
    public void One_line_names_it(string wrong)
    {
        (Func<object> call, string[] says) = s_cases[wrong];
        Exception error = Assert.ThrowsAny<Exception>(call);
        Assert.True(error is ArgumentException or ObjectDisposedException, error.ToString());
        Assert.All(says, words => Assert.True(error.Message.Contains(words, StringComparison.Ordinal), $"{words}: {error}"));
    }

    private static (Func<object> Call, string[] Says) Fit(Func<Tensor, (Tensor X, Tensor Y)> train, params string[] says) =>
        (() => Model().Fit(train(s_train.X), verbose: false), says);

    private static Sequential Model() => TinyImages.Model().Compile(TinyImages.Shape, seed: 1);

    private static Sequential Frozen()
    {
        Sequential model = Model();
        foreach (Parameter parameter in model.parameters())
        {
            parameter.requires_grad = false;
        }

        return model;
    }

    private static Sequential Layerwise(Sequential model)
    {
        CpuAcceleration.IsEnabled = false;
        return model;
    }

    private static Sequential Images() => nn.Sequential(("conv2d_1", nn.Conv2d(1, 4, 3))).Compile(TinyImages.Shape, seed: 1);

    private static Sequential DisposedModel()
    {
        Sequential model = Model();
        model.Dispose();
        return model;
    }

    private static Tensor OneHot(int classes) => zeros(60, dtype: int64).ToCategorical(classes);

    private static Tensor Disposed(Tensor tensor)
    {
        Tensor copy = tensor.clone();
        copy.Dispose();
        return copy;
    }

    private static Tensor With(Tensor tensor, Action<Tensor> change)
    {
        Tensor copy = tensor.clone();
        change(copy);
        return copy;
    }
}
