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
}
