using Xunit;

namespace MnistCnn.Kernels.Tests;

/// <remarks>Alone: where another class has the threads, a run is done by its caller.</remarks>
[CollectionDefinition(nameof(WorkersTests), DisableParallelization = true)]
[Collection(nameof(WorkersTests))]
public sealed class WorkersTests
{
    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(3, 8)]
    [InlineData(1000, 4)]
    [InlineData(1000, 1)]
    public void Every_task_is_done_once(int tasks, int threads)
    {
        for (int run = 0; run < 50; run++)
        {
            int[] done = new int[tasks];
            Workers.Run(tasks, threads, task => Interlocked.Increment(ref done[task]));
            Assert.All(done, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void No_more_threads_work_than_are_allowed()
    {
        int working = 0, most = 0;
        var seen = new HashSet<int>();
        Workers.Run(64, 3, _ =>
        {
            int now = Interlocked.Increment(ref working);
            lock (seen)
            {
                most = Math.Max(most, now);
                seen.Add(Environment.CurrentManagedThreadId);
            }

            Thread.Sleep(2);
            Interlocked.Decrement(ref working);
        });
        Assert.InRange(most, 2, 3);
        Assert.InRange(seen.Count, 2, 3);
    }

    [Fact]
    public void A_failure_reaches_the_caller_and_the_threads_work_on()
    {
        for (int run = 0; run < 20; run++)
        {
            Assert.Equal("17", Assert.Throws<InvalidOperationException>(() => Workers.Run(100, 4, task =>
            {
                if (task == 17)
                {
                    throw new InvalidOperationException("17");
                }
            })).Message);
            int done = 0;
            Workers.Run(100, 4, _ => Interlocked.Increment(ref done));
            Assert.Equal(100, done);
        }
    }

    [Fact]
    public void Runs_within_runs_and_beside_each_other_are_done_too()
    {
        int done = 0;
        Parallel.For(0, 8, _ => Workers.Run(10, 4, _ => Workers.Run(10, 4, _ => Interlocked.Increment(ref done))));
        Assert.Equal(800, done);
    }

    [Fact]
    public void Threads_that_fell_asleep_wake_up_again()
    {
        for (int run = 0; run < 5; run++)
        {
            Thread.Sleep(20);
            var seen = new HashSet<int>();
            Workers.Run(16, 2, _ =>
            {
                Thread.Sleep(5);
                lock (seen)
                {
                    seen.Add(Environment.CurrentManagedThreadId);
                }
            });
            Assert.Equal(2, seen.Count);
        }
    }
}
