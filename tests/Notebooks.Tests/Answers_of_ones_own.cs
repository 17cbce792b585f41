using Xunit;

namespace Notebooks.Tests;

/// <summary>Answers without the library, in a notebook: a class, a loop and an <c>evaluate</c> of one's own.</summary>
public sealed class Answers_of_ones_own : IDisposable
{
    private const string Network = """
        class Net : Module<Tensor, Tensor>
        {
            private readonly Module<Tensor, Tensor> conv = Conv2d(1, 32, 3), dense = Linear(26 * 26 * 32, 10);
            public Net() : base("Net") => RegisterComponents();
            public override Tensor forward(Tensor x) => dense.call(functional.relu(conv.call(x)).view(-1, 26 * 26 * 32));
        }
        model = new Net();
        Check.Network(1, model, new Shape(28, 28, 1))
        """;

    private const string Training = """
        var optimizer = torch.optim.Adam(model.parameters(), lr: 0.002);
        for (int start = 0; start < 3000; start += 50)
        {
            var y = Y_train[start..(start + 50)].argmax(1);
            optimizer.zero_grad();
            var loss = functional.cross_entropy(model.forward(X_train[start..(start + 50)].reshape(-1, 1, 28, 28)), y);
            loss.backward();
            optimizer.step();
        }
        Check.Trained(1, model, X_val, Y_val)
        """;

    private const string Predictions = """
        Tensor Y_pred;
        using (torch.no_grad())
            Y_pred = torch.cat(X_test.reshape(-1, 1, 28, 28).split(500).Select(x => model.forward(x).softmax(1)).ToList());
        var y_pred = Y_pred.argmax(1);
        var y_true = Y_test.argmax(1);
        Check.Predictions(model, X_test, Y_test, Y_pred, y_pred, y_true)
        """;

    private const string LargestErrors = """
        var errors = y_pred.ne(y_true);
        var margin = Y_pred.amax(1) - Y_pred.gather(1, y_true.unsqueeze(1)).squeeze(1);
        var largest = margin.topk(6).indexes;
        Check.LargestErrors(model, X_test, Y_test, errors, margin, largest)
        """;

    private const string Evaluate = """
        void evaluate(Tensor X_test, Tensor Y_test)
        {
            using var off = torch.no_grad();
            var p = torch.cat(X_test.reshape(-1, 1, 28, 28).split(500).Select(x => model.forward(x).softmax(1)).ToList());
            var truth = Y_test.argmax(1).data<long>().ToArray();
            var predicted = p.argmax(1).data<long>().ToArray();
            Console.WriteLine($"Loss: {-(p * Y_test).sum(1).clamp(1e-7).log().mean().item<float>():F4}");
            Console.WriteLine($"Accuracy: {truth.Zip(predicted).Count(t => t.First == t.Second) / 100.0:F2} %");
            for (int c = 0; c < 10; c++)
            {
                double hits = truth.Zip(predicted).Count(t => t.First == c && t.Second == c);
                double precision = hits / predicted.Count(q => q == c), recall = hits / truth.Count(t => t == c);
                Console.WriteLine($"{c}: precision {precision:F3}, recall {recall:F3}");
            }

            var zero = p[torch.TensorIndex.Ellipsis, 0].contiguous().data<float>().ToArray();
            for (int bin = 0; bin < 10; bin++)
            {
                int Count(bool isZero) => Enumerable.Range(0, zero.Length)
                    .Count(i => truth[i] == 0 == isZero && Math.Min((int)(zero[i] * 10), 9) == bin);
                display($"{bin / 10.0:F1}: zeros {Count(true)}, others {Count(false)}");
            }

            for (int row = 0; row < 10; row++)
            {
                for (int column = 0; column < 10; column++)
                {
                    Console.Write($"{truth.Zip(predicted).Count(t => t.First == row && t.Second == column),5}");
                }

                Console.WriteLine();
            }

            foreach (int i in Enumerable.Range(0, truth.Length).Where(i => truth[i] != predicted[i])
                .OrderByDescending(i => p[i, predicted[i]].item<float>()).Take(6))
            {
                Console.WriteLine($"image {i}: predicted {predicted[i]}, true {truth[i]}");
            }

            display(HTML("<p>" + string.Join(" ", Enumerable.Range(0, 15)
                .Select(i => $"<img src='data:image/png;base64,iVBORw0KGgo='> {predicted[i]}")) + "</p>"));
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    /// <summary>The cells, up to the check of what was shown.</summary>
    public static string[] Cells { get; } =
    [
        SmallNotebook.LoadLibrary,
        """
        using MnistCnn.Course;
        using Tensor = TorchSharp.torch.Tensor;
        using static TorchSharp.torch.nn;

        Module<Tensor, Tensor> model;
        Check.Model(() => model);
        var ((X_train, Y_train), (X_val, Y_val), (X_test, Y_test)) = Prepared.Data();
        """,
        Network,
        Training,
        Predictions,
        LargestErrors,
        Evaluate + "\nCheck.Evaluated(model, X_test, Y_test)",
        "evaluate(X_test, Y_test);",
        "Check.Evaluated(model, X_test, Y_test)",
        "var model = new Net();",
        "Check.Network(1, model, new Shape(28, 28, 1))",
    ];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData]
    [InlineData(RealKernel.Option, RealKernel.Name)]
    public async Task Pass_the_checks_and_what_goes_wrong_is_said(params string[] kernel)
    {
        if (kernel.Length > 0)
        {
            await RealKernel.RequireAsync();
        }

        ExecutedNotebook notebook = await SmallNotebook.RunAsync(_folder.FullName, Cells, kernel);
        Assert.StartsWith("✓ The layers are right", notebook.Cells[2].Text, StringComparison.Ordinal);
        Assert.StartsWith("✓ The network is trained: accuracy 0.", notebook.Cells[3].Text, StringComparison.Ordinal);
        Assert.StartsWith("✓ A predicted and a true label", notebook.Cells[4].Text, StringComparison.Ordinal);
        Assert.EndsWith("errors, and the largest of them found.", notebook.Cells[5].Text, StringComparison.Ordinal);
        Assert.StartsWith("• Nothing of the sheet's list has been shown", notebook.Cells[6].Text, StringComparison.Ordinal);
        Assert.StartsWith("✓ Judged by all 10,000 test images", notebook.Cells[8].Text, StringComparison.Ordinal);
        Assert.StartsWith("• This network is in a second variable", notebook.Cells[10].Text, StringComparison.Ordinal);
    }
}
