using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MnistCnn.Course;

/// <summary>
/// What the tasks should have left: a student who is stuck on one of them can take it and go on with the next.
/// </summary>
public static class Prepared
{
    /// <summary>The seed of the exercise.</summary>
    internal const int Seed = 1338;

    private static readonly ConditionalWeakTable<Tensor, object> s_given = [];

    /// <summary>
    /// MNIST as task 1 prepares it, in the present <see cref="Backend.ImageDataFormat"/>: scaled pixel by pixel to 0…1 with
    /// what the training images say, one-hot targets, 70 % for training and 30 % for validation.
    /// </summary>
    /// <returns>Images float32 (42000, 28, 28, 1), (18000, …), (10000, …); targets float32 (42000, 10), and so on.</returns>
    /// <exception cref="InvalidDataException">A file of MNIST is damaged.</exception>
    public static ((Tensor X, Tensor Y) Train, (Tensor X, Tensor Y) Val, (Tensor X, Tensor Y) Test) Data()
    {
        using var scope = NewDisposeScope();
        (LabeledImages train, LabeledImages test) = Mnist.Load();
        Shape image = Backend.ImageDataFormat == ImageDataFormat.ChannelsFirst ? new Shape(1, 28, 28) : new Shape(28, 28, 1);
        var scaler = new MinMaxScaler();
        Tensor x = scaler.FitTransform(train.Images.to(float32).reshape(train.Count, -1)).reshape(image.WithBatch(train.Count));
        Tensor xTest = scaler.Transform(test.Images.to(float32).reshape(test.Count, -1)).reshape(image.WithBatch(test.Count));
        (Tensor xTrain, Tensor xVal, Tensor yTrain, Tensor yVal) =
            ModelSelection.TrainTestSplit(x, train.Labels.ToCategorical(10), testSize: 0.3, seed: Seed);
        Tensor yTest = test.Labels.ToCategorical(10);
        foreach (Tensor tensor in new[] { xTrain, yTrain, xVal, yVal, xTest, yTest })
        {
            s_given.Add(tensor.MoveToOuterDisposeScope(), s_given);
        }

        SheetPoints.NoteLoaded("the data of task 1");
        return ((xTrain, yTrain), (xVal, yVal), (xTest, yTest));
    }

    /// <summary>A trained network of the exercise, compiled for the present <see cref="Backend.ImageDataFormat"/>.</summary>
    /// <param name="number">1: one convolution; 2: with dense layer and dropout; 3: with second convolution and pooling.</param>
    /// <returns>The network with the weights of <c>data/models</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such network.</exception>
    /// <exception cref="FileNotFoundException">Its weights are not there.</exception>
    /// <exception cref="InvalidDataException">Its weights are damaged.</exception>
    public static Sequential Model(int number)
    {
        Sequential model = Load(number);
        SheetPoints.NoteLoaded(Invariant($"network {number}"));
        return model;
    }

    /// <summary>Whether a tensor is one of those that <see cref="Data"/> gave.</summary>
    internal static bool Gave(Tensor? tensor) => tensor is not null && s_given.TryGetValue(tensor, out _);

    /// <summary>
    /// What a check says of a model with the weights that <see cref="Model"/> gives, which needs no training; null of others.
    /// </summary>
    internal static CheckResult? IsModel(Module<Tensor, Tensor> model, int number)
    {
        if (number is < 1 or > 3 || !File.Exists(Path.Combine(DataFolder.For("models"), FileName(number))))
        {
            return null;
        }

        // New layers draw weights before they get those of the file: the student's next ones stay what they are.
        using Tensor globalState = random.get_rng_state();
        using Sequential trained = Load(number);
        random.set_rng_state(globalState);
        Parameter[] own = [.. model.parameters()], expected = [.. trained.parameters()];
        return own.Length == expected.Length && own.Zip(expected).All(pair =>
            pair.First.shape.SequenceEqual(pair.Second.shape) && pair.First.cpu().eq(pair.Second).all().item<bool>())
            ? CheckResult.Loaded("This is the trained network that was loaded.")
            : null;
    }

    /// <summary>The file of a network's weights.</summary>
    internal static string FileName(int number) => Invariant($"model-{number}.safetensors.gz");

    /// <summary>A network of the exercise before training.</summary>
    internal static Sequential NewModel(int number)
    {
        Sequential model = number switch
        {
            1 => Sequential(
                ("conv2d_1", Conv2d(1, 32, 3)),
                ("relu_1", ReLU()),
                ("flatten_1", Flatten()),
                ("dense_1", Linear(26 * 26 * 32, 10)),
                ("softmax_1", Softmax(1))),
            2 => Sequential(
                ("conv2d_2", Conv2d(1, 32, 3)),
                ("relu_2", ReLU()),
                ("dropout_1", Dropout(0.25)),
                ("flatten_2", Flatten()),
                ("dense_2", Linear(26 * 26 * 32, 128)),
                ("relu_3", ReLU()),
                ("dropout_2", Dropout(0.5)),
                ("dense_3", Linear(128, 10)),
                ("softmax_2", Softmax(1))),
            3 => Sequential(
                ("conv2d_3", Conv2d(1, 32, 3)),
                ("relu_4", ReLU()),
                ("conv2d_4", Conv2d(32, 64, 3)),
                ("relu_5", ReLU()),
                ("max_pooling2d_1", MaxPool2d(2)),
                ("dropout_3", Dropout(0.25)),
                ("flatten_3", Flatten()),
                ("dense_4", Linear(12 * 12 * 64, 128)),
                ("relu_6", ReLU()),
                ("dropout_4", Dropout(0.5)),
                ("dense_5", Linear(128, 10)),
                ("softmax_3", Softmax(1))),
            _ => throw ArgumentOutOfRange.Exception(nameof(number), number, "The exercise has the networks 1, 2 and 3."),
        };
        Shape image = Backend.ImageDataFormat == ImageDataFormat.ChannelsFirst ? new Shape(1, 28, 28) : new Shape(28, 28, 1);
        return model.Compile(image, seed: Seed);
    }

    private static Sequential Load(int number)
    {
        Sequential model = NewModel(number);
        QuantizedWeights.Read(Path.Combine(DataFolder.For("models"), FileName(number)), model);
        if (Backend.ImageDataFormat == ImageDataFormat.ChannelsFirst)
        {
            FlattenChannelsFirst(model, number == 3 ? 12 : 26, number == 3 ? 64 : 32);
        }

        return model;
    }

    /// <summary>
    /// The weights were learnt with channels last, where the channels of a pixel stand side by side after flattening.
    /// </summary>
    private static void FlattenChannelsFirst(Sequential model, int size, int channels)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        Parameter weight = model.children().OfType<Linear>().First().weight!;
        weight.copy_(weight.reshape(weight.shape[0], size, size, channels).permute(0, 3, 1, 2).reshape(weight.shape).clone());
    }
}
