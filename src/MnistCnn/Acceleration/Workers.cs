using static TorchSharp.torch;

namespace MnistCnn.Acceleration;

/// <summary>Runs pieces of work side by side, on as many threads as libtorch is set to use.</summary>
internal static class Workers
{
    /// <summary>Does every task; which thread does which, and when, is left open, so no result may depend on it.</summary>
    public static void Run(int tasks, Action<int> task)
    {
        int threads = Math.Min(get_num_threads(), tasks);
        if (threads <= 1)
        {
            for (int i = 0; i < tasks; i++)
            {
                task(i);
            }

            return;
        }

        Parallel.For(0, tasks, new ParallelOptions { MaxDegreeOfParallelism = threads }, task);
    }
}
