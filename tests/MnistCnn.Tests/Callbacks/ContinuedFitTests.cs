using MnistCnn;
using MnistCnn.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Callbacks;

/// <summary>A run that is interrupted, saved, loaded into a new model and continued, against one that was not.</summary>
public sealed class ContinuedFitTests : IDisposable
{
    private static readonly (Tensor X, Tensor Y) s_train = TinyImages.Make(70, seed: 1);
    private static readonly (Tensor X, Tensor Y) s_validation = TinyImages.Make(30, seed: 2);
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string, bool> Runs
    {
        get
        {
            var runs = new TheoryData<string, string, bool>();
            foreach (bool accelerated in new[] { true, false })
            {
                runs.Add("Adam", "", accelerated);
                runs.Add("Adam", "OneCycle WeightAveraging", accelerated);
                runs.Add("Sgd", "", accelerated);
                runs.Add("Sgd", "OneCycle WeightAveraging augmentation", accelerated);
                runs.Add("AdamW", "CosineDecay WeightAveraging", accelerated);
                runs.Add("RmsProp", "ExponentialDecay augmentation", accelerated);
                runs.Add("CenteredRmsProp", "OneCycle", accelerated);
            }

            return runs;
        }
    }

    public void Dispose()
    {
        CpuAcceleration.IsEnabled = true;
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Gives_the_same_weights_and_history_bit_for_bit(string optimizer, string options, bool accelerated)
    {
        CpuAcceleration.IsEnabled = accelerated;
        Sequential whole = Model(optimizer);
        History expected = Fit(whole, options, initialEpoch: 0, epochs: 4);

        // Saved by a callback in the middle of a run of the same length, which its schedule depends on.
        string path = _folder.File("run-{epoch}.safetensors");
        Sequential interrupted = Model(optimizer);
        Fit(interrupted, options, 0, 4, new ModelCheckpoint(path), new StopAfter(2));
        Sequential resumed = Model(optimizer, seed: 99);
        resumed.Fit(s_train, verbose: false);
        Checkpoint checkpoint = resumed.LoadCheckpoint(_folder.File("run-2.safetensors"));
        Assert.Equal((2, 0L), (checkpoint.Epoch, checkpoint.StepsSince));
        History actual = Fit(resumed, options, checkpoint.Epoch, 4);

        Assert.Equal(expected.Skip(2).Select(Figures), actual.Select(Figures));
        Assert.Equal(Tensors(whole), Tensors(resumed));

        // And without a file: a second call of Fit goes on where the first ended.
        History second = Fit(interrupted, options, 2, 4);
        Assert.Equal(expected.Skip(2).Select(Figures), second.Select(Figures));
        Assert.Equal(Tensors(whole), Tensors(interrupted));
    }

    [Fact]
    public void Averages_of_batch_normalisation_go_on_too()
    {
        static Sequential Normalised() => nn.Sequential(
            ("conv2d_1", nn.Conv2d(1, 4, 3)), ("bn_1", nn.BatchNorm2d(4)), ("relu_1", nn.ReLU()), ("dropout_1", nn.Dropout(0.25)),
            ("flatten_1", nn.Flatten()), ("dense_1", nn.Linear(144, 4)), ("softmax_1", nn.Softmax(1)))
                .Compile(TinyImages.Shape, seed: 3);
        Sequential whole = Normalised(), first = Normalised(), second = Normalised();
        Fit(whole, "WeightAveraging OneCycle", 0, 3);
        Fit(first, "WeightAveraging OneCycle", 0, 3, new StopAfter(1));
        first.SaveCheckpoint(_folder.File("a.safetensors"));
        Fit(second, "WeightAveraging OneCycle", second.LoadCheckpoint(_folder.File("a.safetensors")).Epoch, 3);
        Assert.Equal(Tensors(whole), Tensors(second));
        Assert.Contains("bn_1.running_var", whole.state_dict().Keys);
    }

    private static Sequential Model(string optimizer, long seed = 3) => TinyImages.Model().Compile(
        TinyImages.Shape,
        optimizer switch
        {
            "Adam" => new MnistCnn.Adam(0.01),
            "AdamW" => new MnistCnn.AdamW(0.01, 0.1),
            "Sgd" => new Sgd(0.05, momentum: 0.9, nesterov: true),
            "RmsProp" => new RmsProp(0.01),
            _ => new RmsProp(0.01, momentum: 0.5, centered: true),
        },
        seed: seed);

    private static History Fit(
        Sequential model, string options, int initialEpoch, int epochs, params Callback[] more) => model.Fit(
        s_train, s_validation, epochs, batchSize: 16, seed: 7, initialEpoch: initialEpoch, verbose: false,
        augmentation: options.Contains("augmentation", StringComparison.Ordinal) ? new() { Rotation = 10, Shift = 1 } : null,
        callbacks:
        [
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(name => name != "augmentation")
                .Select(name => (Callback)(name switch
                {
                    "OneCycle" => new OneCycle(0.05),
                    "CosineDecay" => new CosineDecay(),
                    "ExponentialDecay" => new ExponentialDecay(0.7),
                    _ => new WeightAveraging(0.9),
                })),
            .. more,
        ]);

    private static (double, double, double?, double?, double?) Figures(EpochRecord record) =>
        (record.Loss, record.Accuracy, record.ValLoss, record.ValAccuracy, record.LearningRate);

    private static IEnumerable<float[]> Tensors(nn.Module model) =>
        model.state_dict().Values.Select(tensor => tensor.to(float32).contiguous().data<float>().ToArray());

    private sealed class StopAfter(int epoch) : Callback
    {
        public override void OnEpochEnd(TrainingContext run, EpochRecord record)
        {
            if (record.Epoch == epoch)
            {
                run.StopTraining();
            }
        }
    }
}
