using System.Numerics;
using System.Runtime.CompilerServices;

namespace MnistCnn.Kernels;

/// <summary>The numbers of one step of Adam.</summary>
/// <param name="Beta1">β₁.</param>
/// <param name="OneMinusBeta1">1 − β₁, taken before rounding to float32.</param>
/// <param name="Beta2">β₂.</param>
/// <param name="OneMinusBeta2">1 − β₂, likewise.</param>
/// <param name="StepSize">The learning rate, corrected for the bias of both moments.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Keep">What the weights are multiplied by before the step: 1 − learning rate · weight decay.</param>
internal readonly record struct AdamStep(
    float Beta1, float OneMinusBeta1, float Beta2, float OneMinusBeta2, float StepSize, float Epsilon, float Keep)
{
    /// <summary>Computes the numbers from the settings of the optimizer.</summary>
    /// <param name="step">t, the number of the step, from 1.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">β₁.</param>
    /// <param name="beta2">β₂.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="weightDecay">Decoupled weight decay, as in AdamW; 0: none.</param>
    public AdamStep(long step, double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        : this(
            (float)beta1,
            (float)(1 - beta1),
            (float)beta2,
            (float)(1 - beta2),
            (float)(learningRate * Math.Sqrt(1 - Math.Pow(beta2, step)) / (1 - Math.Pow(beta1, step))),
            (float)epsilon,
            (float)(1 - (learningRate * weightDecay)))
    {
    }
}

/// <summary>One step of Adam or AdamW in one pass over weights, gradients and moments.</summary>
internal static unsafe class Adam
{
    /// <summary>
    /// m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← keep · w − step size · m / (√v + ε).
    /// </summary>
    /// <param name="weight">w, (n).</param>
    /// <param name="gradient">g, (n).</param>
    /// <param name="firstMoment">m, (n).</param>
    /// <param name="secondMoment">v, (n).</param>
    /// <param name="step">The numbers of the step.</param>
    /// <param name="threads">The most threads to use.</param>
    public static void Step(
        Span<float> weight, ReadOnlySpan<float> gradient, Span<float> firstMoment, Span<float> secondMoment, AdamStep step,
        int threads)
    {
        fixed (float* w = weight, g = gradient, m = firstMoment, v = secondMoment)
        {
            float* w0 = w, g0 = g, m0 = m, v0 = v;
            Workers.RunParts(weight.Length, threads, (i, count) => Step(w0 + i, g0 + i, m0 + i, v0 + i, count, step));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Step(float* weight, float* gradient, float* first, float* second, long count, in AdamStep step)
    {
        long i = 0;
        var beta1 = new Vector<float>(step.Beta1);
        var beta2 = new Vector<float>(step.Beta2);
        var rest1 = new Vector<float>(step.OneMinusBeta1);
        var rest2 = new Vector<float>(step.OneMinusBeta2);
        var epsilon = new Vector<float>(step.Epsilon);
        var size = new Vector<float>(step.StepSize);
        var keep = new Vector<float>(step.Keep);
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
        {
            Vector<float> g = Vector.Load(gradient + i);
            Vector<float> m = (beta1 * Vector.Load(first + i)) + (rest1 * g);
            Vector<float> v = (beta2 * Vector.Load(second + i)) + (rest2 * g * g);
            m.Store(first + i);
            v.Store(second + i);
            ((keep * Vector.Load(weight + i)) - (size * m / (Vector.SquareRoot(v) + epsilon))).Store(weight + i);
        }

        for (; i < count; i++)
        {
            float g = gradient[i];
            first[i] = (step.Beta1 * first[i]) + (step.OneMinusBeta1 * g);
            second[i] = (step.Beta2 * second[i]) + (step.OneMinusBeta2 * g * g);
            weight[i] = (step.Keep * weight[i]) - (step.StepSize * first[i] / (MathF.Sqrt(second[i]) + step.Epsilon));
        }
    }
}
