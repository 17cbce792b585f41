using MnistCnn;
using MnistCnn.Course;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Writer;

/// <summary>A file of weights, all of which are the version.</summary>
internal sealed class WeightsWriting(string folder) : IWriting
{
    private readonly TorchSharp.Modules.Sequential _model = Sequential(("dense", Linear(700, 300)));

    public string Target { get; } = Path.Combine(folder, "model.safetensors.gz");

    public void Write(int version)
    {
        using var off = no_grad();
        foreach (Tensor parameter in _model.parameters())
        {
            parameter.fill_(version);
        }

        QuantizedWeights.Write(Target, _model);
    }

    public int? Read()
    {
        if (!File.Exists(Target))
        {
            return null;
        }

        QuantizedWeights.Read(Target, _model);
        int[] versions =
        [
            .. _model.parameters().SelectMany(parameter => parameter.data<float>())
                .Select(weight => (int)Math.Round(weight)).Distinct(),
        ];
        return versions is [var version] ? version : throw new InvalidDataException("The weights are of both versions.");
    }
}
