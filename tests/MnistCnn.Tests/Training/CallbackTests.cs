using MnistCnn;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training;

public sealed class CallbackTests : IDisposable
{
    private static readonly (Tensor X, Tensor Y) s_train = TinyImages.Make(30, seed: 1);

    public void Dispose() => CpuAcceleration.IsEnabled = true;

    [Fact]
    public void The_hooks_are_called_in_the_documented_order()
    {
        var calls = new List<string>();
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        model.Fit(s_train, s_train, epochs: 3, batchSize: 20, initialEpoch: 1, verbose: false,
            callbacks: [new Recorder("a", calls.Add), new Recorder("b", calls.Add)]);
        string[] epoch = ["epoch", "batch", "step", "batch", "step", "trained", "test", "tested batch", "tested", "end"];
        string[] one = ["begin", .. epoch, .. epoch, "finish"];
        Assert.Equal(one.SelectMany(call => new[] { $"a {call}", $"b {call}" }), calls.Select(call => call.Split(':')[0]));

        // Steps are counted from epoch 1, of which there were two in the epoch before.
        Assert.Equal([2, 3, 4, 5], calls.Where(call => call.StartsWith("a batch", StringComparison.Ordinal))
            .Select(call => int.Parse(call.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("step")]
    [InlineData("end")]
    public void Work_at_the_end_is_done_also_when_a_run_is_cancelled(string when)
    {
        using var cancellation = new CancellationTokenSource();
        var calls = new List<string>();
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        History history = model.Fit(
            s_train, epochs: 3, batchSize: 10, verbose: false, cancellationToken: cancellation.Token,
            callbacks: [new Recorder("a", call =>
            {
                calls.Add(call.Split(':')[0]);
                if (call.StartsWith("a " + when, StringComparison.Ordinal))
                {
                    cancellation.Cancel();
                }
            })]);
        Assert.True(history.Cancelled);
        Assert.Equal(when == "end" ? 1 : 0, history.Count);
        Assert.Equal(when == "step" ? ["a begin", "a epoch", "a batch", "a step", "a trained", "a finish"]
            : ["a begin", "a epoch", "a batch", "a step", "a batch", "a step", "a batch",
                "a step", "a trained", "a end", "a epoch", "a trained", "a finish"], calls);
    }

    [Fact]
    public void Work_at_the_end_is_done_also_when_a_callback_or_the_training_fails()
    {
        var calls = new List<string>();
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, new Sgd(0.5), seed: 1);
        Assert.Throws<NotSupportedException>(() => model.Fit(
            s_train, epochs: 3, batchSize: 10, verbose: false, callbacks:
            [
                new ExponentialDecay(0.5),
                new Recorder("a", call =>
                {
                    calls.Add(call);
                    if (calls.Count(made => made.StartsWith("a step", StringComparison.Ordinal)) == 4)
                    {
                        throw new NotSupportedException();
                    }
                }),
            ]));
        Assert.Equal("a finish", calls[^1].Split(':')[0]);
        Assert.Single(model.History());
        Assert.True(model.History().Cancelled);
        Assert.Equal([0.5], model.Fit(s_train, verbose: false).LearningRate);
    }

    [Fact]
    public void A_callback_can_end_the_run_and_change_the_rate()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        History history = model.Fit(s_train, epochs: 9, verbose: false, callbacks: [new Halving()]);
        Assert.Equal(3, history.Count);
        Assert.True(history is { StoppedEarly: true, Cancelled: false, BestEpoch: null });
        Assert.Equal([0.0005, 0.00025, 0.000125], history.LearningRate);
    }

    [Fact]
    public void A_list_that_makes_no_sense_is_refused()
    {
        var callback = new Halving();
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        Assert.Contains("is null", Refused([null!]), StringComparison.Ordinal);
        Assert.Contains("there twice", Refused([callback, callback]), StringComparison.Ordinal);
        Assert.Contains(
            "at most one WeightAveraging", Refused([new WeightAveraging(), new WeightAveraging()]), StringComparison.Ordinal);
        string Refused(Callback[] callbacks) =>
            Assert.Throws<ArgumentException>(() => model.Fit(s_train, callbacks: callbacks)).Message;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Smoothed_labels_are_in_the_training_loss_and_not_in_the_validation_loss(bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Sequential model = TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, new Sgd(1e-12), seed: 3);
        History history = model.Fit(s_train, s_train, batchSize: 7, labelSmoothing: 0.2, verbose: false);
        using Tensor logProbabilities = model.Predict(s_train.X).log();
        double plain = -(logProbabilities * s_train.Y).sum(1).mean().item<float>();

        // Keras: y · (1 − 0.2) + 0.2 / 4.
        double smoothed = -(logProbabilities * ((s_train.Y * 0.8) + 0.05)).sum(1).mean().item<float>();
        Assert.Equal(smoothed, history[0].Loss, 1e-5);
        Assert.Equal(plain, history[0].ValLoss!.Value, 1e-5);
        Assert.True(Math.Abs(smoothed - plain) > 1e-3);
        Assert.Equal(history[0].ValAccuracy!.Value, history[0].Accuracy, 1e-9);
    }

    [Fact]
    public void Smoothed_labels_give_the_same_step_on_both_paths()
    {
        float[] Weights(bool accelerated)
        {
            CpuAcceleration.IsEnabled = accelerated;
            Sequential model = TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, new Sgd(0.5), seed: 3);
            model.Fit(s_train, epochs: 2, batchSize: 7, seed: 1, labelSmoothing: 0.3, verbose: false);
            return [.. model.parameters().SelectMany(p => p.contiguous().data<float>().ToArray())];
        }

        Assert.All(Weights(true).Zip(Weights(false)), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_smoothing_that_is_no_share_is_refused(double smoothing) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            TinyImages.Model().Compile(TinyImages.Shape).Fit(s_train, labelSmoothing: smoothing));

    private sealed class Recorder(string name, Action<string> say) : Callback
    {
        public override void OnTrainBegin(TrainingContext run) => Say("begin", run);

        public override void OnEpochBegin(TrainingContext run) => Say("epoch", run);

        public override void OnTrainBatchBegin(TrainingContext run) => Say("batch", run);

        public override void OnTrainBatchEnd(TrainingContext run) => Say("step", run);

        public override void OnTrainEpochEnd(TrainingContext run) => Say("trained", run);

        public override void OnEpochEnd(TrainingContext run, EpochRecord record) => Say("end", run);

        public override void OnTrainEnd(TrainingContext run) => Say("finish", run);

        public override void OnTestBegin(EvaluationContext test) => Say("test", test.Training!);

        public override void OnTestBatchEnd(EvaluationContext test) => Say("tested batch", test.Training!);

        public override void OnTestEnd(EvaluationContext test) => Say("tested", test.Training!);

        private void Say(string what, TrainingContext run) => say($"{name} {what}:{run.Step}");
    }

    [Fact]
    public void Evaluating_and_predicting_call_their_hooks_too()
    {
        var calls = new List<string>();
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        (Tensor x, Tensor y) = RecordedRun.Many(1100);
        Evaluation evaluation = model.Evaluate(x, y, callbacks: [new Tester(calls.Add)]);
        string seen = $"{evaluation.Loss} {evaluation.Accuracy} True";
        Assert.Equal(["test 0 of 1100", "batch 500", "batch 1000", "batch 1100", "end 1100", seen], calls);
        calls.Clear();
        model.Predict(x, callbacks: [new Tester(calls.Add)]).Dispose();
        Assert.Equal(["predict 1100", "predicted 1100"], calls);
    }

    [Fact]
    public void The_token_of_a_callback_stops_all_that_it_takes_part_in()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        var stop = new Stop(cancellation.Token);
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        Assert.True(model.Fit(s_train, epochs: 3, verbose: false, callbacks: [stop]).Cancelled);
        Assert.Equal(
            cancellation.Token,
            Assert.Throws<OperationCanceledException>(() => model.Evaluate(s_train.X, s_train.Y, [stop])).CancellationToken);
        Assert.Equal(
            cancellation.Token,
            Assert.Throws<OperationCanceledException>(() => model.Predict(s_train.X, [stop])).CancellationToken);
    }

