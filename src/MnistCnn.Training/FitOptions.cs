namespace MnistCnn;

/// <summary>The settings of one training run, checked and complete.</summary>
internal sealed record FitOptions(
    int Epochs,
    int BatchSize,
    int InitialEpoch,
    bool Shuffle,
    long Seed,
    ImageAugmentation? Augmentation,
    double LabelSmoothing,
    IReadOnlyList<Callback> Callbacks,
    IProgress<FitProgress>? Progress,
    CancellationToken Cancellation);
