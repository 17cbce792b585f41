namespace MnistCnn;

/// <summary>
/// Tells the garbage collector how much memory outside its reach hangs on an object, for as long as that lives. To the
/// collector a model of 20 MB is a few small objects: it would let dozens that nobody refers to any more pile up.
/// </summary>
internal sealed class MemoryPressure
{
    private readonly long _bytes;

    /// <summary>Adds the pressure.</summary>
    /// <param name="bytes">How much memory is held.</param>
    public MemoryPressure(long bytes)
    {
        _bytes = Math.Max(bytes, 1);
        GC.AddMemoryPressure(_bytes);
    }

#pragma warning disable MA0055 // Nobody disposes of models in a notebook: the pressure ends when the collector takes the model.
    ~MemoryPressure() => GC.RemoveMemoryPressure(_bytes);
#pragma warning restore MA0055
}
