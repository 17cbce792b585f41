namespace MnistCnn;

/// <summary>Where a training run stands.</summary>
public enum FitPhase
{
    /// <summary>Before the first epoch.</summary>
    Started,

    /// <summary>After a batch of training.</summary>
    Training,

    /// <summary>After a batch of validation.</summary>
    Validating,

    /// <summary>An epoch has ended; its record is the last of the history.</summary>
    EpochEnded,

    /// <summary>All epochs are done, or the run was cancelled.</summary>
    Finished,
}
