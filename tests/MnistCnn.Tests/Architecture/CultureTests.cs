using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using MnistCnn;
using MnistCnn.Course;
using MnistCnn.Lab;
using MnistCnn.Tests.Charts;
using Xunit;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Architecture;

/// <summary>
/// Texts are the same in every culture. All tests run in a foreign one (see <see cref="ForeignCultureAttribute"/>); these go
/// through what the compiler and the framework write by themselves.
/// </summary>
public class CultureTests
{
    private static readonly Assembly[] s_assemblies =
    [
        .. new[] { "", ".Native", ".Kernels", ".Training", ".Callbacks", ".Lab", ".Course", ".Notebook" }
            .Select(level => Assembly.Load("MnistCnn" + level)),
    ];

    public static TheoryData<Type> Records() =>
    [
        .. s_assemblies.SelectMany(assembly => assembly.ExportedTypes).Where(type => !type.IsAbstract && type
            .GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Any(method => method.Name == "PrintMembers")),
    ];

    [Theory]
    [MemberData(nameof(Records))]
    public void A_public_record_prints_the_same_in_every_culture(Type record)
    {
        object sample = Sample(record);
        foreach (PropertyInfo property in record.GetProperties().Where(property => property.SetMethod is { IsPublic: true }
            && record != typeof(ImagePrediction)))
        {
            property.SetValue(sample, Sample(property.PropertyType));
        }

        SameInEveryCulture(() => sample.ToString());
    }

    [Fact]
    public void Tests_run_in_a_foreign_culture() => Assert.Equal("−1.234,5", $"{-1234.5:N1}");

    [Fact]
    public void A_record_keeps_the_text_of_the_compiler() => Assert.Equal(
        "AdamW { LearningRate = 0.001, WeightDecay = 0.004, Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1E-07 }",
        new AdamW(0.001).ToString());

    [Fact]
    public void A_setting_that_is_a_tuple_or_anonymous_prints_points() => Assert.Equal(
        "size (0.5, -2), more { rate = -0.25 }",
        Settings.From(new { size = (0.5, -2), more = new { rate = -0.25 } }).ToString());

    [Fact]
    public void A_refusal_says_the_same_in_every_culture() => Assert.All(new Action[]
    {
        () => _ = Evaluation()[-1],
        () => Evaluation().ProbabilitiesOf(-1),
        () => Evaluation().LargestErrors(-1),
        () => Evaluation().FirstPredictions(-1),
        () => Evaluation().ClassificationReport(-1),
        () => Evaluation().ClassificationReport(1000),
        () => Samples.Probability(-1, [0.5f], [true]),
        () => Samples.Probability(0, [0.5f], [true], -1),
        () => Samples.Probability(0, [-0.5f], [true]),
        () => _ = Samples.Matrix([0], [0], -1),
        () => _ = Samples.Matrix([-1], [0], 2),
        () => Backend.ImageDataFormat = (ImageDataFormat)(-1),
        () => ImageDataset.Load(".", -1),
        () => ImageDataset.Load(".", 1000),
        () => tensor(new long[] { -3 }).ToCategorical(-1),
        () => tensor(new long[] { -3 }).ToCategorical(10),
        () => _ = new MinMaxScaler(0.5, -0.5),
        () => ModelSelection.TrainTestSplit(zeros(2), zeros(2), -0.5),
        () => ModelSelection.TrainTestSplit(zeros(2), zeros(2), 1.5),
        () => nn.Linear(1, 1).Fit((zeros(1, 1), zeros(1, 1)), epochs: -1),
        () => nn.Linear(1, 1).Fit((zeros(1, 1), zeros(1, 1)), batchSize: -1),
        () => nn.Linear(1, 1).Fit((zeros(1, 1), zeros(1, 1)), initialEpoch: -1),
        () => nn.Linear(1, 1).Fit((zeros(1, 1), zeros(1, 1)), labelSmoothing: 1.5),
        () => nn.Sequential(nn.Linear(1, 1)).Compile([1], initializer: (Initializer)(-1)),
        () => new Adam(-0.5).Create([]),
        () => new AdamW(0.5, -0.5).Create([]),
        () => new Sgd(0.5, -0.5).Create([]),
        () => new RmsProp(0.5, -0.5).Create([]),
        () => _ = new WeightAveraging(-0.5),
        () => _ = new WeightAveraging(1.5),
        () => _ = new EarlyStopping(-1),
        () => _ = new EarlyStopping(minDelta: -0.5),
        () => _ = new ReduceLearningRateOnPlateau(factor: -0.5),
        () => _ = new ReduceLearningRateOnPlateau(factor: 1.5),
        () => _ = new ReduceLearningRateOnPlateau(minDelta: -0.5),
        () => _ = new ReduceLearningRateOnPlateau(minLearningRate: -0.5),
        () => _ = new ReduceLearningRateOnPlateau(patience: -1),
        () => _ = new ReduceLearningRateOnPlateau(cooldown: -1),
        () => _ = new ExponentialDecay(-0.5),
        () => _ = new ExponentialDecay(0.5, -0.5),
        () => _ = new CosineDecay(-0.5),
        () => _ = new CosineDecay(1.5),
        () => _ = new CosineDecay(warmUp: -0.5),
        () => _ = new CosineDecay(warmUp: 1.5),
        () => _ = new OneCycle(-0.5),
        () => _ = new OneCycle(0.5, 1.5),
        () => _ = new OneCycle(0.5, maxMomentum: 1.5),
        () => _ = new OneCycle(0.5, baseMomentum: -0.5),
        () => _ = new OneCycle(0.5, startDivisor: -0.5),
        () => _ = new OneCycle(0.5, endDivisor: -0.5),
        () => new ImageAugmentation { Shear = -0.5 }.Check(),
        () => Prepared.Model(-1),
        () => StudentT.TwoSidedQuantile(-0.5, 1),
        () => StudentT.TwoSidedQuantile(0.5, -0.5),
        () => PrincipalComponents.Fit(zeros(3, 3), -1),
        () => PrincipalComponents.Fit(zeros(1, 3), 2),
    }, refusal => SameInEveryCulture(() => Assert.ThrowsAny<ArgumentException>(refusal).Message));

