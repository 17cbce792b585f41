using TorchSharp.Modules;

namespace MnistCnn.Acceleration;

/// <summary>Dropout in place, if the module is in training mode.</summary>
internal sealed unsafe class DropoutLayer(Dropout module, int size, int index) : SampleLayer(size, size)
{
    private double _share;
    private ulong _key;

    public override bool InPlace => true;

    public override void Prepare(in BatchContext batch)
    {
        _share = module.training ? module.p : 0;
        _key = CounterKey.Of(batch.DropoutKey, index);
    }

    public override void Forward(float* input, float* output, int sample) => Apply(output, sample);

    public override void Backward(
        float* input, float* output, float* outputGradient, float* inputGradient, int sample, float* gradient) =>
        Apply(outputGradient, sample);

    private void Apply(float* values, int sample)
    {
        if (_share > 0)
        {
            DropoutMask.Apply(values, OutputSize, unchecked((uint)sample * (uint)OutputSize), _share, _key);
        }
    }
}
