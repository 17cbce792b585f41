using MnistCnn;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch.nn;

namespace MnistCnn.Tests.Summary;

public sealed class InspectionExtensionsTests : IDisposable
{
    public void Dispose() => Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;

    // The exercise's own output: Keras 2.2's model.summary() of its third model.
    private const string Third = """
        _________________________________________________________________
        Layer (type)                 Output Shape              Param #   
        =================================================================
        conv2d_3 (Conv2D)            (None, 26, 26, 32)        320       
        _________________________________________________________________
        conv2d_4 (Conv2D)            (None, 24, 24, 64)        18496     
        _________________________________________________________________
        max_pooling2d_1 (MaxPooling2 (None, 12, 12, 64)        0         
        _________________________________________________________________
        dropout_3 (Dropout)          (None, 12, 12, 64)        0         
        _________________________________________________________________
        flatten_3 (Flatten)          (None, 9216)              0         
        _________________________________________________________________
        dense_4 (Dense)              (None, 128)               1179776   
        _________________________________________________________________
        dropout_4 (Dropout)          (None, 128)               0         
        _________________________________________________________________
        dense_5 (Dense)              (None, 10)                1290      
        =================================================================
        Total params: 1,199,882
        Trainable params: 1,199,882
        Non-trainable params: 0
        _________________________________________________________________
        """;

    [Fact]
    public void The_summary_is_Keras_table_to_the_character() =>
        Assert.Equal(Third.ReplaceLineEndings("\n"), ThirdModel().Summary(new Shape(28, 28, 1)).ToString());

    [Fact]
    public void The_summary_of_the_first_two_models_counts_what_the_exercise_counts()
    {
        Sequential first = Sequential(
            ("conv2d_1", Conv2d(1, 32, 3)), ("relu_1", ReLU()),
            ("flatten_1", Flatten()), ("dense_1", Linear(21632, 10)), ("s", Softmax(1)));
        Sequential second = Sequential(
            ("conv2d_2", Conv2d(1, 32, 3)), ("relu_1", ReLU()), ("dropout_1", Dropout(0.25)), ("flatten_2", Flatten()),
            ("dense_2", Linear(21632, 128)), ("relu_2", ReLU()),
            ("dropout_2", Dropout(0.5)), ("dense_3", Linear(128, 10)), ("s", Softmax(1)));
        Assert.Equal(216_650, first.Compile(new Shape(28, 28, 1)).Summary().TotalParameters);
        Assert.Equal(2_770_634, second.Compile(new Shape(28, 28, 1)).Summary().TotalParameters);
        Assert.Equal([320, 0, 216330], first.Summary().Layers.Select(layer => layer.Parameters));
    }

    [Fact]
    public void Frozen_weights_are_counted_apart()
    {
        Sequential model = ThirdModel();
        foreach (var parameter in model.children().First().parameters())
        {
            parameter.requires_grad = false;
        }

        ModelSummary summary = model.Summary(new Shape(28, 28, 1));
        Assert.Equal(
            (1_199_562, 320, 1_199_882), (summary.TrainableParameters, summary.NonTrainableParameters, summary.TotalParameters));
    }

    [Fact]
    public void Moving_means_and_variances_are_counted_as_in_Keras()
    {
        Sequential model = Sequential(
            ("conv2d_1", Conv2d(1, 32, 3)), ("batch_normalization_1", BatchNorm2d(32)),
            ("relu_1", ReLU()), ("flatten_1", Flatten()),
            ("dense_1", Linear(21632, 16)), ("batch_normalization_2", BatchNorm1d(16)), ("dense_2", Linear(16, 10)));
        ModelSummary summary = model.Summary(new Shape(28, 28, 1));
        Assert.Equal([320, 128, 0, 346128, 64, 170], summary.Layers.Select(layer => layer.Parameters));
        Assert.Equal(["Conv2D", "BatchNormalization", "Flatten", "Dense", "BatchNormalization", "Dense"],
            summary.Layers.Select(layer => layer.Type));
        Assert.Equal((96, 346_810), (summary.NonTrainableParameters, summary.TotalParameters));
        Assert.Contains("\nTotal params: 346,810\nTrainable params: 346,714\nNon-trainable params: 96\n", summary.ToString());
    }

