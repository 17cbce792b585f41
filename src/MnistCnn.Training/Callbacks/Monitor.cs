namespace MnistCnn;

/// <summary>What a callback watches from epoch to epoch. A loss is better the lower it is, an accuracy the higher.</summary>
public enum Monitor
{
    /// <summary>The validation loss (Keras: <c>val_loss</c>).</summary>
    ValLoss,

    /// <summary>The validation accuracy (Keras: <c>val_accuracy</c>).</summary>
    ValAccuracy,

    /// <summary>The training loss (Keras: <c>loss</c>).</summary>
    Loss,

    /// <summary>The training accuracy (Keras: <c>accuracy</c>).</summary>
    Accuracy,
}
