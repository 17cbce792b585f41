using System.Numerics;
using System.Runtime.CompilerServices;

namespace MnistCnn.Acceleration;

/// <summary>One step of Adam or AdamW in one pass over weights, gradients and moments.</summary>
internal static unsafe class AdamKernel
{
    /// <summary>
    /// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← keep · w − size · m / (√v / correction + ε).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Step(float* weight, float* gradient, float* mean, float* square, long count, in AdamStep step)
    {
        long i = 0;
        var beta1 = new Vector<float>(step.Beta1);
        var beta2 = new Vector<float>(step.Beta2);
        var rest1 = new Vector<float>(step.Rest1);
        var rest2 = new Vector<float>(step.Rest2);
        var correction = new Vector<float>(step.Correction);
        var epsilon = new Vector<float>(step.Epsilon);
        var size = new Vector<float>(step.Size);
        var keep = new Vector<float>(step.Keep);
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            Vector<float> g = Vector.Load(gradient + i);
            Vector<float> m = (beta1 * Vector.Load(mean + i)) + (rest1 * g);
            Vector<float> v = (beta2 * Vector.Load(square + i)) + (rest2 * g * g);
            m.Store(mean + i);
            v.Store(square + i);
            ((keep * Vector.Load(weight + i)) - (size * m / ((Vector.SquareRoot(v) / correction) + epsilon))).Store(weight + i);
        }

        for (; i < count; i++)
        {
            float g = gradient[i];
            mean[i] = (step.Beta1 * mean[i]) + (step.Rest1 * g);
            square[i] = (step.Beta2 * square[i]) + (step.Rest2 * g * g);
            weight[i] = (step.Keep * weight[i]) - (step.Size * mean[i] / ((MathF.Sqrt(square[i]) / step.Correction) + step.Epsilon));
        }
    }
}
