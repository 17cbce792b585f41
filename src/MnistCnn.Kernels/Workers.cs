namespace MnistCnn.Kernels;

/// <summary>Runs pieces of work side by side.</summary>
internal static class Workers
{
    /// <summary>Does every task; which thread does which, and when, is left open, so no result may depend on it.</summary>
    /// <param name="tasks">How many tasks there are.</param>
    /// <param name="threads">How many threads may work on them at once.</param>
    /// <param name="task">Does one, by its number.</param>
    public static void Run(int tasks, int threads, Action<int> task)
    {
        if (Math.Min(tasks, threads) <= 1)
        {
            for (int i = 0; i < tasks; i++)
            {
                task(i);
            }

            return;
        }

        Parallel.For(0, tasks, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(tasks, threads) }, task);
    }

    /// <summary>Cuts an array into parts that are worth a thread each and handles each part.</summary>
    /// <param name="count">The numbers of the array.</param>
    /// <param name="threads">How many threads may work at once.</param>
    /// <param name="part">Handles a part: its first number, and how many.</param>
    public static void RunParts(long count, int threads, Action<long, long> part)
    {
        const int PartSize = 1 << 16;
        Run((int)((count + PartSize - 1) / PartSize), threads, task =>
        {
            long first = (long)task * PartSize;
            part(first, Math.Min(PartSize, count - first));
        });
    }
}
