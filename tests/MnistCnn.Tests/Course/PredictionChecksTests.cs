using MnistCnn;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using Check = MnistCnn.Course.Check;
using Prepared = MnistCnn.Course.Prepared;

namespace MnistCnn.Tests.Course;

/// <summary>What a student may work out from a network's predictions.</summary>
public sealed class PredictionChecksTests : IDisposable
{
    private static readonly Tensor s_x = (Answers.RawTest[..1000].to(float32) / 255).unsqueeze(-1).DetachFromDisposeScope();
    private static readonly Tensor s_y = Answers.TestLabels[..1000].ToCategorical(10).DetachFromDisposeScope();
    private static readonly Tensor s_truth = s_y.argmax(1).DetachFromDisposeScope();
    private static readonly Lazy<Sequential> s_model = new(() => Prepared.Model(1));
    private static readonly Lazy<Tensor> s_p = new(() => s_model.Value.Predict(s_x).DetachFromDisposeScope());

    private readonly DisposeScope _scope = NewDisposeScope();

    private static Tensor P => s_p.Value;

    private static Tensor Predicted => P.argmax(1);

    private static Tensor Errors => Predicted != s_truth;

    private static Tensor Wrong => Errors.nonzero().flatten();

    private static Tensor Margin => P.amax(1) - (P * s_y).sum(1);

    private static Tensor Largest => Wrong[Margin[Wrong].argsort(descending: true)[..6]];

