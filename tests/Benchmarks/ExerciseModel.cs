using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace MnistCnn.Benchmarks;

/// <summary>The three models of the notebook.</summary>
internal static class ExerciseModel
{
    /// <summary>Makes a model.</summary>
    /// <param name="number">1, 2 or 3.</param>
    public static Sequential Make(int number) => number switch
    {
        1 => Sequential(
            ("conv2d_1", Conv2d(1, 32, 3)),
            ("activation_1", ReLU()),
            ("flatten_1", Flatten()),
            ("dense_1", Linear(32 * 26 * 26, 10)),
            ("softmax_1", Softmax(1))),
        2 => Sequential(
            ("conv2d_2", Conv2d(1, 32, 3)),
            ("activation_2", ReLU()),
            ("dropout_1", Dropout(0.25)),
            ("flatten_2", Flatten()),
            ("dense_2", Linear(32 * 26 * 26, 128)),
            ("activation_3", ReLU()),
            ("dropout_2", Dropout(0.5)),
            ("dense_3", Linear(128, 10)),
            ("softmax_2", Softmax(1))),
        _ => Sequential(
            ("conv2d_3", Conv2d(1, 32, 3)),
            ("activation_4", ReLU()),
            ("conv2d_4", Conv2d(32, 64, 3)),
            ("activation_5", ReLU()),
            ("maxpool2d_1", MaxPool2d(2)),
            ("dropout_3", Dropout(0.25)),
            ("flatten_3", Flatten()),
            ("dense_4", Linear(64 * 12 * 12, 128)),
            ("activation_6", ReLU()),
            ("dropout_4", Dropout(0.5)),
            ("dense_5", Linear(128, 10)),
            ("softmax_3", Softmax(1))),
    };

    /// <summary>Floating-point operations of matrix products and convolutions in a training step, for one image.</summary>
    /// <remarks>Forward, gradient of the weights, gradient of the input; nobody asks for that of the images.</remarks>
    public static double OperationsOfStep(int number)
    {
        double first = Convolution(1, 32, 26);
        return number switch
        {
            1 => (2 * first) + (3 * Dense(21632, 10)),
            2 => (2 * first) + (3 * (Dense(21632, 128) + Dense(128, 10))),
            _ => (2 * first) + (3 * (Convolution(32, 64, 24) + Dense(9216, 128) + Dense(128, 10))),
        };
    }

    private static double Convolution(int channels, int filters, int size) => 2.0 * 9 * channels * filters * size * size;

    private static double Dense(int inputs, int outputs) => 2.0 * inputs * outputs;
}
