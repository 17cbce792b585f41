using MnistCnn;
using MnistCnn.Lab;

namespace MnistCnn.Tests.Lab.Experiments;

/// <summary>Small experiments.</summary>
internal static class SampleRuns
{
    /// <summary>Two kernel sizes, three seeds each; the accuracies are chosen by hand.</summary>
    public static Experiment Kernels()
    {
        var experiment = new Experiment("kernel size");
        (int Size, double[] Accuracies)[] tried = [(3, [0.970, 0.972, 0.974]), (5, [0.980, 0.983, 0.986])];
        foreach ((int kernelSize, double[] accuracies) in tried)
        {
            for (int seed = 1; seed <= accuracies.Length; seed++)
            {
                experiment.Add(
                    new { epochs = 2, kernelSize }, History(accuracies[seed - 1]),
                    kernelSize * 100, seed, new(0.1 / seed, accuracies[seed - 1]));
            }
        }

        return experiment;
    }

    /// <summary>Results alone, a list for each of the settings.</summary>
    public static Experiment Of(params double[][] accuracies)
    {
        var experiment = new Experiment();
        for (int knob = 0; knob < accuracies.Length; knob++)
        {
            foreach (double accuracy in accuracies[knob])
            {
                experiment.Add(new { knob }, History(accuracy), 1, test: new(1, accuracy));
            }
        }

        return experiment;
    }

    public static History History(double accuracy) => new(
    [
        new(1, 0.5, 0.8, 0.4, accuracy - 0.1, TimeSpan.FromSeconds(1.5)),
        new(2, 0.3, 0.9, 0.2, accuracy, TimeSpan.FromSeconds(1)),
    ]);
}