    private static AnswerTable Table { get; } = new AnswerTable()
        .Right(() => Labels(P, P.argmax(1), s_y.argmax(1)), "each of the 1,000 test images")
        .Right(() => Labels(ByForward(), ByForward().max(1).indexes, Answers.TestLabels[..1000]))
        .Right(() => Labels(P.to(float64), P.topk(1, 1).indexes.squeeze(1), s_y.nonzero()[.., 1]))
        .Right(() => Labels(P, P.argsort(1, descending: true)[.., 0].to(int32), s_truth.to(uint8)))
        .Right(() => Labels(P, tensor([.. Enumerable.Range(0, 1000).Select(i => P[i].argmax().item<long>())]), s_truth))
        .Right(() => Labels(cat([s_model.Value.Predict(s_x[..600]), s_model.Value.Predict(s_x[600..])]), Predicted, s_truth))
        .Wrong(() => Check.Predictions(null, s_x, s_y, P, Predicted, s_truth), "no model", "Build")
        .Wrong(() => Labels(P, null, null), "y_pred, y_true are still empty", "one after the other")
        .Wrong(() => Labels(P[..100], Predicted, s_truth), "Y_pred is (100, 10); expected (1000, 10)", "each image of X_test")
        .Wrong(() => Labels(P.log(), Predicted, s_truth), "not what the network in model says", "with the sum 1")
        .Wrong(() => Labels(Prepared.Model(2).Predict(s_x), Predicted, s_truth), "not what the network", "trained since")
        .Wrong(() => Labels(P, P.argmax(0), s_truth), "y_pred is (10,); expected (1000,)", "axis 1 the digits")
        .Wrong(() => Labels(P, P.argmax(), s_truth), "y_pred is ()", "along which")
        .Wrong(() => Labels(P, P.argmax(1, keepdim: true), s_truth), "y_pred is (1000, 1)", "along which")
        .Wrong(() => Labels(P, P.amax(1), s_truth), "y_pred is Float32", "whole numbers")
        .Wrong(() => Labels(P, P.argmin(1), s_truth), "y_pred is not the digit", "largest probability")
        .Wrong(() => Labels(P, Predicted + 5, s_truth), "y_pred is not the digit", "largest probability")
        .Wrong(() => Labels(P, Predicted, Predicted), "y_true is not the digit", "the 1 in its row")
        .Wrong(() => Labels(P, Predicted, s_y), "y_true is (1000, 10)", "along which")
        .Right(() => Found(Errors, Margin, Largest), "and the largest of them found")
        .Right(() => Found(Errors.to(float32), Margin, Largest.flip(0)))
        .Right(() => Found(Predicted.ne(s_truth), Margin[Errors], Margin.topk(6).indexes))
        .Right(() => Found(~(Predicted == s_truth), P.gather(1, Predicted.unsqueeze(1)).squeeze(1)
            - P.gather(1, s_truth.unsqueeze(1)).squeeze(1), Margin.argsort()[^6..].to(int32)))
        .Right(() => Found((Predicted - s_truth) != 0, P.amax(1) - P[arange(1000), s_truth], (Margin * Errors).topk(6).indexes))
        .Right(() => Found(ByLoop(), Margin, tensor(
            [.. Wrong.data<long>().OrderByDescending(i => Margin[i].item<float>()).Take(6)])))
        .Wrong(() => Found(Errors, Margin, null), "largest is still empty", "one after the other")
        .Wrong(() => Check.LargestErrors(s_model.Value, null, s_y, Errors, Margin, Largest), "X_test is still empty", "task 1")
        .Wrong(() => Found(Wrong, Margin, Largest), "errors is (", "A mask has true or false")
        .Wrong(() => Found(Predicted == s_truth, Margin, Largest), "true where the network is right", "labels differ")
        .Wrong(() => Found(Predicted > s_truth, Margin, Largest), "errors does not mark", "Compare y_pred with y_true")
        .Wrong(() => Found(Errors, -Margin, Largest), "wrong sign", "less that of the true digit")
        .Wrong(() => Found(Errors, P.amax(1), Largest), "margin is not how far", "less that of the true digit")
        .Wrong(() => Found(Errors, P - s_y, Largest), "margin is (1000, 10)", "Of each image")
        .Wrong(() => Found(Errors, Margin, Margin[Errors].argsort(descending: true)[..6]), "among the errors", "Which image")
        .Wrong(() => Found(Errors, Margin, Wrong[Margin[Wrong].argsort()[..6]]), "the smallest errors", "Which end")
        .Wrong(() => Found(Errors, Margin, Wrong[..6]), "not hold the errors with the largest", "Sort the margins")
        .Wrong(() => Found(Errors, Margin, Largest[0].expand(6)), "not hold the errors with the largest", "Sort")
        .Wrong(() => Found(Errors, Margin, Largest[..3]), "Int64 of shape (3,)", "the positions of 6 images")
        .Wrong(() => Found(Errors, Margin, Margin[Largest]), "Float32 of shape (6,)", "whole numbers")
        .Wrong(() => Found(Errors, Margin, Largest + 5000), "not hold the errors with the largest", "Sort");

    public static TheoryData<string> Rights => Table.Rights;

    public static TheoryData<string> Wrongs => Table.Wrongs;

    public void Dispose() => _scope.Dispose();

    [Theory]
    [MemberData(nameof(Rights))]
    public void A_right_answer_passes(string source) => Table.Try(source);

    [Theory]
    [MemberData(nameof(Wrongs))]
    public void A_wrong_answer_is_told_why(string source) => Table.Try(source);

    private static MnistCnn.Course.CheckResult Labels(Tensor? p, Tensor? predicted, Tensor? truth) =>
        Check.Predictions(s_model.Value, s_x, s_y, p, predicted, truth);

    private static MnistCnn.Course.CheckResult Found(Tensor? errors, Tensor? margin, Tensor? largest) =>
        Check.LargestErrors(s_model.Value, s_x, s_y, errors, margin, largest);

    private static Tensor ByForward()
    {
        using var off = no_grad();
        return s_model.Value.forward(s_x.permute(0, 3, 1, 2));
    }

    private static Tensor ByLoop() =>
        tensor([.. Predicted.data<long>().Zip(s_truth.data<long>()).Select(pair => pair.First != pair.Second)]);
}