    [Fact]
    public void The_frameworks_range_checks_are_not_used() => Assert.DoesNotContain(
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories),
        file => !file.Contains("NotebookRunner", StringComparison.Ordinal)
            && !file.EndsWith("ArgumentOutOfRange.cs", StringComparison.Ordinal)
            && File.ReadAllText(file) is var text
            && (text.Contains("ArgumentOutOfRangeException.Throw", StringComparison.Ordinal)
                || text.Contains("new ArgumentOutOfRangeException", StringComparison.Ordinal)));

    private static void SameInEveryCulture(Func<string?> text)
    {
        string? foreign = text();
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            Assert.Equal(text(), foreign);
        }
        finally
        {
            CultureInfo.CurrentCulture = ForeignCultureAttribute.Foreign;
        }
    }

    private static Evaluation Evaluation() =>
        Samples.Evaluation(0.5, [0, 1], [0.5f, 0.5f, 0.5f, 0.5f], _ => new GrayImage(1, 1, [0.5f]));

    /// <summary>A value that prints differently in another culture, if any of the type does.</summary>
    private static object Sample(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Sample(underlying);
        }

        if (type.IsGenericType && type.GetInterfaces().Prepend(type).FirstOrDefault(
            part => part.IsGenericType && part.GetGenericTypeDefinition() == typeof(IEnumerable<>)) is { } list
            && type != typeof(string))
        {
            var items = Array.CreateInstance(list.GenericTypeArguments[0], 1);
            items.SetValue(Sample(list.GenericTypeArguments[0]), 0);
            return items;
        }

        return type == typeof(string) ? "a"
            : type == typeof(Shape) ? new Shape(Shape.None, 2)
            : type == typeof(Tensor) ? full([1, 2, 3], 7, ScalarType.Byte)
            : type == typeof(ImagePrediction) ? Evaluation()[0] with { Index = -5, Probabilities = [-0.5f, -0.25f] }
            : type == typeof(Settings) ? Settings.From(new { rate = -0.5 })
            : type == typeof(TimeSpan) ? TimeSpan.FromSeconds(-1.5)
            : type == typeof(bool) || type.IsEnum ? RuntimeHelpers.GetUninitializedObject(type)
            : type.IsPrimitive ? Convert.ChangeType(type == typeof(double) || type == typeof(float) ? -0.5 : -5, type, null)
            : type.GetConstructors().OrderByDescending(constructor => constructor.GetParameters().Length).First() is var made
                ? made.Invoke([.. made.GetParameters().Select(parameter => Sample(parameter.ParameterType))])
                : throw new InvalidOperationException($"No sample of {type}.");
    }
}
