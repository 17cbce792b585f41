using NotebookRunner.Kernel;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Grading;

/// <summary>Hands on what the cells write and show, up to a size: a submission may print without end.</summary>
internal sealed class BoundedOutput(IOutputSink output) : IOutputSink
{
    private const int Limit = 16 * 1024 * 1024;
    private const int LongestCheck = 16 * 1024;

    private long _left = Limit;

    /// <summary>Whether anything was dropped.</summary>
    public bool IsCut => Interlocked.Read(ref _left) < 0;

    /// <inheritdoc/>
    public void Write(string stream, string text)
    {
        if (Takes(text.Length))
        {
            output.Write(stream, text);
        }
    }

    /// <inheritdoc/>
    public void Display(int id, MimeBundle bundle, bool isResult, bool isLive)
    {
        int size = SizeOf(bundle);
        if ((bundle[CheckOutcome.MimeType] is not null && size < LongestCheck) || Takes(size))
        {
            output.Display(id, bundle, isResult, isLive);
        }
    }

    /// <inheritdoc/>
    public void Update(int id, MimeBundle bundle)
    {
        if (Takes(SizeOf(bundle)))
        {
            output.Update(id, bundle);
        }
    }

    /// <inheritdoc/>
    public void Store(string name, string json)
    {
        // Results beside what is shown are of no use here.
    }

    /// <inheritdoc/>
    public void Print(string text)
    {
        // Native code's words belong to no cell.
    }

    private static int SizeOf(MimeBundle bundle) => bundle.Items.Sum(item => item.Value.Length);

    private bool Takes(int size) => Interlocked.Add(ref _left, -size) >= 0;
}
