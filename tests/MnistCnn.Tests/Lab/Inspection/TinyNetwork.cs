using MnistCnn;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Shape = MnistCnn.Shape;

namespace MnistCnn.Tests.Lab.Inspection;

/// <summary>A network so small that one can compute it by hand: two filters of 2 × 2 over an image of 3 × 3.</summary>
internal static class TinyNetwork
{
    /// <summary>The pixels 1 to 9, row by row.</summary>
    public static Tensor Image(ImageDataFormat format)
    {
        Tensor pixels = arange(1, 10, dtype: float32);
        return format == ImageDataFormat.ChannelsFirst ? pixels.reshape(1, 1, 3, 3) : pixels.reshape(1, 3, 3, 1);
    }

    public static Sequential Make(ImageDataFormat format)
    {
        Backend.ImageDataFormat = format;
        Sequential model = Sequential(
            ("conv", Conv2d(1, 2, 2)), ("relu", ReLU()), ("pool", MaxPool2d(2)), ("drop", Dropout(0.5)),
            ("flatten", Flatten()), ("dense", Linear(2, 2)), ("softmax", Softmax(1)));
        model.Compile(format == ImageDataFormat.ChannelsFirst ? new Shape(1, 3, 3) : new Shape(3, 3, 1));
        Set(model, "conv.weight", 1, 1, 1, 1, 1, -1, 1, -1);
        Set(model, "conv.bias", 0, 0);
        Set(model, "dense.weight", 0.01f, 0, 0, 0);
        Set(model, "dense.bias", 0, 1);
        return model;
    }

    public static void Set(Module model, string name, params float[] values)
    {
        using var off = no_grad();
        Parameter parameter = model.get_parameter(name)!;
        parameter.copy_(tensor(values).reshape(parameter.shape));
    }
}
