using TorchSharp;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>
/// Where a model computes: on the device that holds its weights. Samples and targets may lie elsewhere; each batch is
/// brought there.
/// </summary>
internal static class Placement
{
    /// <summary>The device of a model's weights; the CPU if it has none.</summary>
    public static Device Of(nn.Module model) =>
        model.parameters().Concat(model.buffers()).FirstOrDefault()?.device ?? CPU;

    /// <summary>Rows of a tensor, brought to a device.</summary>
    /// <param name="tensor">Tensor (n, …) on any device.</param>
    /// <param name="rows">Which rows.</param>
    /// <param name="device">Where they are needed.</param>
    /// <returns>Tensor (rows, …) there; only these rows cross from one device to another.</returns>
    public static Tensor RowsOn(Tensor tensor, ReadOnlySpan<int> rows, Device device)
    {
        using var scope = NewDisposeScope();
        return tensor.index_select(0, torch.tensor(rows.ToArray(), device: tensor.device)).to(device).MoveToOuterDisposeScope();
    }
}
