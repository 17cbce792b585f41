using Microsoft.DotNet.Interactive.Formatting;
using MnistCnn;
using MnistCnn.Course;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using Check = MnistCnn.Course.Check;

namespace MnistCnn.Tests.Course;

/// <summary>What a student's <c>evaluate</c> may show, by the library or by hand.</summary>
public sealed class EvaluationChecksTests : IDisposable
{
    private static readonly Tensor s_x = (Answers.RawTest[..300].to(float32) / 255).unsqueeze(-1).DetachFromDisposeScope();
    private static readonly Tensor s_y = Answers.TestLabels[..300].ToCategorical(10).DetachFromDisposeScope();
    private static readonly Lazy<Sequential> s_model = new(() => Prepared.Model(1));

    private readonly DisposeScope _scope = NewDisposeScope();

    public EvaluationChecksTests() => ShownOutputs.Clear();

    private static Sequential Model => s_model.Value;

    private static Evaluation Judged => Model.Evaluate(s_x, s_y);

    private static AnswerTable Table { get; } = new AnswerTable()
        .Right(() => After(() =>
        {
            Evaluation e = Judged;
            Print($"Test loss:     {e.Loss:F4}\nTest accuracy: {e.Accuracy:F4}\n");
            Show(e.ClassificationReport(), e.PlotProbability(0), e.ConfusionMatrix().Plot(), e.LargestErrors(6).PlotErrors());
            Show(e.FirstPredictions(15).PlotPredictions());
        }), "accuracy 0.9")
        .Right(() => After(() =>
        {
            Evaluation e = Judged;
            Print(e.ToString());
            Show(e.ClassificationReport(3), e.PlotProbability(1), e.PlotProbability(0), e.ConfusionMatrix());
            Show(e.LargestErrors(6).Reverse().ToArray(), e.FirstPredictions(5));
            Show([.. Enumerable.Range(5, 10).Select(i => e[i])]);
        }))
        .Right(() => After(() => ByHand()))
        .Right(() => After(() => ByHand(german: true)))
        .Right(() => After(() => ByHand(percent: true)))
        .Right(() => After(() => ByHand(html: true)))
        .Right(() => After(() => ByHand(views: true)))
        .Right(() => After(() => AllOf(Judged)))
        .Right(() => After(() => OnTensors(amongErrors: false)))
        .Right(() => After(() => OnTensors(amongErrors: true)))
        .Wrong(() => After(() => { }), "Nothing of the sheet's list", "still empty")
        .Wrong(() => After(() =>
        {
            Evaluation e = Judged;
            _ = (e.ClassificationReport(), e.ConfusionMatrix(), e.LargestErrors(6), e.FirstPredictions(15));
        }), "Nothing of the sheet's list", "only computed")
        .Wrong(() => After(() => _ = s_y.argmax(1)), "Nothing of the sheet's list", "still empty")
        .Wrong(() => After(() => Model.Predict(s_x)), "Nothing of the sheet's list", "still empty")
        .Wrong(() => After(() => AllOf(Prepared.Model(2).Evaluate(s_x, s_y))), "does not show the loss", "mean of -log p")
        .Wrong(() => After(() => AllOf(Model.Evaluate(s_x[..100], s_y[..100]))), "all 300 test images", "log p")
        .Wrong(() => After(() => AllOf(Model.Evaluate(s_x, s_y.roll(1, 0)))), "does not show the accuracy", "log p")
        .Wrong(() => After(() => AllOf(Judged, without: "loss")), "the loss", "two decimals")
        .Wrong(() => After(() => AllOf(Judged, without: "report")), "the classification report", "precision")
        .Wrong(() => After(() => AllOf(Judged, without: "probability")), "the probability of being a zero yet", "true zeros")
        .Wrong(() => After(() => AllOf(Judged, without: "probability", digit: 1)), "that of another digit", "digit 0")
        .Wrong(() => After(() => AllOf(Judged, without: "matrix")), "the confusion matrix", "Row by row")
        .Wrong(() => After(() =>
        {
            AllOf(Judged, without: "matrix");
            Show(new ConfusionMatrix(Model.Predict(s_x).argmax(1), s_y.argmax(1)));
        }), "with the true digits in its rows", "Row by row")
        .Wrong(() => After(() => AllOf(Judged, without: "errors")), "largest errors", "surest")
        .Wrong(() => After(() =>
        {
            AllOf(Judged, without: "errors");
            Tensor p = Model.Predict(s_x), wrong = (p.argmax(1) != s_y.argmax(1)).nonzero().flatten();
            Show(ImagePrediction.FromTensors(wrong, s_x.flip(2), p.argmax(1), s_y.argmax(1), p).PlotErrors());
        }), "as many largest errors", "surest")
        .Wrong(() => After(() => AllOf(Judged, errors: 3)), "3 so far", "predicted and the true label")
        .Wrong(() => After(() => AllOf(Judged, without: "first")), "first test images", "as an image")
        .Wrong(() => After(() => AllOf(Judged, first: 10)), "(10 so far)", "as an image");

