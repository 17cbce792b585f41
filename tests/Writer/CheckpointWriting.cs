using MnistCnn;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Writer;

/// <summary>A checkpoint, all of whose weights are the version.</summary>
internal sealed class CheckpointWriting(string folder) : IWriting
{
    private readonly Sequential _model = Sequential(("dense", Linear(700, 300))).Compile(new Shape(700), seed: 1);

    public string Target { get; } = Path.Combine(folder, "model.safetensors");

    public void Write(int version)
    {
        using var off = no_grad();
        foreach (Tensor parameter in _model.parameters())
        {
            parameter.fill_(version);
        }

        _model.SaveCheckpoint(Target);
    }

    public int? Read()
    {
        if (!File.Exists(Target))
        {
            return null;
        }

        _model.LoadCheckpoint(Target);
        int[] versions = [
            .. _model.parameters().SelectMany(parameter => parameter.data<float>()).Select(weight => (int)weight).Distinct()];
        return versions is [var version] ? version : throw new InvalidDataException("The weights are of both versions.");
    }
}
