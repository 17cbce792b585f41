using Microsoft.DotNet.Interactive.Formatting;
using MnistCnn;
using MnistCnn.Course;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using Check = MnistCnn.Course.Check;

namespace MnistCnn.Tests.Checks;

public sealed class TrainingCheckTests : IDisposable
{
    private static readonly Tensor s_images = (Answers.RawTrain[..2000].to(float32) / 255).unsqueeze(-1).DetachFromDisposeScope();
    private static readonly Tensor s_targets = Answers.TrainLabels[..2000].ToCategorical(10).DetachFromDisposeScope();
    private static readonly Tensor s_testImages = (Answers.RawTest[..300].to(float32) / 255).unsqueeze(-1).DetachFromDisposeScope();
    private static readonly Tensor s_testTargets = Answers.TestLabels[..300].ToCategorical(10).DetachFromDisposeScope();

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;
        _scope.Dispose();
    }

    [Fact]
    public void A_network_that_was_trained_a_little_or_loaded_passes()
    {
        Sequential model = Prepared.NewModel(1);
        model.Fit((s_images, s_targets), (s_testImages, s_testTargets), epochs: 1, batchSize: 64, seed: 1, verbose: false);
        Answers.Passes(Check.Trained(1, model));
        Answers.Passes(Check.Trained(3, Prepared.Model(3)));
    }

    [Fact]
    public void A_network_that_was_not_trained_or_not_well()
    {
        Sequential model = Prepared.NewModel(1);
        Answers.Fails(Check.Trained(1, null), "no model", "go_on cell");
        Answers.Fails(Check.Trained(1, model), "has not been trained", "model.Fit");
        Answers.Fails(Check.Trained(2, model), "another section", "Build");
        model.Fit((s_images[..64], s_targets[..64]), epochs: 1, batchSize: 64, seed: 1, verbose: false);
        Answers.Fails(Check.Trained(1, model), "validation figures are missing", "validation:");
        model.Compile([28, 28, 1], seed: 1);
        Answers.Fails(Check.Trained(1, model), "has not been trained", "Compile");
        model.Fit((s_images[..64], s_targets[..64].flip(0)), (s_testImages, s_testTargets), epochs: 1, batchSize: 64, seed: 1, verbose: false);
        Answers.Fails(Check.Trained(1, model), "hardly learnt", "belong together");
    }

    [Fact]
    public void An_evaluation_with_all_its_parts_passes()
    {
        Sequential model = Prepared.Model(1);
        Evaluation evaluation = model.Evaluate(s_testImages, s_testTargets);
        evaluation.ClassificationReport();
        evaluation.PlotProbability(0);
        evaluation.ConfusionMatrix();
        evaluation.LargestErrors(6);
        evaluation.FirstPredictions(15);
        CheckResult result = Check.Evaluated(model, s_testImages, s_testTargets);
        Answers.Passes(result);
        Assert.Contains("accuracy 0.9", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_evaluation_made_by_hand_passes()
    {
        Sequential model = Prepared.Model(1);
        model.Predict(s_testImages);
        Answers.Passes(Check.Evaluated(model, s_testImages, s_testTargets));
        _ = model.Evaluate(s_testImages, s_testTargets).PredictedLabels;
        Answers.Passes(Check.Evaluated(model, s_testImages, s_testTargets));
    }

    [Fact]
    public void An_evaluation_that_is_not_what_the_sheet_asks_for()
    {
        Sequential model = Prepared.Model(1);
        Answers.Fails(Check.Evaluated(null, s_testImages, s_testTargets), "no model", "Build");
        Answers.Fails(Check.Evaluated(model, null, null), "X_test, Y_test are still empty", "task 1");
        Answers.Fails(Check.Evaluated(model, s_testImages, s_testTargets), "has not looked at this model", "never var model");
        model.Evaluate(s_images, s_targets);
        Answers.Fails(Check.Evaluated(model, s_testImages, s_testTargets), "judged by 2,000 images; there are 300", "all of them");
        model.Evaluate(s_testImages, s_targets[..300]);
        Answers.Fails(Check.Evaluated(model, s_testImages, s_testTargets), "other targets than Y_test", "Y_test");

        Evaluation evaluation = model.Evaluate(s_testImages, s_testTargets);
        Answers.Fails(Check.Evaluated(model, s_testImages, s_testTargets), "the classification report", "display");
        evaluation.ClassificationReport();
        evaluation.PlotProbability(1);
        Answers.Fails(Check.Evaluated(model, s_testImages, s_testTargets), "of another digit", "display");
        evaluation.PlotProbability(0);
        Answers.Fails(Check.Evaluated(model, s_testImages, s_testTargets), "the confusion matrix", "display");
        evaluation.ConfusionMatrix();
        evaluation.LargestErrors(3);
        Answers.Fails(Check.Evaluated(model, s_testImages, s_testTargets), "3 so far", "display");
        evaluation.LargestErrors(6);
        Answers.Fails(Check.Evaluated(model, s_testImages, s_testTargets), "first test images", "display");
    }

    [Fact]
    public void Training_on_makes_an_earlier_evaluation_count_no_more()
    {
        Sequential model = Prepared.Model(1);
        _ = model.Evaluate(s_testImages, s_testTargets).PredictedLabels;
        model.Fit((s_images[..64], s_targets[..64]), epochs: 1, verbose: false);
        Answers.Fails(Check.Evaluated(model, s_testImages, s_testTargets), "has not looked", "Evaluate");
    }

    [Fact]
    public void A_result_is_one_line_in_words_and_in_html()
    {
        CheckResult wrong = Check.ImageShape([28, 28]);
        Assert.Equal("• shape_ord is (28, 28). Hint: One image has three axes: rows, columns and channels.", wrong.ToDisplayString("text/plain"));
        string html = wrong.ToDisplayString("text/html");
        Assert.Contains("<em>Hint: One image", html, StringComparison.Ordinal);
        Assert.Contains("background:#9a6700;color:#ffffff", html, StringComparison.Ordinal);
        Assert.Contains("background:#1a7f37", Check.ImageShape([28, 28, 1]).ToDisplayString("text/html"), StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;", new CheckResult(true, "<b>").ToDisplayString("text/html"), StringComparison.Ordinal);
    }
}
