namespace MnistCnn.Acceleration;

/// <summary>ReLU in place, where it could not be fused into the layer before.</summary>
internal sealed unsafe class ReluLayer(int size) : SampleLayer(size, size)
{
    public override bool InPlace => true;

    public override void Forward(float* input, float* output, int sample) => Elementwise.Relu(output, OutputSize);

    public override void Backward(
        float* input, float* output, float* outputGradient, float* inputGradient, int sample, float* gradient) =>
        Elementwise.KeepWherePositive(outputGradient, output, outputGradient, OutputSize);
}
