using System.Diagnostics.CodeAnalysis;
using MnistCnn.Native;
using static MnistCnn.Course.CheckResult;
using static TorchSharp.torch;

namespace MnistCnn.Course;

/// <summary>
/// Looks at a student's answers. Each check says in one line what is right, or what is wrong and where to look; it accepts
/// every right way, never gives the answer away, changes nothing and never throws.
/// </summary>
public static class Check
{
    private static Func<nn.Module<Tensor, Tensor>?>? s_model;

    /// <summary>
    /// Tells the checks which variable the sheet keeps its network in, so that they notice when another of its name hides it.
    /// </summary>
    /// <param name="variable">Gives what is in it: <c>() => model</c>.</param>
    public static void Model(Func<nn.Module<Tensor, Tensor>?> variable) => s_model = variable;

    /// <summary>The shape of one image, in the present <see cref="Backend.ImageDataFormat"/>.</summary>
    /// <param name="image">The shape: (28, 28, 1) or (1, 28, 28).</param>
    public static CheckResult ImageShape(Shape? image) => Guarded(() => DataChecks.ImageShape(image));

    /// <summary>The images and labels as they were loaded.</summary>
    /// <param name="xTrain">Training images (60000, 28, 28).</param>
    /// <param name="yTrain">Their labels (60000).</param>
    /// <param name="xTest">Test images (10000, 28, 28).</param>
    /// <param name="yTest">Their labels (10000).</param>
    public static CheckResult Loaded(Tensor? xTrain, Tensor? yTrain, Tensor? xTest, Tensor? yTest) =>
        Guarded(() => DataChecks.Loaded(xTrain, yTrain, xTest, yTest));

    /// <summary>
    /// The images after scaling, in whatever shape: float32 from 0 to 1, training and test images scaled alike, with nothing
    /// learnt from the test images.
    /// </summary>
    /// <param name="xTrain">The 60,000 training images.</param>
    /// <param name="xTest">The 10,000 test images.</param>
    public static CheckResult Scaled(Tensor? xTrain, Tensor? xTest) => Guarded(() => ScalingChecks.Scaled(xTrain, xTest));

    /// <summary>The images in the shape that the network takes.</summary>
    /// <param name="xTrain">Training images, expected (60000, 28, 28, 1), or (60000, 1, 28, 28) with channels first.</param>
    /// <param name="xTest">Test images, likewise.</param>
    public static CheckResult NetworkShape(Tensor? xTrain, Tensor? xTest) =>
        Guarded(() => DataChecks.NetworkShape(xTrain, xTest));

    /// <summary>The targets as one-hot rows.</summary>
    /// <param name="yTrain">Expected (60000, 10).</param>
    /// <param name="yTest">Expected (10000, 10).</param>
    public static CheckResult OneHot(Tensor? yTrain, Tensor? yTest) => Guarded(() => DataChecks.OneHot(yTrain, yTest));

    /// <summary>The 70 % for training and the 30 % for validation: sizes, no image in both, targets with their images.</summary>
    /// <param name="xTrain">42,000 images.</param>
    /// <param name="xVal">18,000 images.</param>
    /// <param name="yTrain">The targets of the first.</param>
    /// <param name="yVal">The targets of the second.</param>
    public static CheckResult Split(Tensor? xTrain, Tensor? xVal, Tensor? yTrain, Tensor? yVal) =>
        Guarded(() => SplitChecks.Split(xTrain, xVal, yTrain, yVal));

    /// <summary>The layers of one of the three networks, whatever their names; it may end in softmax or in logits.</summary>
    /// <param name="number">1: one convolution; 2: with dense layer and dropout; 3: a second convolution and pooling.</param>
    /// <param name="model">The model.</param>
    /// <param name="image">The shape of one image.</param>
    /// <param name="filters">The filters of the first convolution.</param>
    /// <param name="kernelSize">Rows and columns of the kernels.</param>
    /// <param name="poolSize">Rows and columns that pooling puts together.</param>
    public static CheckResult Network(
        int number, nn.Module<Tensor, Tensor>? model, Shape? image, int filters = 32, int kernelSize = 3, int poolSize = 2) =>
        Guarded(() => Hidden(model) ?? NetworkChecks.Network(number, model, image, filters, kernelSize, poolSize));

    /// <summary>That a network has learnt something: it reads images that it was not trained on.</summary>
    /// <param name="number">Which of the three networks it should be.</param>
    /// <param name="model">The model.</param>
    /// <param name="xVal">The validation images.</param>
    /// <param name="yVal">Their one-hot targets.</param>
    public static CheckResult Trained(int number, nn.Module<Tensor, Tensor>? model, Tensor? xVal, Tensor? yVal) =>
        Guarded(() => Hidden(model) ?? TrainingChecks.Trained(number, model, xVal, yVal));

    /// <summary>What a network says of the test images: probabilities and labels.</summary>
    /// <param name="model">The model.</param>
    /// <param name="xTest">The test images.</param>
    /// <param name="yTest">Their one-hot targets.</param>
    /// <param name="probabilities">The probability of each digit, expected (10000, 10).</param>
    /// <param name="predictedLabels">The predicted digits, expected whole numbers (10000).</param>
    /// <param name="trueLabels">The true digits, likewise.</param>
    public static CheckResult Predictions(
        nn.Module<Tensor, Tensor>? model, Tensor? xTest, Tensor? yTest,
        Tensor? probabilities, Tensor? predictedLabels, Tensor? trueLabels) => Guarded(() => Hidden(model)
            ?? PredictionChecks.Predictions(model, xTest, yTest, probabilities, predictedLabels, trueLabels));

