using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// What Keras knows of a model's input and TorchSharp's modules do not: the order of the image axes and the shape of an
/// image. It is attached to the module and lives as long as that.
/// </summary>
internal sealed class ModelLayout
{
    private static readonly ConditionalWeakTable<nn.Module<Tensor, Tensor>, ModelLayout> s_layouts = [];

    /// <summary>The modules that have a hook of this class, once each, however many models they are in.</summary>
    private static readonly ConditionalWeakTable<nn.Module, object> s_bridged = [];

    private ModelLayout(nn.Module<Tensor, Tensor>? model, ImageDataFormat format)
    {
        DataFormat = format;
        if (DataFormat == ImageDataFormat.ChannelsLast && model is not null)
        {
            BridgeChannels(model);
        }
    }

    /// <summary>The order of the axes in the images that the model takes.</summary>
    public ImageDataFormat DataFormat { get; }

    /// <summary>The shape of one image as the model takes it, without the batch axis; null if never said.</summary>
    public Shape? InputShape { get; set; }

    /// <summary>What is attached to a model; made at the first call, for the data format of that moment.</summary>
    public static ModelLayout Of(nn.Module<Tensor, Tensor> model) => Of(model, Backend.ImageDataFormat);

    /// <summary>What is attached to a model; made at the first call, for the given data format.</summary>
    public static ModelLayout Of(nn.Module<Tensor, Tensor> model, ImageDataFormat format) =>
        s_layouts.GetValue(model, m => new ModelLayout(m, format));

    /// <summary>What is attached to a model; where nothing is, the present data format, and the model stays as it is.</summary>
    public static ModelLayout Peek(nn.Module<Tensor, Tensor> model, out bool isAttached) =>
        (isAttached = s_layouts.TryGetValue(model, out ModelLayout? layout)) ? layout! : new(null, Backend.ImageDataFormat);

    /// <summary>Images in the order in which TorchSharp's layers compute.</summary>
    /// <param name="x">Tensor (n, …) in the model's data format.</param>
    /// <returns>A view: (n, channels, rows, columns) if the tensor has four axes, else the tensor itself.</returns>
    public Tensor ToChannelsFirst(Tensor x) =>
        DataFormat == ImageDataFormat.ChannelsLast && x.dim() == 4 ? x.permute(0, 3, 1, 2) : x;

    /// <summary>The same tensor with its numbers lying in the order of its axes.</summary>
    public static Tensor InMemory(Tensor x) => x.dim() == 4 ? x.flatten(1).view(x.shape) : x;

    /// <summary>What a layer gave, in the model's data format.</summary>
    /// <param name="computed">Tensor (n, channels, rows, columns) or (n, …) as TorchSharp's layer gave it.</param>
    /// <returns>A view.</returns>
    public Tensor FromChannelsFirst(Tensor computed) =>
        DataFormat == ImageDataFormat.ChannelsLast && computed.dim() == 4 ? computed.permute(0, 2, 3, 1) : computed;

    /// <summary>Whether somebody else's forward hooks are on a module: then it must be called as it is.</summary>
    public static bool HasForeignHooks(nn.Module<Tensor, Tensor> module) =>
        ForwardHooks.Count(module) > (s_bridged.TryGetValue(module, out _) ? 1 : 0);

    /// <summary>The shape that a layer's output has in the model's data format, the batch axis left open.</summary>
    /// <param name="computed">The shape as TorchSharp's layer gave it.</param>
    public Shape Display(long[] computed) => DataFormat == ImageDataFormat.ChannelsLast && computed.Length == 4
        ? new Shape(Shape.None, computed[2], computed[3], computed[1])
        : new Shape([Shape.None, .. computed[1..]]);

    /// <summary>The shape of what goes into a layer, likewise. Into a flatten layer it goes in Keras's order.</summary>
    /// <param name="module">The layer.</param>
    /// <param name="input">The shape that reaches its forward.</param>
    public Shape DisplayInput(nn.Module module, long[] input) =>
        module is Flatten ? new Shape([Shape.None, .. input[1..]]) : Display(input);

    /// <summary>Whether images come from a model around this one, which has brought the channels to the front already.</summary>
    private bool IsTurned(Tensor x) => InputShape is { Count: 3 } image && x.dim() == 4
        && x.shape.AsSpan(1).SequenceEqual([image[2], image[0], image[1]]) && image[0] != image[2];

    /// <summary>
    /// Lets a module that computes in (n, channels, rows, columns) be called with (n, rows, columns, channels), and
    /// lets it flatten in Keras's order: pixel by pixel, the channels of a pixel side by side.
    /// </summary>
    /// <remarks>
    /// Done with hooks, so that <c>model.call(x)</c> in a notebook means the same as <c>Fit</c>, and the modules and
    /// their state stay plain.
    /// </remarks>
    private void BridgeChannels(nn.Module<Tensor, Tensor> model)
    {
        if (model is not Flatten && s_bridged.TryAdd(model, model))
        {
            // A forward of one's own may call view, which takes no tensor whose axes were only renamed.
            bool isRow = ModelTracer.IsRow(model);
            model.register_forward_pre_hook(
                (_, x) => IsTurned(x) ? x : isRow ? ToChannelsFirst(x) : InMemory(ToChannelsFirst(x)));
        }

        foreach (Flatten flatten in model.modules().OfType<Flatten>().Where(flatten => s_bridged.TryAdd(flatten, flatten)))
        {
            flatten.register_forward_pre_hook((_, x) => x.dim() == 4 ? x.permute(0, 2, 3, 1) : x);
        }
    }
}
