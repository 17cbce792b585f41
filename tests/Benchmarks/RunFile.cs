using MnistCnn.Lab;

namespace MnistCnn.Benchmarks;

/// <summary>A file of runs that grows: what it holds already need not be run again, and another process may add to it.</summary>
/// <param name="file">The file; it may not be there yet.</param>
/// <param name="name">The name of the experiment.</param>
/// <param name="order">Where the runs of some settings stand; those of the same stand by their seeds.</param>
internal sealed class RunFile(FileInfo file, string name, Func<Settings, int> order)
{
    /// <summary>What it holds now.</summary>
    public Experiment Runs => File.Exists(file.FullName) ? Experiment.Load(file.FullName) : new Experiment(name);

    /// <summary>Whether it holds a run.</summary>
    public bool Has(Settings settings, long seed) => Runs.Any(run => run.Seed == seed && run.Settings.Equals(settings));

    /// <summary>Adds runs, and tells of them.</summary>
    public void Add(Experiment runs)
    {
        var all = new Experiment(name);
        foreach (Run run in Runs.Concat(runs).OrderBy(run => order(run.Settings)).ThenBy(run => run.Seed))
        {
            all.Add(run.Settings, run.History, run.Parameters, run.Seed, run.Test);
        }

        all.Save(file.FullName);
        foreach (Run run in runs)
        {
            Console.WriteLine(run);
        }
    }
}