    [Fact]
    public void The_layer_shapes_are_the_exercises()
    {
        Assert.Equal(
            """
            Layer  Name             Input shape         Output shape
            0      conv2d_3         (None, 28, 28, 1)   (None, 26, 26, 32)
            1      conv2d_4         (None, 26, 26, 32)  (None, 24, 24, 64)
            2      max_pooling2d_1  (None, 24, 24, 64)  (None, 12, 12, 64)
            3      dropout_3        (None, 12, 12, 64)  (None, 12, 12, 64)
            4      flatten_3        (None, 12, 12, 64)  (None, 9216)
            5      dense_4          (None, 9216)        (None, 128)
            6      dropout_4        (None, 128)         (None, 128)
            7      dense_5          (None, 128)         (None, 10)
            """.ReplaceLineEndings("\n"),
            ThirdModel().LayerShapes(new Shape(28, 28, 1)).ToString());
    }

    [Fact]
    public void The_weight_shapes_are_the_exercises()
    {
        Assert.Equal(
            """
            Layer  Name      Weights         Bias
            0      conv2d_3  (3, 3, 1, 32)   (32,)
            1      conv2d_4  (3, 3, 32, 64)  (64,)
            5      dense_4   (9216, 128)     (128,)
            7      dense_5   (128, 10)       (10,)
            """.ReplaceLineEndings("\n"),
            ThirdModel().WeightShapes(new Shape(28, 28, 1)).ToString());
    }

    [Fact]
    public void Channels_first_puts_the_channels_first_in_every_layer_shape()
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsFirst;
        TextTable<LayerShape> shapes = ThirdModel().LayerShapes(new Shape(1, 28, 28));
        Assert.Equal(
            ["(None, 32, 26, 26)", "(None, 64, 24, 24)", "(None, 64, 12, 12)", "(None, 64, 12, 12)", "(None, 9216)"],
            shapes.Take(5).Select(layer => layer.OutputShape.ToString()));
    }

    [Fact]
    public void Layers_inside_other_layers_are_named_by_their_way()
    {
        Sequential model = Sequential(
            ("block", Sequential(("conv", Conv2d(1, 2, 3, bias: false)), ("relu", ReLU()))),
            ("flatten", Flatten()), ("dense", Linear(72, 2)));
        Assert.Equal(["block.conv", "flatten", "dense"], model.LayerShapes(TinyShape).Select(layer => layer.Name));
        Assert.Null(model.WeightShapes(TinyShape)[0].Bias);
    }

    [Fact]
    public void A_leading_activation_has_a_row_of_its_own()
    {
        Sequential model = Sequential(("relu", ReLU()), ("flatten", Flatten()), ("dense", Linear(64, 2)));
        Assert.Equal(["relu", "flatten", "dense"], model.Summary(TinyShape).Layers.Select(layer => layer.Name));
    }

    [Fact]
    public void Looking_changes_nothing()
    {
        Sequential model = ThirdModel();
        model.eval();
        model.Summary(new Shape(28, 28, 1));
        Assert.False(model.training);
        string once = model.LayerShapes(new Shape(28, 28, 1)).ToString();
        Assert.Equal(once, model.LayerShapes(new Shape(28, 28, 1)).ToString());
    }

    [Fact]
    public void A_model_that_never_heard_its_input_shape_says_so() => Assert.Contains(
        "call Compile(inputShape) first",
        Assert.Throws<InvalidOperationException>(() => ThirdModel().Summary()).Message,
        StringComparison.Ordinal);

    private static MnistCnn.Shape TinyShape => new(8, 8, 1);

    private static Sequential ThirdModel() => Sequential(
        ("conv2d_3", Conv2d(1, 32, 3)), ("relu_3", ReLU()), ("conv2d_4", Conv2d(32, 64, 3)), ("relu_4", ReLU()),
        ("max_pooling2d_1", MaxPool2d(2)), ("dropout_3", Dropout(0.25)), ("flatten_3", Flatten()), ("dense_4", Linear(9216, 128)),
        ("relu_5", ReLU()), ("dropout_4", Dropout(0.5)), ("dense_5", Linear(128, 10)), ("softmax_3", Softmax(1)));
}
