namespace MnistCnn.Training;

/// <summary>How the weights of a model are drawn before training.</summary>
public enum Initializer
{
    /// <summary>
    /// Keras's default <c>glorot_uniform</c>: uniform between ±√(6 / (fan_in + fan_out)), biases zero
    /// (Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010).
    /// </summary>
    GlorotUniform,

    /// <summary>The weights stay as they are: TorchSharp's own draw, or what was loaded from a file.</summary>
    Keep,
}