    [Fact]
    public void Every_callback_is_called_at_the_end_whatever_another_throws_there()
    {
        var calls = new List<string>();
        void Throw(string call)
        {
            if (call.Split(':')[0] is "a trained" or "a finish")
            {
                throw new NotSupportedException(call);
            }
        }

        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        Assert.Throws<NotSupportedException>(() => model.Fit(
            s_train, batchSize: 30, verbose: false, callbacks: [new Recorder("a", Throw), new Recorder("b", calls.Add)]));
        Assert.Equal(
            ["b begin", "b epoch", "b batch", "b step", "b trained", "b finish"], calls.Select(call => call.Split(':')[0]));
    }

    private sealed class Stop(CancellationToken token) : Callback
    {
        public override CancellationToken CancellationToken => token;
    }

    private sealed class Tester(Action<string> say) : Callback
    {
        public override void OnTestBegin(EvaluationContext test) => say($"test {test.Seen} of {test.Samples}");

        public override void OnTestBatchEnd(EvaluationContext test) => say($"batch {test.Seen}");

        public override void OnTestEnd(EvaluationContext test)
        {
            say($"end {test.Seen}");
            say($"{test.Loss} {test.Accuracy} {test.Result is { Count: 1100 } && test.Training is null}");
        }

        public override void OnPredictBegin(EvaluationContext prediction) => say($"predict {prediction.Samples}");

        public override void OnPredictEnd(EvaluationContext prediction) => say($"predicted {prediction.Samples}");
    }

    private sealed class Halving : Callback
    {
        public override void OnEpochBegin(TrainingContext run) => run.LearningRate /= 2;

        public override void OnEpochEnd(TrainingContext run, EpochRecord record)
        {
            if (record.Epoch == 3)
            {
                run.StopTraining();
            }
        }
    }
}
