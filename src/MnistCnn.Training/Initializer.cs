namespace MnistCnn;

/// <summary>
/// How the weights of convolutions and dense layers are drawn before training. fan_in and fan_out are the numbers that go into
/// an output and that an input goes to: inputs · kernel and outputs · kernel. Biases are zero, except with
/// <see cref="Uniform"/>.
/// </summary>
/// <remarks>
/// The definitions are Keras's (<c>keras.initializers</c>): its normal distributions are cut off at two deviations and scaled up
/// so that the deviation is the one stated.
/// </remarks>
public enum Initializer
{
    /// <summary>
    /// Keras's default <c>glorot_uniform</c>: uniform between ±√(6 / (fan_in + fan_out)), biases zero
    /// (Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010).
    /// </summary>
    GlorotUniform,

    /// <summary>Keras's <c>glorot_normal</c>: normal with deviation √(2 / (fan_in + fan_out)), cut off.</summary>
    GlorotNormal,

    /// <summary>
    /// Keras's <c>he_uniform</c>: uniform between ±√(6 / fan_in) (He and others, "Delving deep into rectifiers", 2015).
    /// </summary>
    HeUniform,

    /// <summary>Keras's <c>he_normal</c>: normal with deviation √(2 / fan_in), cut off.</summary>
    HeNormal,

    /// <summary>Keras's <c>random_normal</c>: normal with deviation 0.05.</summary>
    RandomNormal,

    /// <summary>PyTorch's default for these layers: weights and biases uniform between ±1 / √fan_in.</summary>
    Uniform,

    /// <summary>The weights stay as they are: TorchSharp's own draw, or what was loaded from a file.</summary>
    Keep,
}
