using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MnistCnn.Acceleration;

/// <summary>
/// What the two halves of a batch normalisation share. A channel is shifted and scaled to mean 0 and variance 1 over the
/// whole batch, then scaled by a weight and shifted by a bias that are learnt: the statistics must be complete before
/// the first number goes on, so the halves lie on the two sides of the end of a stage.
/// </summary>
/// <remarks>
/// Source of the formulas: S. Ioffe and C. Szegedy, Batch Normalization (2015), and for the running statistics
/// libtorch's <c>batch_norm</c>: the mean and the unbiased variance, averaged with the module's momentum.
/// </remarks>
internal sealed unsafe class BatchNormalization : IDisposable
{
    private readonly NormBase _module;
    private readonly WeightTensor? _weight;
    private readonly WeightTensor? _bias;
    private readonly int _values;

    /// <summary>For each sample of the batch the means of its channels, then their sums of squared differences from them.</summary>
    private readonly NativeBuffer _samples;
    private readonly NativeBuffer _channels;
    private bool _ofBatch;

    /// <summary>Describes the layer.</summary>
    /// <param name="module">A <c>BatchNorm2d</c> or <c>BatchNorm1d</c>, whose weights and running statistics are used.</param>
    /// <param name="image">What comes in.</param>
    /// <param name="capacity">The largest batch whose statistics will be asked for; 0: always the running ones.</param>
    public BatchNormalization(NormBase module, ImageSize image, int capacity)
    {
        _module = module;
        (Channels, _values) = (image.Channels, image.Rows * image.Columns);
        _weight = module.weight is { } weight ? new WeightTensor(weight) : null;
        _bias = module.bias is { } bias ? new WeightTensor(bias) : null;
        _samples = new NativeBuffer(2L * capacity * Channels);
        _channels = new NativeBuffer(7L * Channels);
    }

    /// <summary>The channels that are normalised each by itself.</summary>
    public int Channels { get; }

    /// <summary>The numbers of a sample.</summary>
    public int Size => Channels * _values;

    /// <summary>Whether the batch of now is normalised by its own statistics.</summary>
    public bool UsesBatch => _module.training;

    /// <summary>The mean of each channel that the last batch was normalised with.</summary>
    public float* Mean => _channels.Start;

    /// <summary>1 / √(variance + ε), likewise.</summary>
    public float* InverseDeviation => Mean + Channels;

    /// <summary>What a number is multiplied by, in all.</summary>
    public float* Scale => InverseDeviation + Channels;

    /// <summary>What is added then, in all.</summary>
    public float* Shift => Scale + Channels;

    /// <summary>The gradient of the input is this times the gradient of the output …</summary>
    public float* BackOfGradient => Scale;

    /// <summary>… plus this times the difference of the input from its mean …</summary>
    public float* BackOfInput => Shift + Channels;

    /// <summary>… plus this.</summary>
    public float* BackOfAll => BackOfInput + Channels;

    private float* Variance => BackOfAll + Channels;

    /// <summary>Whether such a module can be computed here.</summary>
    public static bool IsKnown(NormBase module) =>
        module.running_mean is { } mean && IsPlain(mean) && module.running_var is { } variance && IsPlain(variance)
        && module.num_batches_tracked is { dtype: ScalarType.Int64, device_type: DeviceType.CPU };

    /// <summary>Where the statistics of a sample of the batch are kept: means, then sums of squared differences.</summary>
    public float* StatisticsOf(int sample) => _samples.Start + (2L * sample * Channels);

    /// <summary>Joins the statistics of the samples to those of the batch and takes them into the running ones.</summary>
    public void TakeBatch(int samples)
    {
        using var scope = NewDisposeScope();
        long count = (long)samples * _values;
        long* tracked = (long*)WeightTensor.Address(_module.num_batches_tracked!);
        ++*tracked;
        double momentum = _module.momentum ?? 1.0 / *tracked;
        float* runningMean = WeightTensor.Address(_module.running_mean!);
        float* runningVariance = WeightTensor.Address(_module.running_var!);
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
        _ofBatch = UsesBatch;
        float* mean = _ofBatch ? Mean : WeightTensor.Address(_module.running_mean!);
        float* variance = _ofBatch ? Variance : WeightTensor.Address(_module.running_var!);
        float* weight = _weight is null ? null : _weight.Data;
        float* bias = _bias is null ? null : _bias.Data;
        for (int channel = 0; channel < Channels; channel++)
        {
            Mean[channel] = mean[channel];
            InverseDeviation[channel] = (float)(1 / Math.Sqrt(variance[channel] + _module.eps));
            Scale[channel] = InverseDeviation[channel] * (weight == null ? 1 : weight[channel]);
            Shift[channel] = (bias == null ? 0 : bias[channel]) - (Mean[channel] * Scale[channel]);
        }
    }

    /// <summary>Hands on the gradients of weight and bias, and gets ready for the gradient of the input.</summary>
    /// <param name="gradient">
    /// For each channel the sum of gradient · (input − mean) · inverse deviation, then for each the sum of the gradients.
    /// </param>
    /// <param name="samples">The size of the batch.</param>
    public void SetGradients(float* gradient, int samples)
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
        double share = _ofBatch ? 1.0 / ((double)samples * _values) : 0;
        for (int channel = 0; channel < Channels; channel++)
        {
            BackOfInput[channel] = (float)(-share * Scale[channel] * InverseDeviation[channel] * gradient[channel]);
            BackOfAll[channel] = (float)(-share * Scale[channel] * gradient[Channels + channel]);
        }
    }

    public void Dispose()
    {
        _samples.Dispose();
        _channels.Dispose();
    }

    private static bool IsPlain(Tensor tensor) =>
        tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU && tensor.is_contiguous();
}
