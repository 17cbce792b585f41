using MnistCnn;
using MnistCnn.Course;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Check = MnistCnn.Course.Check;

namespace MnistCnn.Tests.Course;

public sealed class TrainingChecksTests : IDisposable
{
    private static readonly MnistCnn.Shape s_image = new(28, 28, 1);
    private static readonly Tensor s_images = (Answers.RawTrain[..1500].to(float32) / 255).unsqueeze(-1).DetachFromDisposeScope();
    private static readonly Tensor s_targets = Answers.TrainLabels[..1500].ToCategorical(10).DetachFromDisposeScope();
    private static readonly Tensor s_xVal =
        (Answers.RawTrain[2000..2300].to(float32) / 255).unsqueeze(-1).DetachFromDisposeScope();
    private static readonly Tensor s_yVal = Answers.TrainLabels[2000..2300].ToCategorical(10).DetachFromDisposeScope();

    private readonly DisposeScope _scope = NewDisposeScope();

    public TrainingChecksTests() => Answers.UseSmall();

    private static Tensor XTest => (Answers.Small.Test.Images.to(float32) / 255).unsqueeze(-1);

    private static Tensor YTest => Answers.Small.Test.Labels.ToCategorical(10);

    private static AnswerTable Table { get; } = new AnswerTable()
        .Right(() => Trained(1, Fitted(Prepared.NewModel(1))), "val_acc 0.")
        .Right(() => Trained(1, Looped(Prepared.NewModel(1))), "on 300 validation images")
        .Right(() => Trained(1, Looped(Plain(), permute: true)), "on 300 validation images")
        .Right(() => Trained(1, Looped(Plain(softmax: false), permute: true)))
        .Right(() => Trained(1, Looped(Compiled(new Own()))))
        .Right(() => Trained(1, Looped(new Own(), permute: true)))
        .Right(() => Trained(1, Looped(new Own(turns: true))))
        .Right(() => Trained(1, Fitted(new Own())))
        .Right(() => Trained(3, Prepared.Model(3)), "loaded")
        .Right(() => Check.Trained(1, Prepared.Model(1), null, null), "loaded")
        .Wrong(() => Trained(1, null), "no model", "go_on cell")
        .Wrong(() => Trained(1, Prepared.NewModel(1)), "has not been trained", "loop of your own")
        .Wrong(() => Trained(1, Plain()), "has not been trained", "model.Fit")
        .Wrong(() => Trained(1, new Own(turns: true)), "has not been trained", "model.Fit")
        .Wrong(() => Trained(2, Prepared.NewModel(1)),
            "another section, with one convolution and one dense layer", "what was built last")
        .Wrong(() => Trained(1, Prepared.NewModel(3)), "another section, with two convolutions", "build this section's")
        .Wrong(() => Trained(3, Compiled(Prepared.Model(3))), "has not been trained", "Compile")
        .Wrong(() => Check.Trained(1, Prepared.NewModel(1), null, s_yVal), "X_val is still empty", "Split")
        .Wrong(() => Trained(1, Fitted(Prepared.NewModel(1), validation: false)), "validation figures are missing", "validation:")
        .Wrong(() => Trained(1, Fitted(Prepared.NewModel(1), shuffled: true)), "hardly learnt", "belong together")
        .Wrong(() => Trained(1, FittedWithTest()),
            "The validation images that Fit was given are the test images", "worst of mistakes");

    public static TheoryData<string> Rights => Table.Rights;

    public static TheoryData<string> Wrongs => Table.Wrongs;

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Rights))]
    public void A_right_answer_passes(string source) => Table.Try(source);

    [Theory]
    [MemberData(nameof(Wrongs))]
    public void A_wrong_answer_is_told_why(string source) => Table.Try(source);

    [Fact]
    public void A_check_moves_no_random_number()
    {
        TorchSharp.Modules.Sequential model = Prepared.Model(3);
        using Tensor random = torch.random.get_rng_state();
        Answers.Passes(Trained(3, model));
        using Tensor after = torch.random.get_rng_state();
        Assert.Equal(random.bytes, after.bytes);
    }

    private static CheckResult Trained(int number, Module<Tensor, Tensor>? model) => Check.Trained(number, model, s_xVal, s_yVal);

    private static TModel Compiled<TModel>(TModel model)
        where TModel : Module<Tensor, Tensor> => model.Compile(s_image, seed: 1);

    private static Module<Tensor, Tensor> Plain(bool softmax = true) => softmax
        ? Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Linear(26 * 26 * 32, 10), Softmax(1))
        : Sequential(Conv2d(1, 32, 3), ReLU(), Flatten(), Linear(26 * 26 * 32, 10));

    private static Module<Tensor, Tensor> Fitted(Module<Tensor, Tensor> model, bool validation = true, bool shuffled = false)
    {
        model.Fit(
            (s_images, shuffled ? s_targets.roll(1, 0) : s_targets), validation ? (s_xVal, s_yVal) : null,
            epochs: 1, batchSize: 64, seed: 1, verbose: false);
        return model;
    }

    private static Module<Tensor, Tensor> FittedWithTest()
    {
        Module<Tensor, Tensor> model = Prepared.NewModel(1);
        model.Fit((s_images[..64], s_targets[..64]), (XTest, YTest), epochs: 1, batchSize: 64, verbose: false);
        return model;
    }

    /// <summary>A loop as in PyTorch's tutorials, with nothing of the library.</summary>
    private static Module<Tensor, Tensor> Looped(Module<Tensor, Tensor> model, bool permute = false)
    {
        using optim.Optimizer optimizer = optim.Adam(model.parameters(), lr: 0.002);
        model.train();
        for (int start = 0; start < 1500; start += 50)
        {
            using var scope = NewDisposeScope();
            Tensor x = s_images[start..(start + 50)], y = s_targets[start..(start + 50)].argmax(1);
            optimizer.zero_grad();
            Tensor output = model.call(permute ? x.permute(0, 3, 1, 2) : x);
            bool probabilities = (output.sum(1) - 1).abs().max().item<float>() < 1e-3;
            Tensor loss = probabilities
                ? functional.nll_loss(output.clamp(1e-7, 1).log(), y)
                : functional.cross_entropy(output, y);
            loss.backward();
            optimizer.step();
        }

        return model;
    }

    private sealed class Own : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> conv = Conv2d(1, 32, 3), dense = Linear(26 * 26 * 32, 10);
        private readonly bool _turns;

        public Own(bool turns = false)
            : base(nameof(Own))
        {
            _turns = turns;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => dense.call(
            functional.relu(conv.call(_turns ? input.permute(0, 3, 1, 2) : input)).contiguous().view(-1, 26 * 26 * 32));
    }
}
