namespace MnistCnn.Kernels;

/// <summary>Some of the numbers of a sample that lie side by side.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many.</param>
internal readonly record struct Strip(int First, int Count);

/// <summary>
/// The numbers that come into a fully connected layer, handed out strip by strip: what a strip is multiplied by stays in the
/// cache meanwhile, and so does the strip itself, which may be computed only then.
/// </summary>
internal abstract unsafe class DenseInput : IDisposable
{
    /// <summary>The numbers of a sample.</summary>
    public abstract int Size { get; }

    /// <summary>Whether their gradient is wanted.</summary>
    public abstract bool NeedsGradient { get; }

    /// <summary>The numbers in which gradients of weights are summed, for each strip.</summary>
    public virtual int GradientSize => 0;

    /// <summary>Cuts a sample into strips.</summary>
    /// <param name="largest">The most numbers of a strip.</param>
    public abstract Strip[] Cut(int largest);

    /// <summary>Gets ready for a batch.</summary>
    /// <param name="sameWeights">Whether the weights are still those of the last forward pass.</param>
    public virtual void Prepare(bool sameWeights)
    {
    }

    /// <summary>Writes a strip of some samples.</summary>
    /// <param name="strip">The strip.</param>
    /// <param name="from">The first sample.</param>
    /// <param name="samples">How many samples.</param>
    /// <param name="to">Takes (samples, numbers of the strip).</param>
    public abstract void Load(Strip strip, int from, int samples, float* to);

    /// <summary>Where the gradient of a strip of some samples is to be written, before <see cref="TakeGradient"/>.</summary>
    /// <param name="strip">The strip.</param>
    /// <param name="from">The first sample.</param>
    /// <param name="scratch">Memory for (samples, numbers of the strip), if there is no better place.</param>
    /// <param name="stride">From sample to sample.</param>
    public abstract float* GradientPlace(Strip strip, int from, float* scratch, out int stride);

    /// <summary>Takes the gradient of a strip.</summary>
    /// <param name="strip">The strip.</param>
    /// <param name="from">The first sample.</param>
    /// <param name="samples">How many samples.</param>
    /// <param name="numbers">What was loaded: (samples, numbers of the strip).</param>
    /// <param name="numbersGradient">The gradient of the loss by it, in its place; may be overwritten.</param>
    /// <param name="gradient">(<see cref="GradientSize"/>), to which the gradients of weights are added.</param>
    public virtual void TakeGradient(
        Strip strip, int from, int samples, float* numbers, float* numbersGradient, float* gradient)
    {
    }

    /// <summary>Stores the gradients with the weights.</summary>
    /// <param name="gradient">(<see cref="GradientSize"/>), summed over the batch.</param>
    public virtual void StoreGradients(float* gradient)
    {
    }

    /// <summary>Gives its memory back.</summary>
    public virtual void Dispose()
    {
    }
}

/// <summary>The output of the block before, as it lies.</summary>
/// <param name="previous">The block.</param>
internal sealed unsafe class BlockInput(Block previous) : DenseInput
{
    public override int Size => previous.OutputSize;

    public override bool NeedsGradient => previous.OutputGradient != null;

    public override Strip[] Cut(int largest)
    {
        int strips = (Size + largest - 1) / largest;
        return [.. Enumerable.Range(0, strips).Select(i => new Strip(i * largest, Math.Min(largest, Size - (i * largest))))];
    }

    public override void Load(Strip strip, int from, int samples, float* to)
    {
        float* next = previous.Output + ((long)from * Size) + strip.First;
        for (int sample = 0; sample < samples; sample++, next += Size, to += strip.Count)
        {
            new Span<float>(next, strip.Count).CopyTo(new Span<float>(to, strip.Count));
        }
    }

    public override float* GradientPlace(Strip strip, int from, float* scratch, out int stride)
    {
        stride = Size;
        return previous.OutputGradient + ((long)from * Size) + strip.First;
    }
}

/// <summary>
/// A convolution with ReLU of the images that come into the network, and the dropout after it: computed where it is wanted, in
/// the backward pass once more, which is cheaper than to write the numbers to memory and to read them again.
/// </summary>
/// <param name="images">The block of the images.</param>
/// <param name="convolution">The convolution, with ReLU; disposed with this.</param>
/// <param name="dropout">The dropout; null: none.</param>
internal sealed unsafe class ConvolutionInput(Block images, ConvolutionLayer convolution, DropoutLayer? dropout) : DenseInput
{
    public override int Size => convolution.OutputSize;

    public override bool NeedsGradient => true;

    public override int GradientSize => convolution.GradientSize;

    /// <summary>A strip is a row, or a part of one.</summary>
    public override Strip[] Cut(int largest)
    {
        (int rows, int columns, int filters) = convolution.Shape.Output;
        int parts = Math.Min(columns, ((columns * filters) + largest - 1) / largest);
        return [.. Enumerable.Range(0, rows * parts).Select(i =>
        {
            int from = i % parts * columns / parts, to = ((i % parts) + 1) * columns / parts;
            return new Strip(((i / parts * columns) + from) * filters, (to - from) * filters);
        })];
    }

    public override void Prepare(bool sameWeights) => convolution.Prepare(sameWeights);

    public override void Load(Strip strip, int from, int samples, float* to)
    {
        (int row, int column, int columns) = PixelsOf(strip);
        float* image = ImageAt(from);
        for (int sample = from; sample < from + samples; sample++, image += images.OutputSize, to += strip.Count)
        {
            convolution.Forward(image, to, row, column, columns);
            dropout?.Apply(to, sample, strip);
        }
    }

    public override float* GradientPlace(Strip strip, int from, float* scratch, out int stride)
    {
        stride = strip.Count;
        return scratch;
    }

    public override void TakeGradient(
        Strip strip, int from, int samples, float* numbers, float* numbersGradient, float* gradient)
    {
        (int row, int column, int columns) = PixelsOf(strip);
        int atOnce = Math.Max(1, ConvolutionLayer.NumbersAtOnce / strip.Count);
        for (int done = 0; done < samples; done += atOnce)
        {
            int count = Math.Min(atOnce, samples - done);
            float* next = numbersGradient + ((long)done * strip.Count);

            // What dropout left out is 0 as what ReLU did not let through.
            Elementwise.KeepWherePositive(
                next, numbers + ((long)done * strip.Count), next, (long)count * strip.Count, dropout?.Scale ?? 1);
            convolution.AddGradients(ImageAt(from + done), next, count, row, column, columns, gradient);
        }
    }

    public override void StoreGradients(float* gradient) => convolution.StoreGradients(gradient);

    public override void Dispose()
    {
        base.Dispose();
        convolution.Dispose();
    }

    private float* ImageAt(int sample) => images.Output + ((long)sample * images.OutputSize);

    private (int Row, int Column, int Columns) PixelsOf(Strip strip)
    {
        (_, int columns, int filters) = convolution.Shape.Output;
        int pixel = strip.First / filters;
        return (pixel / columns, pixel % columns, strip.Count / filters);
    }
}
