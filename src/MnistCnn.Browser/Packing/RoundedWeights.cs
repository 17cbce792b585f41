namespace MnistCnn;

/// <summary>Weights as small whole numbers and one factor for each output of the layer.</summary>
/// <param name="Numbers">Whole numbers from −levels to levels, output after output.</param>
/// <param name="Factors">What the numbers of each output are multiplied by.</param>
internal sealed record RoundedWeights(sbyte[] Numbers, float[] Factors)
{
    /// <summary>The rounded weights.</summary>
    public float[] Values()
    {
        int perOutput = Numbers.Length / Factors.Length;
        return [.. Numbers.Select((number, i) => number * Factors[i / perOutput])];
    }

    /// <summary>Takes the nearest number for each weight.</summary>
    /// <param name="weights">The weights, output after output.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="levels">The largest whole number, 1 to 127; the largest weight of each output becomes this.</param>
    public static RoundedWeights Nearest(float[] weights, int outputs, int levels) =>
        Round(weights, outputs, levels, _ => []);

    /// <summary>
    /// Rounds the weights of a dense layer over feature maps so that the errors of neighbours cancel, as when a picture is
    /// printed with few colours (Floyd and Steinberg, "An adaptive algorithm for spatial greyscale", 1976): neighbouring pixels
    /// of a map are much alike, so what one weight adds too much the next ones take away.
    /// </summary>
    /// <param name="weights">The weights: for each output, feature map by feature map, row by row.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="levels">The largest whole number, 1 to 127.</param>
    /// <param name="rows">The height of a feature map.</param>
    /// <param name="columns">Its width.</param>
    public static RoundedWeights Spread(float[] weights, int outputs, int levels, int rows, int columns) =>
        Round(weights, outputs, levels, place =>
        {
            (int row, int column) = (place / columns % rows, place % columns);
            var shares = new List<(int, float)>(4);
            Add(0, 1, 7);
            Add(1, -1, 3);
            Add(1, 0, 5);
            Add(1, 1, 1);
            return shares;

            void Add(int down, int right, int sixteenths)
            {
                if (row + down < rows && column + right >= 0 && column + right < columns)
                {
                    shares.Add((place + (down * columns) + right, sixteenths / 16f));
                }
            }
        });

    private static RoundedWeights Round(
        float[] weights, int outputs, int levels, Func<int, List<(int Place, float Share)>> neighbours)
    {
        int perOutput = weights.Length / outputs;
        List<(int Place, float Share)>[] spread = [.. Enumerable.Range(0, perOutput).Select(neighbours)];
        var numbers = new sbyte[weights.Length];
        var factors = new float[outputs];
        for (int output = 0; output < outputs; output++)
        {
            float[] rest = weights[(output * perOutput)..((output + 1) * perOutput)];
            float factor = rest.Max(Math.Abs) / levels;
            factors[output] = factor;
            if (factor == 0)
            {
                continue;
            }

            for (int place = 0; place < perOutput; place++)
            {
                float number = Math.Clamp(MathF.Round(rest[place] / factor), -levels, levels);
                numbers[(output * perOutput) + place] = (sbyte)number;
                float error = rest[place] - (number * factor);
                foreach ((int neighbour, float share) in spread[place])
                {
                    rest[neighbour] += error * share;
                }
            }
        }

        return new RoundedWeights(numbers, factors);
    }
}
