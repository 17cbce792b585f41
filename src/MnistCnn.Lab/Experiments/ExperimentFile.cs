using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MnistCnn.Lab;

/// <summary>The runs of an experiment as a JSON file.</summary>
internal static class ExperimentFile
{
    private const string Format = "mnistcnn-experiment";
    private const int Version = 1;

    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Writes an experiment.</summary>
    public static void Write(Experiment experiment, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var content = new Content(Format, Version, experiment.Name,
        [
            .. experiment.Select(run => new RunContent(
                [.. run.Settings.Select(setting => new SettingContent(setting.Name, setting.Value))],
                run.Seed,
                run.Parameters,
                run.Test,
                run.History.Cancelled,
                run.History.StoppedEarly,
                run.History.BestEpoch,
                run.History.HasBestWeights,
                [
                    .. run.History.Select(epoch => new EpochContent(
                        epoch.Epoch, epoch.Loss, epoch.Accuracy, epoch.ValLoss,
                        epoch.ValAccuracy, epoch.Duration.TotalSeconds, epoch.LearningRate)),
                ])),
        ]);
        string full = Path.GetFullPath(path);
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(content, s_options);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        AtomicFile.WriteAllBytes(full, json);
    }

    /// <summary>Reads an experiment.</summary>
    public static Experiment Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = File.ReadAllBytes(path);
        string file = Path.GetFileName(path);
        Content content = Parse(bytes, file);
        if (content.Format != Format || content.Version != Version)
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture, $"{file} is no file of runs: expected format {Format}, version {Version}."));
        }

        var experiment = new Experiment(content.Name ?? "");
        foreach (RunContent? entry in content.Runs ?? throw Incomplete(file, "runs"))
        {
            RunContent run = entry ?? throw Incomplete(file, "run in a place");
            try
            {
                var epochs = (run.Epochs ?? throw Incomplete(file, "epochs"))
                    .Select(epoch => epoch is null ? throw Incomplete(file, "epoch in a place") : new EpochRecord(
                        epoch.Epoch, epoch.Loss, epoch.Accuracy, epoch.ValLoss, epoch.ValAccuracy,
                        TimeSpan.FromSeconds(epoch.Seconds))
                    { LearningRate = epoch.LearningRate });
                var history = new History([.. epochs], run.Cancelled)
                {
                    StoppedEarly = run.StoppedEarly, BestEpoch = run.BestEpoch, HasBestWeights = run.HasBestWeights,
                };
                var settings = (run.Settings ?? throw Incomplete(file, "settings"))
                    .Select(setting => new Setting(setting?.Name ?? "", setting?.Value ?? ""));
                experiment.Add(new Settings(settings), history, run.Parameters, run.Seed, run.Test);
            }
            catch (Exception exception) when (exception is ArgumentException or OverflowException)
            {
                throw new InvalidDataException($"{file} holds a run that cannot be: {exception.Message}", exception);
            }
        }

        return experiment;
    }

    private static Content Parse(byte[] bytes, string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Content>(bytes, s_options) ?? throw Incomplete(file, "runs");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"{file} is no file of runs (line {exception.LineNumber + 1})."),
                exception);
        }
    }

    private static InvalidDataException Incomplete(string file, string part) =>
        new($"{file} is no file of runs: it has no {part}.");

    private sealed record Content(string? Format, int Version, string? Name, IReadOnlyList<RunContent?>? Runs);

    private sealed record RunContent(
        IReadOnlyList<SettingContent?>? Settings,
        long? Seed,
        long Parameters,
        TestResult? Test,
        bool Cancelled,
        bool StoppedEarly,
        int? BestEpoch,
        bool HasBestWeights,
        IReadOnlyList<EpochContent?>? Epochs);

    private sealed record SettingContent(string? Name, string? Value);

    private sealed record EpochContent(
        int Epoch, double Loss, double Accuracy, double? ValLoss, double? ValAccuracy, double Seconds, double? LearningRate);
}
