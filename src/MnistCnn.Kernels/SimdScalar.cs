namespace MnistCnn.Kernels;

/// <summary>One number at a time: for the columns that are left over.</summary>
internal readonly struct SimdScalar : ISimd<float>
{
    public static int Count => 1;

    public static float Zero => 0;

    public static unsafe float Load(float* from) => *from;

    public static unsafe void Store(float value, float* to) => *to = value;

    public static float Create(float value) => value;

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float MultiplyAdd(float a, float b, float c) => (a * b) + c;

    public static float Relu(float value) => value < 0 ? 0 : value;

    public static float KeepWherePositive(float value, float test) => test > 0 ? value : 0;

    public static float Sum(float value) => value;
}
