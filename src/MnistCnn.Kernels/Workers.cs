using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace MnistCnn.Kernels;

/// <summary>Runs pieces of work side by side.</summary>
/// <remarks>
/// A step of a small network is a handful of such runs with a fraction of a millisecond between them. The threads of the pool
/// that .NET has fall asleep meanwhile, and take a tenth of a millisecond, or a whole one, to wake up; these look out for the
/// next run a moment before they sleep.
/// </remarks>
internal static class Workers
{
    /// <summary>How long a thread looks out for work before it sleeps.</summary>
    private static readonly long s_patience = Stopwatch.Frequency / 2000;

    private static readonly List<Thread> s_threads = [];
    private static readonly SemaphoreSlim s_wake = new(0);
    private static volatile Job? s_job;
    private static int s_busy, s_asleep;

    /// <summary>Does every task; which thread does which, and when, is left open, so no result may depend on it.</summary>
    /// <param name="tasks">How many tasks there are.</param>
    /// <param name="threads">How many threads may work on them at once.</param>
    /// <param name="task">Does one, by its number.</param>
    public static void Run(int tasks, int threads, Action<int> task)
    {
        int helpers = Math.Min(tasks, threads) - 1;
        if (helpers <= 0 || Interlocked.Exchange(ref s_busy, 1) != 0)
        {
            // One task alone, or another run has the threads: they are busy anyway.
            for (int i = 0; i < tasks; i++)
            {
                task(i);
            }

            return;
        }

        try
        {
            while (s_threads.Count < helpers)
            {
                var thread = new Thread(Help) { IsBackground = true, Name = "MnistCnn worker" };
                s_threads.Add(thread);
                // Without the context of the cell that happens to start it, which it would keep alive.
                thread.UnsafeStart();
            }

            var job = new Job(tasks, helpers, task);
            // A full fence: a thread that falls asleep now either sees the job or is counted.
            Interlocked.Exchange(ref s_job, job);
            int asleep = Math.Min(helpers, Volatile.Read(ref s_asleep));
            if (asleep > 0)
            {
                s_wake.Release(asleep);
            }

            job.Work();
            s_job = null;
            job.Wait();
        }
        finally
        {
            Volatile.Write(ref s_busy, 0);
        }
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

    private static void Help()
    {
        Job? last = null;
        while (true)
        {
            long until = Stopwatch.GetTimestamp() + s_patience;
            Job? job;
            while ((job = s_job) is null || job == last)
            {
                if (Stopwatch.GetTimestamp() > until)
                {
                    Interlocked.Increment(ref s_asleep);
                    if (s_job is null)
                    {
                        s_wake.Wait();
                    }

                    Interlocked.Decrement(ref s_asleep);
                    until = Stopwatch.GetTimestamp() + s_patience;
                }

                Thread.SpinWait(20);
            }

            last = job;
            if (job.TryJoin())
            {
                job.Work();
                job.Leave();
            }
        }
    }

    private sealed class Job(int tasks, int helpers, Action<int> task)
    {
        private int _next = -1;
        private int _places = helpers;
        private int _working;
        private ExceptionDispatchInfo? _failure;

        public bool TryJoin()
        {
            Interlocked.Increment(ref _working);
            if (Interlocked.Decrement(ref _places) >= 0)
            {
                return true;
            }

            Leave();
            return false;
        }

        public void Leave() => Interlocked.Decrement(ref _working);

        public void Work()
        {
            try
            {
                for (int i = Interlocked.Increment(ref _next); i < tasks; i = Interlocked.Increment(ref _next))
                {
                    task(i);
                }
            }
            catch (Exception exception)
            {
                _failure ??= ExceptionDispatchInfo.Capture(exception);
                Interlocked.Exchange(ref _next, tasks);
            }
        }

        public void Wait()
        {
            var spin = default(SpinWait);
            while (Volatile.Read(ref _working) > 0)
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }

            _failure?.Throw();
        }
    }
}
