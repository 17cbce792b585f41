using System.Text.Json;
using MnistCnn;
using MnistCnn.Lab;
using static TorchSharp.torch;

namespace MnistCnn.Tests.Charts;

/// <summary>Small results to draw.</summary>
internal static class Samples
{
    public static History Run(int epochs, bool validated = true) => new(
    [
        .. Enumerable.Range(1, epochs).Select(i => new EpochRecord(
            i, 0.4 / i, 1 - (0.1 / i), validated ? 0.3 / i : null, validated ? 1 - (0.08 / i) : null, TimeSpan.FromSeconds(18))),
    ]);

    public static ConfusionMatrix Matrix(int[,] counts)
    {
        var trueLabels = new List<int>();
        var predicted = new List<int>();
        for (int row = 0; row < counts.GetLength(0); row++)
        {
            for (int column = 0; column < counts.GetLength(1); column++)
            {
                trueLabels.AddRange(Enumerable.Repeat(row, counts[row, column]));
                predicted.AddRange(Enumerable.Repeat(column, counts[row, column]));
            }
        }

        return Matrix([.. trueLabels], [.. predicted], counts.GetLength(0));
    }

    public static ConfusionMatrix Matrix(int[] trueLabels, int[] predicted, int? classes = null) =>
        new(tensor(trueLabels), tensor(predicted), classes);

    public static Evaluation Evaluation(
        double loss, int[] trueLabels, float[] probabilities, Func<int, GrayImage>? imageAt = null) => new(
        loss, tensor(trueLabels), tensor(probabilities).reshape(trueLabels.Length, -1), imageAt ?? (_ => Image()));

    public static Figure Probability(int digit, float[] probabilities, bool[] isDigit, int bins = 10) =>
        ProbabilityChart.Plot(digit, tensor(probabilities), tensor(isDigit), bins);

    /// <summary>Looks like a digit to a compressor: a stroke with soft edges on empty paper.</summary>
    public static GrayImage Image(int seed = 1)
    {
        var random = new Random(seed);
        float slope = random.NextSingle() - 0.5f;
        return new(28, 28,
        [
            .. Enumerable.Range(0, 784).Select(i =>
            {
                int row = i / 28, column = i % 28;
                float distance = Math.Abs(column - 14 - (slope * (row - 14)));
                float ink = Math.Clamp(2.5f - distance + (0.4f * random.NextSingle()), 0, 1);
                return row is < 4 or > 23 || distance > 3 ? 0f : MathF.Round(ink * 255) / 255;
            }),
        ]);
    }

    public static ImagePrediction Prediction(int index, int trueLabel, int predicted)
    {
        float[] probabilities = new float[10];
        probabilities[trueLabel] = 0.125f;
        probabilities[predicted] = 0.875f;
        return new(index, Image(index), trueLabel, predicted, probabilities);
    }

    public static IReadOnlyList<ImagePrediction> Predictions(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Prediction(i, i % 10, i % 3 == 0 ? (i + 1) % 10 : i % 10))];

    public static JsonElement Json(Figure figure) => JsonDocument.Parse(figure.PlotlyJson).RootElement;

    public static JsonElement At(this JsonElement element, params object[] path)
    {
        foreach (object step in path)
        {
            element = step is int index ? element[index] : element.GetProperty((string)step);
        }

        return element;
    }

    public static string[] Texts(this JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString()!)];

    public static double[] Numbers(this JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];
}