    public static TheoryData<string> Rights => Table.Rights;

    public static TheoryData<string> Wrongs => Table.Wrongs;

    public void Dispose()
    {
        ShownOutputs.Clear();
        _scope.Dispose();
    }

    [Theory]
    [MemberData(nameof(Rights))]
    public void A_right_answer_passes(string source) => Table.Try(source);

    [Theory]
    [MemberData(nameof(Wrongs))]
    public void A_wrong_answer_is_told_why(string source) => Table.Try(source);

    [Fact]
    public void What_is_there_is_said_first()
    {
        Answers.Fails(Check.Evaluated(null, s_x, s_y), "no model", "Build");
        Answers.Fails(Check.Evaluated(Model, null, null), "X_test, Y_test are still empty", "task 1");
    }

    [Fact]
    public void Training_on_makes_what_was_shown_before_count_no_more()
    {
        Sequential model = Prepared.Model(1);
        AllOf(model.Evaluate(s_x, s_y));
        Answers.Passes(Check.Evaluated(model, s_x, s_y));
        model.Fit((s_x[..128], s_y[..128]), epochs: 2, verbose: false);
        Answers.Fails(Check.Evaluated(model, s_x, s_y), "does not show the loss", "log p");
    }

    [Theory]
    [InlineData(1000, 1e-7, true)]
    [InlineData(30, 1e-7, true)]
    [InlineData(30, 0, true)]
    [InlineData(30, 0.5, false)]
    [InlineData(1000, 0.5, false)]
    public void The_loss_may_be_computed_with_Keras_bound_or_without(double factor, double bound, bool passes)
    {
        using Sequential model = Prepared.Model(1);
        using (no_grad())
        {
            model.parameters().ToList()[^2].mul_(factor);
        }

        double loss = -(model.Predict(s_x) * s_y).sum(1).clamp(min: bound).log().mean().item<float>();
        AllOf(model.Evaluate(s_x, s_y), without: "loss");
        Print(FormattableString.Invariant($"{loss:F4}"));
        CheckResult result = Check.Evaluated(model, s_x, s_y);
        Assert.True(result.Passed == passes, result.ToString());
    }

    [Fact]
    public void A_result_is_one_line_in_words_and_in_html()
    {
        CheckResult wrong = Check.ImageShape([28, 28]);
        Assert.Equal("• shape_ord is (28, 28). Hint: One image has three axes: rows, columns and channels.",
            wrong.ToDisplayString("text/plain"));
        string html = wrong.ToDisplayString("text/html");
        Assert.Contains("<em>Hint: One image", html, StringComparison.Ordinal);
        Assert.Contains("background:#9a6700;color:#ffffff", html, StringComparison.Ordinal);
        Assert.Contains(
            "background:#1a7f37", Check.ImageShape([28, 28, 1]).ToDisplayString("text/html"), StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;", new CheckResult(true, "<b>").ToDisplayString("text/html"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loss 0.0651, accuracy 0.98", 0.0651, 0.98)]
    [InlineData("Verlust: 0,0651 (98,1 %)", 0.0651, 0.981)]
    [InlineData("[0,9,8] and [1, 2]", 0.0, 9.0, 8.0, 1.0, 2.0)]
    [InlineData("10,000 of 12.345", 10_000.0, 12_345.0)]
    [InlineData("x28 -1.5e-3, 7.", -0.0015, 7.0)]
    [InlineData("<td style='padding:5px'>0.98</td><td>1010</td>", 0.98, 1010.0)]
    public void Numbers_are_read_as_they_were_meant(string text, params double[] expected)
    {
        Print(text);
        Assert.Equal(expected.Length, ShownOutputs.Numbers.Count);
        Assert.True(ShownOutputs.Shows(ShownOutputs.Numbers, expected, 1e-9));
    }

    private static CheckResult After(Action evaluate)
    {
        evaluate();
        return Check.Evaluated(Model, s_x, s_y);
    }

    /// <summary>As the end of a cell or <c>display</c> does.</summary>
    private static void Show(params object[] results)
    {
        foreach (object result in results)
        {
            result.ToDisplayString("text/html");
            Print(result.ToDisplayString("text/plain"));
        }
    }

    private static void Print(string text) => ShownOutputs.AddText(text + "\n");

    private static void AllOf(Evaluation e, string without = "", int errors = 6, int first = 15, int? digit = null)
    {
        (string Part, Action Show)[] parts =
        [
            ("loss", () => Print(FormattableString.Invariant($"{e.Loss:F4} {e.Accuracy:F4}"))),
            ("report", () => Show(e.ClassificationReport())),
            ("probability", () => Show(e.PlotProbability(0))),
            ("matrix", () => Show(e.ConfusionMatrix().Plot())),
            ("errors", () => Show(e.LargestErrors(errors))),
            ("first", () => Show(e.FirstPredictions(first))),
        ];
        foreach ((string part, Action show) in parts)
        {
            if (part != without)
            {
                show();
            }
            else if (digit is { } other)
            {
                Show(e.PlotProbability(other));
            }
        }
    }

