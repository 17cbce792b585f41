using MnistCnn;
using MnistCnn.Lab;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training;

public class FitTests
{
    private static readonly (Tensor X, Tensor Y) s_train = TinyImages.Make(200, seed: 1);
    private static readonly (Tensor X, Tensor Y) s_validation = TinyImages.Make(70, seed: 2);

    [Fact]
    public void Learns_a_task_that_can_be_learnt()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        History history = model.Fit(s_train, s_validation, epochs: 12, batchSize: 16, seed: 1, verbose: false);
        Assert.Equal(12, history.Count);
        Assert.Equal(Enumerable.Range(1, 12), history.Select(record => record.Epoch));
        Assert.True(history[^1].Loss < history[0].Loss / 4, $"{history[0].Loss} → {history[^1].Loss}");
        Assert.InRange(history[^1].ValAccuracy!.Value, 0.98, 1);
        Assert.Same(history, model.History());
    }

    [Fact]
    public void Gives_the_same_history_and_weights_for_the_same_seed_whatever_was_drawn_before()
    {
        (History History, float[] Weights) Run(long seed)
        {
            _ = rand(17);
            Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: seed);
            History history = model.Fit(s_train, s_validation, epochs: 3, batchSize: 32, seed: seed, verbose: false);
            return (history, WeightsOf(model));
        }

        var (first, firstWeights) = Run(1338);
        var (second, secondWeights) = Run(1338);
        Assert.Equal(first.Select(Figures), second.Select(Figures));
        Assert.Equal(firstWeights, secondWeights);
        Assert.NotEqual(firstWeights, Run(1339).Weights);
    }

    [Fact]
    public void Takes_its_seed_from_torch_and_leaves_torchs_random_numbers_as_they_were()
    {
        manual_seed(1338);
        float[] expected = rand(4).data<float>().ToArray();
        Sequential model = TinyImages.Model();
        manual_seed(1338);
        model.Compile(TinyImages.Shape);
        model.Fit(s_train, epochs: 1, verbose: false);
        Assert.Equal(1338, initial_seed());
        Assert.Equal(expected, rand(4).data<float>().ToArray());
        Sequential other = TinyImages.Model().Compile(TinyImages.Shape, seed: 1338);
        other.Fit(s_train, epochs: 1, seed: 1338, verbose: false);
        Assert.Equal(WeightsOf(other), WeightsOf(model));
    }

    [Fact]
    public void Two_runs_of_two_epochs_are_one_run_of_four()
    {
        Sequential whole = TinyImages.Model().Compile(TinyImages.Shape, seed: 5);
        History history = whole.Fit(s_train, s_validation, epochs: 4, seed: 5, verbose: false);
        Sequential halves = TinyImages.Model().Compile(TinyImages.Shape, seed: 5);
        halves.Fit(s_train, s_validation, epochs: 2, seed: 5, verbose: false);
        History second = halves.Fit(s_train, s_validation, epochs: 4, initialEpoch: 2, seed: 5, verbose: false);
        Assert.Equal([3, 4], second.Select(record => record.Epoch));
        Assert.Equal(history.Skip(2).Select(Figures), second.Select(Figures));
        Assert.Equal(WeightsOf(whole), WeightsOf(halves));
    }

    [Fact]
    public void One_step_is_the_step_that_Adam_takes_on_the_mean_cross_entropy()
    {
        // Without shuffling and dropout one batch is one step; the first step of Adam moves every weight by the learning
        // rate against the sign of its gradient: m/(1-β1) = g and v/(1-β2) = g², the root beside Keras's ε is √0.001 |g|.
        Sequential model = TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, new MnistCnn.Adam(0.01), seed: 3);
        Tensor logits = model.call(s_train.X).log();
        Tensor loss = -(logits * s_train.Y).sum(1).mean();
        loss.backward();
        float[] before = WeightsOf(model);
        float[] gradients = [.. model.parameters().SelectMany(p => p.grad!.contiguous().data<float>().ToArray())];
        History history = model.Fit(s_train, batchSize: 200, shuffle: false, verbose: false);
        float[] after = WeightsOf(model);
        Assert.Equal(loss.item<float>(), history[0].Loss, 1e-5);
        for (int i = 0; i < before.Length; i++)
        {
            double expected = before[i] - (0.01 * gradients[i] / (Math.Abs(gradients[i]) + (1e-7 / Math.Sqrt(0.001))));
            Assert.Equal(expected, after[i], 1e-4);
        }
    }

    [Fact]
    public void The_epochs_loss_and_accuracy_are_means_over_its_images_not_over_its_batches()
    {
        // With a vanishing learning rate nothing changes during the epoch, so the means are those of an evaluation, also
        // when the last batch is smaller (200 = 6 · 32 + 8).
        Sequential model = TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, new MnistCnn.Adam(1e-12), seed: 3);
        History history = model.Fit(s_train, s_train, batchSize: 32, verbose: false);
        var (loss, accuracy) = model.Evaluate(s_train.X, s_train.Y);
        Assert.Equal(loss, history[0].Loss, 1e-5);
        Assert.Equal(accuracy, history[0].Accuracy, 1e-9);
        Assert.Equal(loss, history[0].ValLoss!.Value, 1e-9);
        Assert.Equal(accuracy, history[0].ValAccuracy!.Value, 1e-9);
    }

    [Fact]
    public void Every_epoch_sees_every_image_once_in_another_order()
    {
        var seen = new List<float[]>();
        var probe = new Probe(x => seen.Add(x[.., 0, 0, 0].data<float>().ToArray()));
        Tensor x = arange(10, dtype: float32).reshape(10, 1, 1, 1);
        Tensor y = zeros(10, dtype: int64).ToCategorical(2);
        probe.Fit((x, y), epochs: 2, batchSize: 4, seed: 1, verbose: false);
        float[][] batches = [.. seen.Where(batch => batch.Length is 4 or 2).TakeLast(6)];
        Assert.Equal([4, 4, 2, 4, 4, 2], batches.Select(batch => batch.Length));
        float[] first = [.. batches[..3].SelectMany(batch => batch)];
        float[] second = [.. batches[3..].SelectMany(batch => batch)];
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (float)i), first.Order());
        Assert.Equal(first.Order(), second.Order());
        Assert.NotEqual(first, second);
        Assert.NotEqual(first.Order(), first);
    }

    [Fact]
    public void Dropout_is_on_in_training_and_off_in_validation_and_the_mode_stays_as_it_was()
    {
        Sequential model = TinyImages.Model(dropout: 0.9).Compile(TinyImages.Shape, new MnistCnn.Adam(1e-12), seed: 3);
        model.eval();
        History history = model.Fit(s_train, s_train, verbose: false);
        Assert.False(model.training);
        Assert.NotEqual(history[0].Loss, history[0].ValLoss!.Value, 1e-3);
        Assert.Equal(model.Evaluate(s_train.X, s_train.Y).Loss, history[0].ValLoss!.Value, 1e-9);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Cancelling_stops_within_a_batch_and_keeps_the_history_and_a_usable_model(bool validating)
    {
        using var cancellation = new CancellationTokenSource();
        int reports = 0;
        var sink = new Sink(report =>
        {
            if (report.Epoch == 3 && report.IsValidating == validating && !report.IsOver)
            {
                cancellation.Cancel();
                reports++;
            }
        });
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        History history = model.Fit(
            s_train, (s_validation.X.repeat(10, 1, 1, 1), s_validation.Y.repeat(10, 1)), epochs: 9, batchSize: 16, seed: 1,
            callbacks: [sink], verbose: false, cancellationToken: cancellation.Token);
        Assert.True(history.Cancelled);
        Assert.Equal(2, history.Count);
        Assert.Equal(1, reports);
        Assert.Same(history, model.History());
        Assert.InRange(model.Evaluate(s_validation.X, s_validation.Y).Accuracy, 0, 1);
        Assert.Single(model.Fit(s_train, verbose: false));
    }

    [Fact]
    public void Evaluation_and_prediction_can_be_cancelled()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape);
        Assert.Throws<OperationCanceledException>(
            () => model.Evaluate(s_train.X, s_train.Y, cancellationToken: cancellation.Token));
        Assert.Throws<OperationCanceledException>(() => model.Predict(s_train.X, cancellationToken: cancellation.Token));
        Assert.True(model.training);
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_run_with_a_word_on_what_to_try()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        Tensor x = s_train.X.clone();
        x[150] = float.NaN;
        var error = Assert.Throws<TrainingDivergedException>(() =>
            model.Fit((x, s_train.Y), epochs: 2, batchSize: 50, shuffle: false, verbose: false));
        Assert.Contains("The loss became NaN in epoch 1 after 150 images", error.Message, StringComparison.Ordinal);
        Assert.All(WeightsOf(model), weight => Assert.True(float.IsFinite(weight)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_loss_that_is_no_number_leaves_no_trace_in_the_statistics_of_batch_normalisation(bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        try
        {
            Sequential model = nn.Sequential(
                ("conv2d_1", nn.Conv2d(1, 4, 3)), ("bn_1", nn.BatchNorm2d(4)), ("relu_1", nn.ReLU()), ("flatten_1", nn.Flatten()),
                ("dense_1", nn.Linear(144, 4)), ("softmax_1", nn.Softmax(1))).Compile(TinyImages.Shape, seed: 1);
            Tensor x = s_train.X.clone();
            x[150] = float.NaN;
            Assert.Throws<TrainingDivergedException>(
                () => model.Fit((x, s_train.Y), batchSize: 50, shuffle: false, verbose: false));
            Assert.Equal(3, model.state_dict()["bn_1.num_batches_tracked"].item<long>());
            Assert.True(double.IsFinite(model.Evaluate(s_train.X, s_train.Y).Loss));
        }
        finally
        {
            CpuAcceleration.IsEnabled = true;
        }
    }

    public static TheoryData<ScalarType> NumberTypes =>
        [ScalarType.Bool, ScalarType.Byte, ScalarType.Int8, ScalarType.Int32, ScalarType.Int64, ScalarType.Float16,
         ScalarType.Float64];

    [Theory]
    [MemberData(nameof(NumberTypes))]
    public void Targets_may_be_one_hot_numbers_of_any_type(ScalarType type)
    {
        Sequential expected = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        expected.Fit(s_train, s_validation, verbose: false);
        model.Fit((s_train.X, s_train.Y.to(type)), (s_validation.X, s_validation.Y.to(type)), verbose: false);
        Assert.Equal(WeightsOf(expected), WeightsOf(model));
        Assert.Equal(
            expected.Evaluate(s_train.X, s_train.Y).Loss, model.Evaluate(s_train.X, s_train.Y.to(type)).Loss);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 3)]
    [InlineData(2, 5)]
    public void A_run_of_no_epochs_changes_nothing_and_its_empty_record_can_be_shown(int epochs, int initialEpoch)
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        float[] before = WeightsOf(model);
        History history = model.Fit(
            s_train, s_validation, epochs, initialEpoch: initialEpoch, verbose: false,
            callbacks: [new EarlyStopping(restoreBestWeights: true), new OneCycle(0.1), new WeightAveraging()]);
        Assert.Empty(history);
        Assert.False(history.Cancelled || history.StoppedEarly || history.HasValidation);
        Assert.Equal(before, WeightsOf(model));
        Assert.Contains("no finished epoch", history.Plot().Description, StringComparison.Ordinal);
        Assert.Equal("No finished epoch.", ResultText.EpochLines(history));
        Run run = new Experiment("none").Add(new { epochs }, model);
        Assert.Contains("no result", run.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(new TrainingView(new(0, epochs, 0, 200, 70, 0, 0, default, history) { IsOver = true }).ToHtml());
        Assert.Single(model.Fit(s_train, verbose: false));
    }

    [Theory]
    [InlineData(true, float.NaN)]
    [InlineData(false, float.NaN)]
    [InlineData(true, float.PositiveInfinity)]
    [InlineData(false, float.PositiveInfinity)]
    public void Images_that_are_no_numbers_are_named_with_the_first_place(bool accelerated, float wrong)
    {
        CpuAcceleration.IsEnabled = accelerated;
        try
        {
            Sequential model = nn.Sequential(
                ("conv2d_1", nn.Conv2d(1, 4, 3)), ("relu_1", nn.ReLU()), ("max_pooling2d_1", nn.MaxPool2d(2)),
                ("flatten_1", nn.Flatten()), ("dense_1", nn.Linear(36, 4)), ("softmax_1", nn.Softmax(1)))
                .Compile(TinyImages.Shape, seed: 1);
            Tensor x = s_train.X.clone();
            x[150, 3, 4, 0] = wrong;
            x[170] = wrong;
            string place = FormattableString.Invariant($"sample 150 holds {wrong} at (3, 4, 0).");
            Assert.EndsWith(
                "The training samples are not all finite numbers: " + place,
                Assert.Throws<TrainingDivergedException>(() => model.Fit((x, s_train.Y), verbose: false)).Message,
                StringComparison.Ordinal);
            Message(place + " (Parameter 'validation')", () => model.Fit(s_train, (x, s_train.Y), verbose: false));
            Message(place + " (Parameter 'x')", () => model.Evaluate(x, s_train.Y));
            Message(place + " (Parameter 'x')", () => model.Predict(x));
            using (no_grad())
            {
                model.get_parameter("dense_1.bias")!.fill_(float.NaN);
            }

            Message("dense_1.bias holds some that are not finite", () => model.Evaluate(s_train.X, s_train.Y));
            Message("dense_1.bias holds some that are not finite", () => model.Predict(s_train.X));
        }
        finally
        {
            CpuAcceleration.IsEnabled = true;
        }
    }

    [Fact]
    public void An_image_that_is_there_k_times_weighs_k_times_as_much_as_class_weights_would_make_it()
    {
        Sequential model = TinyImages.Model(dropout: 0).Compile(TinyImages.Shape, new MnistCnn.Adam(1e-12), seed: 3);
        Tensor rare = s_train.Y[.., 2] == 1;
        Tensor losses = -(model.Predict(s_train.X).log() * s_train.Y).sum(1);
        Tensor weights = ones(200) + rare.to(float32);
        History history = model.Fit(
            (cat([s_train.X, s_train.X[rare]]), cat([s_train.Y, s_train.Y[rare]])), verbose: false);
        Assert.Equal(((losses * weights).sum() / weights.sum()).item<float>(), history[0].Loss, 1e-5);
    }

    [Fact]
    public void A_model_may_compute_after_its_last_layer()
    {
        using var model = new MeanOfPlaces();
        Assert.Single(model.Fit(s_train, s_validation, verbose: false));
        Assert.Equal([200, 4], model.Predict(s_train.X).shape);
    }

    [Fact]
    public void Wrong_inputs_are_told_what_was_expected_and_what_was_given()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape);
        (Tensor x, Tensor y) = s_train;
        Message("Expected samples as float32, given Byte (200, 8, 8, 1)", () => model.Fit((x.to(uint8), y)));
        Message("compiled for samples of shape (None, 8, 8, 1), given (200, 64).", () => model.Fit((x.reshape(200, 64), y)));
        Message(
            "compiled for samples of shape (None, 8, 8, 1), given (200, 1, 8, 8).", () => model.Predict(x.reshape(200, 1, 8, 8)));
        Message("Expected one-hot targets of shape (200, classes), given Int64 (200,)", () => model.Fit((x, y.argmax(1))));
        Message("whose row 0 is 0.5, 0.5, 0, 0. ToCategorical makes", () =>
            model.Fit((x, tensor([.5f, .5f, 0, 0]).repeat(200, 1))));
        Message("whose row 0 is 0, 0, 0, 0. ToCategorical makes", () => model.Fit((x, zeros(200, 4))));
        Message("given 200 samples (200, 8, 8, 1) and 199 targets (199, 4).", () => model.Fit((x, y[..199])));
        Message("The model gives (None, 4); expected targets of that shape, given (200, 10).", () =>
            model.Fit((x, zeros(200, dtype: int64).ToCategorical(10))));
        Message("given an empty set of shape (0, 8, 8, 1)", () => model.Fit((x[..0], y[..0])));
        Message("given an empty set", () => model.Evaluate(x[..0], y[..0]));
        Message("epochs", () => model.Fit(s_train, epochs: -1));
        Message("batchSize", () => model.Fit(s_train, batchSize: 0));
        Message("compiled for samples of shape (None, 8, 8, 1), given (70, 8, 8, 2).", () =>
            model.Fit(s_train, (s_validation.X.expand(70, 8, 8, 2), s_validation.Y)));
    }

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_epochs()
    {
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        model.Fit(s_train, s_validation, epochs: 2, verbose: false);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;
        model.Fit(s_train, s_validation, epochs: 30, batchSize: 16, verbose: false);
        Assert.InRange(Tensor.TotalCount - before, 0, 10);
    }

    [Fact]
    public void Reports_every_batch_and_every_epoch()
    {
        var reports = new List<TrainingProgress>();
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        History history = model.Fit(
            s_train, s_validation, epochs: 2, batchSize: 100, callbacks: [new Sink(reports.Add)], verbose: false);
        Assert.Equal(
            [(1, 100), (1, 200), (1, 200), (2, 100), (2, 200), (2, 200), (2, 200)],
            reports.Select(report => (report.Epoch, report.Seen)));
        Assert.Equal([2, 5], Enumerable.Range(0, 7).Where(i => reports[i].IsValidating));
        Assert.Equal([0, 0, 0, 1, 1, 1, 2], reports.Select(report => report.History.Count));
        Assert.All(reports, report => Assert.Equal((2, 200, 70), (report.Epochs, report.TrainImages, report.ValidationImages)));
        Assert.Equal(history, reports[^1].History);
        Assert.Equal(reports[5].Loss, history[1].Loss);
        Assert.Equal(reports[5].Accuracy, history[1].Accuracy);
    }

    private static (double, double, double?, double?) Figures(EpochRecord record) =>
        (record.Loss, record.Accuracy, record.ValLoss, record.ValAccuracy);

    private static float[] WeightsOf(nn.Module model) =>
        [.. model.parameters().SelectMany(p => p.contiguous().data<float>().ToArray())];

    private static void Message(string expected, Func<object> call) =>
        Assert.Contains(expected, Assert.ThrowsAny<ArgumentException>(call).Message, StringComparison.Ordinal);

    private sealed class Sink(Action<TrainingProgress> action) : Callback
    {
        public override void OnTrainBatchEnd(TrainingContext training) => action(training.Progress);

        public override void OnTestBatchEnd(EvaluationContext test) =>
            action(test.Training!.Progress with { IsValidating = true });

        public override void OnTrainEnd(TrainingContext training) => action(training.Progress);
    }

    /// <summary>A convolution whose maps are averaged: the output is not that of the last layer.</summary>
    private sealed class MeanOfPlaces : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d _layer = nn.Conv2d(1, 4, 3);

        public MeanOfPlaces()
            : base("mean") => RegisterComponents();

        public override Tensor forward(Tensor input) => _layer.call(input.reshape(-1, 1, 8, 8)).mean([2, 3]);
    }

    /// <summary>A model that shows what it is given, with a weight so that there is something to train.</summary>
    private sealed class Probe : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _layer = nn.Linear(1, 2);
        private readonly Action<Tensor> _seen;

        public Probe(Action<Tensor> seen)
            : base("probe")
        {
            _seen = seen;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            _seen(input);
            return _layer.call(input.flatten(1));
        }
    }
}
