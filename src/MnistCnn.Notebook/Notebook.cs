using MnistCnn.Course;
using MnistCnn.Native;

namespace MnistCnn;

/// <summary>The one call of a notebook's first cell.</summary>
public static class Notebook
{
    private static readonly ResultRecorder s_results = new();
    private static int s_listening;

    /// <summary>
    /// Makes the library at home in the notebook that loads it: loads libtorch, shows results as tables and figures, lets
    /// <c>Fit</c> show itself while it runs and heed the stop button. Further calls change nothing.
    /// </summary>
    /// <returns>What was loaded: <c>TorchSharp 0.107.0, libtorch 2.10.0, 2 threads</c>.</returns>
    /// <exception cref="DllNotFoundException">
    /// The native libraries are not where NuGet unpacks them, or the system cannot load them; the message says what to do.
    /// </exception>
    /// <exception cref="InvalidOperationException">A cell has loaded a second copy of TorchSharp.</exception>
    public static string Start()
    {
        if (TorchNatives.LoadedTwice is { } twice)
        {
            throw new InvalidOperationException(twice);
        }

        NotebookFormatters.Register();
        DefaultCallbacks.Always = [() => new StopButton()];
        DefaultCallbacks.Verbose = [LiveTraining.OrProgressBar, () => s_results];
        if (Interlocked.Exchange(ref s_listening, 1) == 0 && NotebookHost.Find() is { } host)
        {
            host.Listen(ShownOutputs.AddText);
            Unshown.IsWatching = true;
        }

        return TorchNatives.Describe();
    }
}
