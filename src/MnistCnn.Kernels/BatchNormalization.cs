
namespace MnistCnn.Kernels;

/// <summary>
/// What the two halves of a batch normalisation share. A channel is shifted and scaled to mean 0 and variance 1 over the
/// whole batch, then scaled by a weight and shifted by a bias that are learnt: the statistics must be complete before
/// the first number goes on, so the halves lie on the two sides of the end of a block.
/// </summary>
/// <remarks>
/// Source of the formulas: S. Ioffe and C. Szegedy, Batch Normalization (2015), and for the running statistics
/// libtorch's <c>batch_norm</c>: the mean and the unbiased variance, averaged with the module's momentum.
/// </remarks>
internal sealed unsafe class BatchNormalization : IDisposable
{
    private readonly ParameterMemory? _weight;
    private readonly ParameterMemory? _bias;
    private readonly ParameterMemory _runningMean;
    private readonly ParameterMemory _runningVariance;
    private readonly double _epsilon;
    private readonly int _values;

    /// <summary>For each sample the channels' means, then their sums of squared differences: (capacity, 2, channels).</summary>
    private readonly NativeBuffer _samples;
    private readonly NativeBuffer _channels;
    private double? _momentum;

    /// <summary>Describes the layer.</summary>
    /// <param name="image">What comes in.</param>
    /// <param name="weight">(channels); null: 1.</param>
    /// <param name="bias">(channels); null: 0.</param>
    /// <param name="runningMean">(channels), changed by batches that are normalised by their own statistics.</param>
    /// <param name="runningVariance">(channels), likewise.</param>
    /// <param name="epsilon">What is added to the variance.</param>
    /// <param name="capacity">The largest batch whose statistics will be asked for; 0: always the running ones.</param>
    public BatchNormalization(
        ImageShape image, ParameterMemory? weight, ParameterMemory? bias, ParameterMemory runningMean,
        ParameterMemory runningVariance, double epsilon, int capacity)
    {
        (_weight, _bias, _runningMean, _runningVariance, _epsilon) = (weight, bias, runningMean, runningVariance, epsilon);
        (Channels, _values) = (image.Channels, image.Rows * image.Columns);
        _samples = new NativeBuffer(2L * capacity * Channels);
        _channels = new NativeBuffer(7L * Channels);
    }

    /// <summary>The channels that are normalised each by itself.</summary>
    public int Channels { get; }

    /// <summary>The numbers of a sample.</summary>
    public int Size => Channels * _values;

    /// <summary>Whether the batch of now is normalised by its own statistics.</summary>
    public bool UsesBatchStatistics => _momentum is not null;

    /// <summary>The mean of each channel that the last batch was normalised with.</summary>
    public float* Mean => _channels.Start;

    /// <summary>1 / √(variance + ε), likewise.</summary>
    public float* InverseDeviation => Mean + Channels;

    /// <summary>What a number is multiplied by, in all.</summary>
    public float* Scale => InverseDeviation + Channels;

    /// <summary>What is added then, in all.</summary>
    public float* Shift => Scale + Channels;

    /// <summary>The gradient of the input is this times the gradient of the output …</summary>
    public float* FactorOfGradient => Scale;

    /// <summary>… plus this times the difference of the input from its mean …</summary>
    public float* FactorOfInput => Shift + Channels;

    /// <summary>… plus this.</summary>
    public float* Constant => FactorOfInput + Channels;

    private float* Variance => Constant + Channels;

    /// <summary>Chooses the statistics for the passes from now on.</summary>
    /// <param name="momentum">
    /// The weight of a batch in the running statistics, if batches are normalised by their own; null: the running statistics
    /// are used, and stay as they are.
    /// </param>
    public void SetMomentum(double? momentum) => _momentum = momentum;

    /// <summary>The statistics of a sample of the batch: means, then sums of squared differences, (2, channels).</summary>
    public float* StatisticsOf(int sample) => _samples.Start + (2L * sample * Channels);

    /// <summary>Joins the statistics of the samples to those of the batch and takes them into the running ones.</summary>
    public void TakeBatch(int samples)
    {
        long count = (long)samples * _values;
        double momentum = _momentum!.Value;
        float* runningMean = _runningMean.Data;
        float* runningVariance = _runningVariance.Data;
        for (int channel = 0; channel < Channels; channel++)
        {
            double mean = 0, squares = 0;
            for (int sample = 0; sample < samples; sample++)
            {
                mean += StatisticsOf(sample)[channel];
            }

            mean /= samples;
            for (int sample = 0; sample < samples; sample++)
            {
                float* statistics = StatisticsOf(sample);
                double difference = statistics[channel] - mean;
                squares += statistics[Channels + channel] + (_values * difference * difference);
            }

            Mean[channel] = (float)mean;
            Variance[channel] = (float)(squares / count);
            runningMean[channel] = (float)((momentum * mean) + ((1 - momentum) * runningMean[channel]));

            // One number has no unbiased variance; libtorch would set the running one to NaN, for good.
            if (count > 1)
            {
                runningVariance[channel] =
                    (float)((momentum * squares / (count - 1)) + ((1 - momentum) * runningVariance[channel]));
            }
        }
    }

    /// <summary>Gets ready to normalise: by the batch taken last, or by the running statistics.</summary>
    public void Prepare()
    {
        float* mean = UsesBatchStatistics ? Mean : _runningMean.Data;
        float* variance = UsesBatchStatistics ? Variance : _runningVariance.Data;
        float* weight = _weight is null ? null : _weight.Data;
        float* bias = _bias is null ? null : _bias.Data;
        for (int channel = 0; channel < Channels; channel++)
        {
            Mean[channel] = mean[channel];
            InverseDeviation[channel] = (float)(1 / Math.Sqrt(variance[channel] + _epsilon));
            Scale[channel] = InverseDeviation[channel] * (weight == null ? 1 : weight[channel]);
            Shift[channel] = (bias == null ? 0 : bias[channel]) - (Mean[channel] * Scale[channel]);
        }
    }

    /// <summary>Stores the gradients of weight and bias, and gets ready for the gradient of the input.</summary>
    /// <param name="gradient">
    /// (2, channels): the sums of gradient · (input − mean) · inverse deviation, then the sums of the gradients.
    /// </param>
    /// <param name="samples">The size of the batch.</param>
    public void StoreGradients(float* gradient, int samples)
    {
        if (_weight is not null)
        {
            new Span<float>(gradient, Channels).CopyTo(new Span<float>(_weight.Gradient, Channels));
        }

        if (_bias is not null)
        {
            new Span<float>(gradient + Channels, Channels).CopyTo(new Span<float>(_bias.Gradient, Channels));
        }

        // Mean and deviation move with every number of the batch, if they are the batch's.
        double share = UsesBatchStatistics ? 1.0 / ((double)samples * _values) : 0;
        for (int channel = 0; channel < Channels; channel++)
        {
            FactorOfInput[channel] = (float)(-share * Scale[channel] * InverseDeviation[channel] * gradient[channel]);
            Constant[channel] = (float)(-share * Scale[channel] * gradient[Channels + channel]);
        }
    }

    public void Dispose()
    {
        _samples.Dispose();
        _channels.Dispose();
    }
}
