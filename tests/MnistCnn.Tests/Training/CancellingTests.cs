using System.Diagnostics;
using MnistCnn;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training;

/// <summary>
/// Cancelled at any moment, by either way of computing, a run leaves whole steps and whole epochs behind and nothing else.
/// </summary>
public sealed class CancellingTests : IDisposable
{
    /// <summary>Moments spread over the time that the whole takes; what is asserted holds at every moment.</summary>
    private const int Moments = 30;

    private static readonly (Tensor X, Tensor Y) s_many = RecordedRun.Many(6000);

    public void Dispose() => CpuAcceleration.IsEnabled = true;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void At_any_report_of_a_run(bool accelerated)
    {
        using var whole = new RecordedRun(accelerated);
        LiveMemory left = LiveMemory.LeftBy(() => whole.Fit());
        for (int n = 0; n < whole.Reports.Count; n++)
        {
            using var cancellation = new CancellationTokenSource();
            using var run = new RecordedRun(accelerated, report =>
            {
                if (report == n)
                {
                    cancellation.Cancel();
                }
            });
            History history = AssertCancelled(run, whole, left, cancellation.Token);
            Assert.DoesNotContain(run.Reports.Skip(n + 1), report => report.Moment is Moment.Step or Moment.Validation);
            AssertGoesOn(run, whole, history);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void At_any_moment_of_a_run_by_another_thread(bool accelerated)
    {
        using var whole = new RecordedRun(accelerated);
        LiveMemory left = LiveMemory.LeftBy(() => whole.Fit());
        TimeSpan duration = DurationOf(() =>
        {
            using var timed = new RecordedRun(accelerated, _ => { });
            timed.Fit();
        });
        for (int i = 0; i < Moments; i++)
        {
            using var run = new RecordedRun(accelerated, _ => { });
            using var alarm = new Alarm(duration * i / Moments);
            History history = AssertCancelled(run, whole, left, alarm.Token, alarm.Start);
            AssertGoesOn(run, whole, history);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void At_any_moment_of_an_evaluation_or_a_prediction(bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 7);
        Evaluation whole = model.Evaluate(s_many.X, s_many.Y);
        float[] probabilities = Predicted(default);
        TimeSpan duration = DurationOf(() => model.Evaluate(s_many.X, s_many.Y));
        for (int i = 0; i < Moments; i++)
        {
            AssertFreed(duration * i / Moments, token =>
            {
                if (Finishes(() => model.Evaluate(s_many.X, s_many.Y, cancellationToken: token), token) is { } evaluation)
                {
                    Assert.Equal((whole.Loss, whole.Accuracy), (evaluation.Loss, evaluation.Accuracy));
                    Assert.Equal(whole.PredictedLabels, evaluation.PredictedLabels);
                }
            });
            AssertFreed(duration * i / Moments, token =>
            {
                if (Finishes(() => Predicted(token), token) is { } predicted)
                {
                    Assert.Equal(probabilities, predicted);
                }
            });
            Assert.True(model.training);
        }

        Assert.Equal(whole.Loss, model.Evaluate(s_many.X, s_many.Y).Loss);

        static void AssertFreed(TimeSpan delay, Action<CancellationToken> call)
        {
            using var alarm = new Alarm(delay);
            Assert.Equal(default, LiveMemory.LeftBy(() =>
            {
                alarm.Start();
                call(alarm.Token);
            }));
        }

        float[] Predicted(CancellationToken token)
        {
            using Tensor predicted = model.Predict(s_many.X, cancellationToken: token);
            return predicted.data<float>().ToArray();
        }
    }

    [Fact]
    public void At_any_batch_of_an_evaluation_or_a_prediction()
    {
        // A hook of one's own is called at every batch; it also sends the model to libtorch.
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 7);
        int calls = 0, cancelAt = 0;
        CancellationTokenSource cancellation = new();
        ((Conv2d)model[0]).register_forward_pre_hook((_, _) =>
        {
            if (++calls == cancelAt)
            {
                cancellation.Cancel();
            }

            return null!;
        });
        // Both look at one sample first.
        AssertCancels(13, token => model.Predict(s_many.X, cancellationToken: token).Dispose());
        AssertCancels(13, token => model.Evaluate(s_many.X, s_many.Y, cancellationToken: token));
        cancellation.Dispose();

        void AssertCancels(int calledInAll, Action<CancellationToken> call)
        {
            call(CancellationToken.None);
            for (int n = 1; n <= calledInAll; n++)
            {
                cancellation.Dispose();
                cancellation = new();
                (calls, cancelAt) = (0, n);
                Assert.Equal(default, LiveMemory.LeftBy(() =>
                {
                    if (n < calledInAll)
                    {
                        Assert.Throws<OperationCanceledException>(() => call(cancellation.Token));
                    }
                    else
                    {
                        call(cancellation.Token);
                    }
                }));
                Assert.Equal(n, calls);
            }
        }
    }

    /// <summary>Runs until the token stops it, and looks at what is left.</summary>
    private static History AssertCancelled(
        RecordedRun run, RecordedRun whole, LiveMemory left, CancellationToken token, Action? begin = null)
    {
        History? history = null;
        using Tensor random = torch.random.get_rng_state();
        Assert.Equal(left, LiveMemory.LeftBy(() =>
        {
            begin?.Invoke();
            history = run.Fit(cancellation: token);
        }));
        using Tensor randomAfter = torch.random.get_rng_state();
        Assert.Equal(random.bytes, randomAfter.bytes);
        Assert.True(run.Model.training);
        Assert.Same(history, run.Model.History());
        Assert.Single(run.Reports, report => report.Moment == Moment.End);
        Assert.Equal(Moment.End, run.Reports[^1].Moment);
        Assert.Equal(history, run.Reports[^1].History);
        Assert.Equal(history!.Cancelled, run.Reports[^1].History.Cancelled);

        // Only whole epochs, the same as those of the run that nobody stopped.
        Assert.Equal(run.Reports.Count(report => report.Moment == Moment.Epoch), history.Count);
        Assert.Equal(history.Count < RecordedRun.Epochs, history.Cancelled);
        Assert.Equal(whole.Model.History().Take(history.Count).Select(Figures), history.Select(Figures));

        // Only whole steps.
        Assert.InRange(run.StepsDone, history.Count * RecordedRun.Steps, (history.Count + 1) * RecordedRun.Steps);
        Assert.Equal(whole.Weights[run.StepsDone], RecordedRun.WeightsOf(run.Model));
        return history;
    }

    /// <summary>The model is as good as any: it is judged, and trained to the end.</summary>
    private static void AssertGoesOn(RecordedRun run, RecordedRun whole, History history)
    {
        Assert.True(double.IsFinite(run.Model.Evaluate(RecordedRun.Train.X, RecordedRun.Train.Y).Loss));
        if (history.Count == RecordedRun.Epochs)
        {
            return;
        }

        bool betweenEpochs = run.StepsDone == history.Count * RecordedRun.Steps;
        History rest = run.Fit(initialEpoch: history.Count);
        Assert.Equal(RecordedRun.Epochs - history.Count, rest.Count);
        Assert.False(rest.Cancelled);
        float[] weights = RecordedRun.WeightsOf(run.Model);
        Assert.All(weights, weight => Assert.True(float.IsFinite(weight)));
        if (betweenEpochs)
        {
            Assert.Equal(whole.Weights[^1], weights);
        }
    }

    private static T? Finishes<T>(Func<T> call, CancellationToken token)
        where T : class
    {
        try
        {
            return call();
        }
        catch (OperationCanceledException cancelled) when (cancelled.CancellationToken == token)
        {
            return null;
        }
    }

    private static TimeSpan DurationOf(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed;
    }

    private static (double, double, double?, double?) Figures(EpochRecord record) =>
        (record.Loss, record.Accuracy, record.ValLoss, record.ValAccuracy);

    /// <summary>A token that another thread cancels some time after the start; to a few microseconds, so it spins.</summary>
    private sealed class Alarm : IDisposable
    {
        private readonly CancellationTokenSource _source = new();
        private readonly ManualResetEventSlim _started = new();
        private readonly Thread _thread;

        public Alarm(TimeSpan delay)
        {
            _thread = new Thread(() =>
            {
                _started.Wait();
                var clock = Stopwatch.StartNew();
                while (clock.Elapsed < delay)
                {
                    Thread.SpinWait(20);
                }

                _source.Cancel();
            });
            _thread.Start();
        }

        public CancellationToken Token => _source.Token;

        public void Start() => _started.Set();

        public void Dispose()
        {
            _started.Set();
            _thread.Join();
            _started.Dispose();
            _source.Dispose();
        }
    }
}
