using System.Collections;
using static TorchSharp.torch;

namespace MnistCnn.Lab;

/// <summary>
/// Keeps runs to compare them: a variable of a notebook in which the same cells are run again and again with other settings.
/// </summary>
public sealed class Experiment : IReadOnlyList<Run>
{
    private readonly List<Run> _runs = [];

    /// <summary>Starts an experiment without runs.</summary>
    /// <param name="name">What is tried, for titles; may be empty.</param>
    public Experiment(string name = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
    }

    /// <summary>What is tried.</summary>
    public string Name { get; }

    /// <summary>The number of runs.</summary>
    public int Count => _runs.Count;

    /// <summary>One run.</summary>
    /// <param name="index">Its position, from 0; its number is one more.</param>
    public Run this[int index] => _runs[index];

    /// <summary>Keeps what a model's last <c>Fit</c> gave.</summary>
    /// <param name="settings">
    /// The knobs, without the seed: an anonymous object such as <c>new { epochs, kernelSize }</c>, or what else
    /// <see cref="Settings.From"/> takes.
    /// </param>
    /// <param name="model">The trained model.</param>
    /// <param name="seed">The seed of the run; runs that differ in nothing else are repetitions.</param>
    /// <param name="test">What the model reached on the test images; null: not looked at.</param>
    /// <returns>The run as it is kept.</returns>
    public Run Add(object settings, nn.Module<Tensor, Tensor> model, long? seed = null, Evaluation? test = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        History history = model.History();
        return Add(
            settings,
            history,
            model.parameters().Sum(parameter => parameter.numel()),
            seed,
            test is null ? null : new TestResult(test.Loss, test.Accuracy));
    }

    /// <summary>Keeps a run.</summary>
    /// <param name="settings">The knobs, without the seed; what <see cref="Settings.From"/> takes.</param>
    /// <param name="history">Its epochs.</param>
    /// <param name="parameters">The number of weights and biases.</param>
    /// <param name="seed">The seed of the run; null: not noted.</param>
    /// <param name="test">What it reached on the test images; null: not looked at.</param>
    /// <returns>The run as it is kept.</returns>
    public Run Add(object settings, History history, long parameters, long? seed = null, TestResult? test = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentOutOfRange.ThrowIfNegative(parameters);
        var run = new Run(
            Count + 1,
            Settings.From(settings),
            seed,
            history,
            test,
            parameters,
            TimeSpan.FromTicks(history.Sum(epoch => epoch.Duration.Ticks)));
        _runs.Add(run);
        return run;
    }

    /// <summary>Forgets all runs.</summary>
    public void Clear() => _runs.Clear();

    /// <summary>The runs that share all settings, whatever their seed, together with their mean and spread.</summary>
    public RunGroups BySettings()
    {
        string[] differing = [.. DifferingSettings()];
        return new([
            .. _runs.GroupBy(run => run.Settings)
                .Select(group => new RunGroup(LabelOf(group.Key, differing), group.Key, [.. group])),
        ]);
    }

    /// <summary>The names of the settings that are not the same in all runs, in the order in which they first came up.</summary>
    public IReadOnlyList<string> DifferingSettings() =>
        [.. Names().Where(name => _runs.Select(run => run.Settings[name]).Distinct(StringComparer.Ordinal).Count() > 1)];

    /// <summary>The settings that are the same in all runs.</summary>
    public IReadOnlyList<Setting> CommonSettings()
    {
        IReadOnlyList<string> differing = DifferingSettings();
        return [.. Names().Except(differing, StringComparer.Ordinal).Select(name => new Setting(name, _runs[0].Settings[name]!))];
    }

    /// <summary>Writes all runs to a JSON file, whole or not at all, so that they survive the notebook.</summary>
    /// <param name="path">The file; an existing one is replaced, a folder that is missing is made.</param>
    public void Save(string path) => ExperimentFile.Write(this, path);

    /// <summary>Reads the runs that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file holds no runs; the message says what is wrong.</exception>
    public static Experiment Load(string path) => ExperimentFile.Read(path);

    /// <inheritdoc/>
    public IEnumerator<Run> GetEnumerator() => _runs.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>One line, such as <c>kernel size: 9 runs of 3 settings</c>.</summary>
    public override string ToString()
    {
        int settings = _runs.Select(run => run.Settings).Distinct().Count();
        return (Name.Length > 0 ? Name + ": " : "") + (Count == 0
            ? "no runs yet"
            : $"{Plural.Of(Count, "run")} of {Plural.Of(settings, "setting")}");
    }

    /// <summary>What sets a group apart; all settings, or else none, where nothing does.</summary>
    private static string LabelOf(Settings settings, string[] differing)
    {
        string label = string.Join(
            ", ", differing.Where(name => settings[name] is not null).Select(name => $"{name} {settings[name]}"));
        return (label.Length, differing.Length) switch
        {
            ( > 0, _) => label,
            (_, 0) => "all runs",
            _ => "without " + string.Join(", ", differing),
        };
    }

    private IEnumerable<string> Names() =>
        _runs.SelectMany(run => run.Settings).Select(setting => setting.Name).Distinct(StringComparer.Ordinal);
}