    /// <summary>As in the solution, or as on the sheet, where the errors are a set of their own.</summary>
    private static void OnTensors(bool amongErrors)
    {
        Tensor p = Model.Predict(s_x), predicted = p.argmax(1), truth = s_y.argmax(1), pTrue = (p * s_y).sum(1);
        Tensor wrong = predicted != truth, margin = p.amax(1) - pTrue, positions = wrong.nonzero().flatten();
        Print(FormattableString.Invariant($"{-pTrue.log().mean().item<float>():F4}"));
        Print(FormattableString.Invariant($"{(predicted == truth).to(float32).mean().item<float>():F4}"));
        var matrix = new ConfusionMatrix(truth, predicted);
        Show(new ClassificationReport(matrix), ProbabilityChart.Plot(0, p[.., 0], truth == 0), matrix.Plot());
        Tensor largest = margin[wrong].argsort(descending: true)[..6];
        IReadOnlyList<ImagePrediction> errors = amongErrors
            ? ImagePrediction.FromTensors(largest, s_x[wrong], predicted[wrong], truth[wrong], p[wrong])
            : ImagePrediction.FromTensors(positions[largest], s_x, predicted, truth, p);
        Show(errors.PlotErrors());
        Show(ImagePrediction.FromTensors(arange(15), s_x, predicted, truth, p).PlotPredictions());
    }

    /// <summary>Plain TorchSharp and loops: nothing of the library.</summary>
    private static void ByHand(bool german = false, bool percent = false, bool html = false, bool views = false)
    {
        using var off = no_grad();
        Model.eval();
        Tensor p = Model.forward(s_x.permute(0, 3, 1, 2));
        int[] predicted = [.. p.argmax(1).data<long>().Select(label => (int)label)];
        int[] truth = [.. s_y.argmax(1).data<long>().Select(label => (int)label)];
        double loss = -(s_y * p.clamp(1e-7, 1).log()).sum(1).mean().item<float>();
        double accuracy = p.argmax(1).eq(s_y.argmax(1)).to(float32).mean().item<float>();
        var culture = System.Globalization.CultureInfo.GetCultureInfo(german ? "de-DE" : "");
        string Text(FormattableString text) => text.ToString(culture);
        Print(percent ? Text($"loss={loss:F3} accuracy={accuracy * 100:F1}%") : Text($"loss {loss:F4}, accuracy {accuracy:F3}"));
        if (views)
        {
            var matrix = new ConfusionMatrix(s_y.argmax(1), p.argmax(1));
            Show(matrix, new ClassificationReport(matrix), ProbabilityChart.Plot(0, p[.., 0], s_y.argmax(1) == 0));
        }
        else
        {
            for (int c = 0; c < 10; c++)
            {
                double hits = truth.Zip(predicted).Count(pair => pair.First == c && pair.Second == c);
                double precision = hits / predicted.Count(label => label == c), recall = hits / truth.Count(label => label == c);
                Print(html ? Text($"<tr><td>{c}</td><td>{precision:F2}</td><td>{recall:F2}</td></tr>")
                    : Text($"digit {c}: precision {precision:F2}, recall {recall:F2}"));
            }

            float[] zero = [.. p[TensorIndex.Ellipsis, 0].contiguous().data<float>()];
            for (int bin = 0; bin < 10; bin++)
            {
                int Count(bool isZero) =>
                    zero.Where((v, i) => truth[i] == 0 == isZero && Math.Clamp((int)(v * 10), 0, 9) == bin).Count();
                Print(Text($"{bin / 10.0:F1} to {(bin + 1) / 10.0:F1}: {Count(true)} zeros, {Count(false)} others"));
            }

            for (int row = 0; row < 10; row++)
            {
                int[] counts = [.. Enumerable.Range(0, 10).Select(c => truth.Zip(predicted).Count(pair => pair == (row, c)))];
                Print(html ? $"<tr><td>{string.Join("</td><td>", counts)}</td></tr>" : string.Join(' ', counts));
            }
        }

        int[] errors = [.. Enumerable.Range(0, 300).Where(i => predicted[i] != truth[i])];
        foreach (int i in errors.OrderByDescending(i => p[i, predicted[i]].item<float>()).Take(6))
        {
            Print($"image {i}: predicted {predicted[i]}, true {truth[i]}");
        }

        for (int i = 0; i < 15; i++)
        {
            Print(html ? $"<img src='data:image/png;base64,AAAA'> {predicted[i]}" : $"image {i}: {predicted[i]}");
            if (!html)
            {
                Show(new GrayImage(28, 28, s_x[i].reshape(784).data<float>().ToArray()));
            }
        }
    }
}
