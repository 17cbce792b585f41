namespace MnistCnn.Acceleration;

/// <summary>What a pass through the layers depends on besides samples and weights.</summary>
/// <param name="Training">Whether gradients will be asked for.</param>
/// <param name="DropoutKey">What the choices of dropout follow from; another one for every batch.</param>
/// <param name="SameWeights">Whether the weights are still those of the batch before.</param>
internal readonly record struct BatchContext(bool Training, ulong DropoutKey, bool SameWeights = false);
