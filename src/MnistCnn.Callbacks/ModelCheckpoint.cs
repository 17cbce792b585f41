using System.Globalization;

namespace MnistCnn;

/// <summary>
/// Saves a checkpoint after each epoch, or after each that is better than all before, as Keras's <c>ModelCheckpoint</c>. What it
/// writes is what <c>SaveCheckpoint</c> writes; the file is whole at every moment.
/// </summary>
/// <remarks>What it remembers is of one run: in a later <c>Fit</c> the first epoch counts as the best so far.</remarks>
public sealed class ModelCheckpoint : Callback
{
    private const string Placeholder = "{epoch}";

    private readonly string _path;
    private readonly Monitor _monitor;
    private readonly bool _saveBestOnly;
    private double _best;

    /// <summary>Says what to save, and where.</summary>
    /// <param name="path">
    /// The file; its folder is made with the first checkpoint if it is not there. <c>{epoch}</c> stands for the number of the
    /// epoch, as in <c>artifacts/epoch-{epoch}.safetensors</c>, in the names of folders too; without it each checkpoint replaces
    /// the one before.
    /// </param>
    /// <param name="monitor">What says which epoch is better; only looked at with <paramref name="saveBestOnly"/>.</param>
    /// <param name="saveBestOnly">Whether to save only after an epoch that is better than all before.</param>
    /// <exception cref="ArgumentException">The path is empty, or has another placeholder than <c>{epoch}</c>.</exception>
    public ModelCheckpoint(string path, Monitor monitor = Monitor.ValLoss, bool saveBestOnly = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (path.Replace(Placeholder, "", StringComparison.Ordinal).AsSpan().ContainsAny('{', '}'))
        {
            throw new ArgumentException(
                $"Expected no other placeholder than {Placeholder}, which stands for the number of the epoch; given {path}.",
                nameof(path));
        }

        (_path, _monitor, _saveBestOnly) = (path, monitor, saveBestOnly);
    }

    /// <summary>The checkpoint that was written last; null before the first.</summary>
    public string? LastPath { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">It watches a validation that does not take place.</exception>
    /// <exception cref="IOException">The file of the first epoch cannot be written. Nothing is left of trying.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written.</exception>
    public override void OnTrainBegin(TrainingContext training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (_saveBestOnly)
        {
            _monitor.Require(training, this);
        }

        _best = _monitor.Worst();
        LastPath = null;
        CheckWritable(Path.GetFullPath(PathOf(training.InitialEpoch + 1)));
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public override void OnEpochEnd(TrainingContext training, EpochRecord record)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(record);
        double value = _monitor.Of(record);
        if (_saveBestOnly && !_monitor.IsBetter(value, _best, 0))
        {
            return;
        }

        _best = value;
        string path = PathOf(record.Epoch);
        training.Model.SaveCheckpoint(path);
        LastPath = path;
    }

    /// <summary>Its settings.</summary>
    public override string ToString() =>
        $"ModelCheckpoint({_path}, monitor: {_monitor.KerasName()}, saveBestOnly: {(_saveBestOnly ? "true" : "false")})";

    /// <summary>
    /// Tries the place before the run: in the folder itself, or where the first folder that is missing would be made.
    /// </summary>
    private static void CheckWritable(string path)
    {
        string place = path;
        while (Path.GetDirectoryName(place) is { } folder && !Directory.Exists(folder))
        {
            place = folder;
        }

        if (place != path && File.Exists(place))
        {
            throw new IOException($"{path} cannot be written: {place} is a file, not a folder.");
        }

        AtomicFile.CheckWritable(place);
    }

    private string PathOf(int epoch) =>
        _path.Replace(Placeholder, epoch.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
