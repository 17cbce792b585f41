using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Saves a model with all that its training needs to go on, and loads it again.</summary>
public static class CheckpointExtensions
{
    /// <summary>
    /// Saves weights, buffers, the optimizer's moments and learning rate, the number of the last epoch, and averaged
    /// weights, if there are any, in one file.
    /// </summary>
    /// <param name="model">The model; it is not changed.</param>
    /// <param name="path">
    /// The file, by custom <c>….safetensors</c>; an existing one is replaced, and is never there by half. A folder that is
    /// missing is made.
    /// </param>
    /// <returns>What was saved.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <remarks>
    /// The format is safetensors, which Python reads too: <c>safetensors.torch.load_file(path)</c> gives the tensors
    /// <c>model.…</c>, <c>optimizer.…</c> and, beside averaged weights, <c>training.…</c>.
    /// </remarks>
    public static Checkpoint SaveCheckpoint(this nn.Module<Tensor, Tensor> model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return CheckpointFile.Write(path, model);
    }

    /// <summary>
    /// Gives a model what <see cref="SaveCheckpoint"/> has saved, or the weights of any safetensors file, as PyTorch's.
    /// </summary>
    /// <param name="model">
    /// A model of the same layers, compiled with an optimizer of the same kind. It is only changed if all of the file fits.
    /// </param>
    /// <param name="path">The file.</param>
    /// <param name="weightsOnly">
    /// Whether to load weights and buffers alone: the training then begins afresh. A file of another program has no more than
    /// that; its tensors must have the names of <c>model.state_dict()</c>, their shapes and their type.
    /// </param>
    /// <returns>What was loaded.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or belongs to another model; the message says how.</exception>
    /// <remarks>
    /// <c>Fit</c> with <c>initialEpoch: checkpoint.Epoch</c>, and seed, batch size, last epoch and callbacks as before, then
    /// gives bit for bit the weights of the run that was not interrupted, on the same machine. What the callbacks
    /// <see cref="EarlyStopping"/> and <see cref="ReduceLearningRateOnPlateau"/> have counted is not in the file.
    /// Which weights are frozen is not in it either: that stays as it is in the model.
    /// Weights of PyTorch, which are of images with the channels first, belong to
    /// <see cref="Backend.ImageDataFormat"/> = <see cref="ImageDataFormat.ChannelsFirst"/>.
    /// </remarks>
    public static Checkpoint LoadCheckpoint(this nn.Module<Tensor, Tensor> model, string path, bool weightsOnly = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return CheckpointFile.Read(path, model, weightsOnly);
    }
}