    /// <summary>Where the network errs, how far, and where most.</summary>
    /// <param name="model">The model.</param>
    /// <param name="xTest">The test images.</param>
    /// <param name="yTest">Their one-hot targets.</param>
    /// <param name="errors">The mask of the wrong predictions, expected (10000).</param>
    /// <param name="margin">Predicted less true probability, of all images or of the errors alone.</param>
    /// <param name="largest">The positions of the six errors with the largest margin, in any order.</param>
    public static CheckResult LargestErrors(
        nn.Module<Tensor, Tensor>? model, Tensor? xTest, Tensor? yTest, Tensor? errors, Tensor? margin, Tensor? largest) =>
        Guarded(() => Hidden(model) ?? PredictionChecks.LargestErrors(model, xTest, yTest, errors, margin, largest));

    /// <summary>That the cells have shown all that the sheet asks for of a network and the test images.</summary>
    /// <param name="model">The model.</param>
    /// <param name="xTest">The test images.</param>
    /// <param name="yTest">Their one-hot targets.</param>
    public static CheckResult Evaluated(nn.Module<Tensor, Tensor>? model, Tensor? xTest, Tensor? yTest) =>
        Guarded(() => Hidden(model) ?? EvaluationChecks.Evaluated(model, xTest, yTest));

    /// <summary>Output shapes that the student worked out, against those of the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="shapes">One shape a row of the summary, with or without the axis of the images.</param>
    public static CheckResult OutputShapes(nn.Module<Tensor, Tensor>? model, IReadOnlyList<Shape>? shapes) =>
        Guarded(() => ShapeChecks.OutputShapes(model, shapes));

    /// <summary>Weight shapes that the student worked out, against those of the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="shapes">One shape for each layer with weights, all in Keras's order of axes or all in TorchSharp's.</param>
    public static CheckResult WeightShapes(nn.Module<Tensor, Tensor>? model, IReadOnlyList<Shape>? shapes) =>
        Guarded(() => ShapeChecks.WeightShapes(model, shapes));

    /// <summary>What the checks above have given; the last cell of the sheet shows it.</summary>
    /// <param name="of">The points that there are.</param>
    public static SheetPoints Points(double of) => new(of);

    private static CheckResult? Hidden(nn.Module<Tensor, Tensor>? model) =>
        model is null || s_model is null || ReferenceEquals(s_model(), model)
            ? null
            : Wrong(
                "This network is in a second variable called model, which hides the first.",
                "Write model = …, without var or a type: evaluate knows the first one alone. Then run the cell that declares "
                + "model again, and those after it.");

    private static string? Lost() => Unshown.Lost() is { } kind
        ? $"A {kind} was computed and not shown: leave out the semicolon at the end of its cell, or write .Display() behind it."
        : null;

    [SuppressMessage(
        "Design", "CA1031:Do not catch general exception types", Justification = "A student sees words, never a stack trace.")]
    private static CheckResult Guarded(Func<CheckResult> check)
    {
        try
        {
            using var scope = NewDisposeScope();
            using var off = no_grad();
            return TorchNatives.LoadedTwice is { } twice ? new(false, twice) : check() with { Remark = Lost() };
        }
        catch (Exception exception)
        {
            string reason = exception.Message.Split('\n', 2)[0].Trim();
            return Wrong($"The check could not look at this: {reason}", "Run the cells above in order, then this one again.");
        }
    }
}

/// <summary>What a check has found: one line for the student.</summary>
/// <param name="Passed">Whether all is right.</param>
/// <param name="Message">What is right, or what is wrong, in plain words.</param>
/// <param name="Hint">Where to look; null where nothing is wrong.</param>
public sealed record CheckResult(bool Passed, string Message, string? Hint = null)
{
    /// <summary>Whether it is right because it was loaded to go on; that gives no points.</summary>
    public bool IsLoaded { get; init; }

    /// <summary>What else should be said of the cells above; null where there is nothing.</summary>
    public string? Remark { get; init; }

    /// <summary>Says what the check is worth, for <see cref="Check.Points"/>.</summary>
    /// <param name="points">The points.</param>
    /// <param name="check">The check's name, which no other check of the sheet has.</param>
    /// <returns>The same result.</returns>
    public CheckResult Worth(double points, string check)
    {
        SheetPoints.Note(new(check, points, this));
        return this;
    }

    /// <summary>The line as text: <c>✓ …</c>, or <c>• … Hint: …</c>; a remark is a line of its own.</summary>
    public override string ToString() => (Passed ? "✓ " : "• ") + Message + (Hint is null ? "" : $" Hint: {Hint}")
        + (Remark is null ? "" : $"\n{Remark}");

    internal static CheckResult Loaded(string message) => new(true, message) { IsLoaded = true };

    internal static CheckResult Right(string message) => new(true, message);

    internal static CheckResult Wrong(string message, string hint) => new(false, message, hint);
}
