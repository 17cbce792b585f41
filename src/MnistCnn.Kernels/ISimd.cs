namespace MnistCnn.Kernels;

/// <summary>
/// The few vector instructions that matrix products are made of. A kernel written once over this interface is compiled
/// for every width, with no call left in it.
/// </summary>
/// <typeparam name="TVector">A register of <see cref="Count"/> float32 numbers.</typeparam>
internal interface ISimd<TVector>
{
    static abstract int Count { get; }

    static abstract TVector Zero { get; }

    static abstract unsafe TVector Load(float* from);

    static abstract unsafe void Store(TVector value, float* to);

    static abstract TVector Create(float value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a · b + c.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>Negative numbers become 0; NaN stays NaN, so that a training that diverged is noticed.</summary>
    static abstract TVector Relu(TVector value);

    /// <summary>The value where the test is above 0, else 0: the gradient of ReLU.</summary>
    static abstract TVector KeepWherePositive(TVector value, TVector test);

    /// <summary>The sum of the lanes.</summary>
    static abstract float Sum(TVector value);
}
