using CsCheck;
using MnistCnn;
using MnistCnn.Kernels;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Training.Acceleration;

public sealed class CrossEntropyTests
{
    [Fact]
    public void Loss_right_ones_and_gradient_are_libtorchs() =>
        Gen.Select(Gen.Int[1, 30], Gen.Int[2, 12], Gen.Double[0.1, 300]).Sample((samples, classes, scale) =>
        {
            using var scope = NewDisposeScope();
            Tensor logits = (randn(samples, classes) * scale).requires_grad_(true);
            Tensor labels = randint(classes, [samples]);
            Tensor targets = nn.functional.one_hot(labels, classes).to(float32);
            Tensor loss = nn.functional.cross_entropy(logits, targets);
            loss.backward();
            Tensor gradient = empty(samples, classes);
            (double sum, int correct) = CrossEntropy.Of(logits.Floats(), targets.Floats(), classes, gradient.Floats());
            Assert.Equal(loss.item<float>(), sum / samples, 1e-5 * (1 + scale));
            Assert.Equal((logits.argmax(1) == labels).sum().item<long>(), correct);
            Assert.InRange((gradient - logits.grad!).abs().max().item<float>(), 0, 1e-5f);
        }, iter: 200, threads: 1);

    [Fact]
    public void A_logit_that_is_no_number_gives_a_loss_that_is_none()
    {
        Tensor logits = tensor(new[] { 1f, float.NaN, 3f });
        Tensor target = tensor(new[] { 1f, 0f, 0f });
        Assert.True(double.IsNaN(CrossEntropy.Of(logits.Floats(), target.Floats(), 3).LossSum));
    }
}
