using Xunit;

namespace Notebooks.Tests;

[CollectionDefinition(nameof(PageTraining))]
public sealed class PageTraining : ICollectionFixture<TrainingRun>;

/// <summary>A small training for the page as a notebook shows it, and the same network in TorchSharp for one batch.</summary>
public sealed class TrainingRun : IAsyncLifetime
{
    private const string Data = """
        var ((X_train, y_train), (X_test, y_test)) = Mnist.Load();
        (torch.Tensor X, torch.Tensor Y) Few(torch.Tensor x, torch.Tensor y, int count) =>
            (x[..count].to(torch.float32).reshape(-1, 28, 28, 1) / 255, y[..count].ToCategorical(10));
        new BrowserTraining(Few(X_train, y_train, 1000), Few(X_test, y_test, 200))
        """;

    /// <summary>The weights in the script's order: a filter's row by row, the channels of a place side by side.</summary>
    /// <remarks>In 64 bits: on some processors libtorch's 32-bit convolutions pass wrong gradients back.</remarks>
    private const string Torch = """
        using static TorchSharp.torch.nn;
        torch.manual_seed(4);
        var network = Sequential(
            ("a", Conv2d(1, 4, 5)), ("b", ReLU()), ("c", MaxPool2d(2)), ("d", Conv2d(4, 8, 3)), ("e", ReLU()),
            ("f", MaxPool2d(2)), ("g", Flatten()), ("h", Linear(200, 10)));
        network.to(torch.float64);
        var (x, labels) = (X_test[..16].to(torch.float64).reshape(-1, 1, 28, 28) / 255, y_test[..16].to(torch.int64));
        float[] Numbers(torch.Tensor values)
        {
            values = values.detach().to(torch.float32);
            values = values.dim() == 4 ? values.permute(0, 2, 3, 1)
                : values.dim() == 2 ? values.reshape(10, 8, 5, 5).permute(0, 2, 3, 1) : values;
            return values.contiguous().data<float>().ToArray();
        }
        float[][] All(Func<TorchSharp.Modules.Parameter, torch.Tensor> which) =>
            network.parameters().Select(parameter => Numbers(which(parameter))).ToArray();
        var weights = All(parameter => parameter);
        float[][] gradients = null;
        double first = 0;
        var sgd = torch.optim.SGD(network.parameters(), 0.5, momentum: 0.9);
        for (int step = 0; step < 2; step++)
        {
            sgd.zero_grad();
            var loss = functional.cross_entropy(network.call(x), labels);
            loss.backward();
            gradients ??= All(parameter => parameter.grad);
            first = step == 0 ? loss.item<double>() : first;
            sgd.step();
        }
        Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(new
        {
            Labels = labels.data<long>().ToArray(), Images = x.to(torch.float32).contiguous().data<float>().ToArray(),
            Weights = weights, Loss = first, Gradients = gradients, Rate = 0.5, After = All(parameter => parameter),
        }));
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    /// <summary>The output.</summary>
    internal string Html { get; private set; } = "";

    /// <summary>A file with what TorchSharp computed.</summary>
    internal string TorchFile => Path.Combine(_folder.FullName, "torch.json");

    public async ValueTask InitializeAsync()
    {
        ExecutedNotebook notebook = await SmallNotebook.RunAsync(_folder.FullName, SmallNotebook.LoadLibrary, Data, Torch);
        Html = ExecutedCell.Join(notebook[2].Outputs[0]["data"]?["text/html"]);
        await File.WriteAllTextAsync(TorchFile, notebook[3].Text);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
