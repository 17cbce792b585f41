namespace MnistCnn.Acceleration;

/// <summary>One number at a time: for the columns that are left over.</summary>
internal readonly struct SimdScalar : ISimd<float>
{
    public static int Count => 1;

    public static float Zero => 0;

    public static unsafe float Load(float* from) => *from;

    public static unsafe void Store(float value, float* to) => *to = value;

    public static float Create(float value) => value;

    public static float MultiplyAdd(float a, float b, float c) => (a * b) + c;

    public static float Relu(float value) => value < 0 ? 0 : value;

    public static float Sum(float value) => value;
}
