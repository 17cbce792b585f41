using MnistCnn;
using MnistCnn.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Summary;

/// <summary>Models on another device than the data. libtorch's meta device, which knows shapes alone, stands for a GPU.</summary>
public sealed class PlacementTests
{
    private static readonly Device s_elsewhere = new(DeviceType.META);

    [Fact]
    public void A_model_computes_where_its_weights_are()
    {
        Sequential model = TinyImages.Model();
        Assert.Equal(DeviceType.CPU, Placement.Of(model).type);
        Assert.Equal(DeviceType.META, Placement.Of(model.to(s_elsewhere)).type);
        Assert.Equal(DeviceType.CPU, Placement.Of(nn.ReLU()).type);
    }

    [Fact]
    public void The_shapes_inside_a_model_are_found_where_it_is()
    {
        Sequential model = DenseModel();
        string[] here = [.. ModelTracer.Trace(model, TinyImages.Shape).Select(layer => layer.OutputShape.ToString())];
        Assert.Equal(
            here, ModelTracer.Trace(model.to(s_elsewhere), TinyImages.Shape).Select(layer => layer.OutputShape.ToString()));
    }

    [Fact]
    public void Samples_are_brought_to_the_model()
    {
        using var forward = new ForwardPass(DenseModel().to(s_elsewhere));
        Tensor logits = forward.Logits(TinyImages.Make(5, seed: 1).X);
        Assert.Equal(DeviceType.META, logits.device_type);
        Assert.Equal(new long[] { 5, 4 }, logits.shape);
    }

    [Fact]
    public void Rows_of_a_batch_are_taken_where_the_data_is_and_arrive_where_they_are_needed()
    {
        Tensor data = arange(12).reshape(4, 3);
        Assert.Equal(new long[] { 9, 10, 11, 0, 1, 2 }, Placement.RowsOn(data, [3, 0], CPU).data<long>().ToArray());
        Assert.Equal(new long[] { 2, 3 }, Placement.RowsOn(data, [3, 0], s_elsewhere).shape);
        Assert.Equal(DeviceType.META, Placement.RowsOn(data, [3, 0], s_elsewhere).device_type);
    }

    [Fact]
    public void Weights_that_were_moved_since_the_last_fit_are_the_ones_that_are_trained()
    {
        // A module that changes its type or its device replaces its parameters.
        Sequential model = TinyImages.Model().Compile(TinyImages.Shape, seed: 1);
        var train = TinyImages.Make(100, seed: 1);
        model.Fit(train, verbose: false);
        model.to(ScalarType.Float64).to(ScalarType.Float32);
        float[] Weights() => [.. model.parameters().SelectMany(p => p.contiguous().data<float>().ToArray())];
        float[] before = Weights();
        model.Fit(train, verbose: false);
        Assert.NotEqual(before, Weights());
    }

    [Fact]
    public void An_evaluation_after_a_step_sees_the_new_weights_in_every_batch()
    {
        Sequential model = DenseModel();
        (Tensor x, Tensor y) = TinyImages.Make(600, seed: 2);
        using var forward = new ForwardPass(model);
        double Loss()
        {
            using Tensor probabilities = BatchEvaluation.Probabilities(model, forward, x, default)!;
            using var off = no_grad();
            Assert.InRange((model.call(x) - probabilities).abs().max().item<float>(), 0, 1e-5f);
            return -(probabilities.log() * y).sum().item<float>();
        }

        double before = Loss();
        using (no_grad())
        {
            ((Linear)model[1]).weight.mul_(3);
        }

        Assert.NotEqual(before, Loss());
    }

    /// <summary>Of layers that the meta device has: it knows no convolutions here.</summary>
    private static Sequential DenseModel() => nn.Sequential(
        ("flatten", nn.Flatten()), ("dense_1", nn.Linear(64, 64)), ("dense_2", nn.Linear(64, 4)), ("softmax", nn.Softmax(1)));
}
