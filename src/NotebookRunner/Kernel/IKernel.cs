using NotebookRunner.Notebooks;

namespace NotebookRunner.Kernel;

/// <summary>Runs a notebook's cells one after the other. What they write and show goes to an <see cref="IOutputSink"/>.</summary>
internal interface IKernel : IDisposable
{
    /// <summary>Tells which cells will run, cell 1 first, so that it can prepare for them.</summary>
    void Expect(IReadOnlyList<string> cells)
    {
    }

    /// <summary>Runs a cell.</summary>
    /// <param name="number">Its number among the cells that run, from 1.</param>
    /// <param name="source">Its text.</param>
    /// <param name="language">The kernel's name of its language; null: C#.</param>
    /// <param name="stop">Asks the cell to end. One that does not listen runs on.</param>
    /// <returns>Why it failed, or null.</returns>
    Task<CellFailure?> RunAsync(int number, string source, string? language, CancellationToken stop);
}

/// <summary>Starts a kernel.</summary>
/// <param name="folder">The notebook's folder, where relative paths start.</param>
/// <param name="storesResults">Whether the library is asked for results to store.</param>
/// <param name="output">Takes what the cells write and show.</param>
internal delegate IKernel KernelFactory(string folder, bool storesResults, IOutputSink output);

/// <summary>Takes what a notebook's cells write and show, in order, from any thread.</summary>
internal interface IOutputSink
{
    /// <summary>A cell wrote to a stream (<c>stdout</c>, <c>stderr</c>).</summary>
    void Write(string stream, string text);

    /// <summary>
    /// A cell showed a value. Its <paramref name="id"/> stands for it as long as the kernel runs; a live one is expected to be
    /// updated.
    /// </summary>
    void Display(int id, MimeBundle bundle, bool isResult, bool isLive);

    /// <summary>A value that was shown before, by this cell or an earlier one, has changed.</summary>
    void Update(int id, MimeBundle bundle);

    /// <summary>A cell stored a result, a name and JSON, beside what it shows.</summary>
    void Store(string name, string json);

    /// <summary>Native code printed text past the console: it is shown, but belongs to no cell.</summary>
    void Print(string text);
}
