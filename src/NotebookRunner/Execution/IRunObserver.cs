using NotebookRunner.Notebooks;

namespace NotebookRunner.Execution;

/// <summary>Watches a run while it goes on. Calls come one at a time, on any thread.</summary>
internal interface IRunObserver
{
    /// <summary>A cell begins.</summary>
    void CellStarted(int number, int count, string source);

    /// <summary>The running cell wrote to a stream (<c>stdout</c>, <c>stderr</c>).</summary>
    void Streamed(string stream, string text);

    /// <summary>Native code printed whole lines past the console, such as warnings of libtorch.</summary>
    void Printed(string text);

    /// <summary>
    /// The running cell showed a value; <paramref name="display"/> is its place among the cell's outputs. A live one is
    /// expected to be updated.
    /// </summary>
    void Displayed(int display, MimeBundle bundle, bool isLive);

    /// <summary>A value that was shown before has changed.</summary>
    void Updated(int display, MimeBundle bundle);

    /// <summary>A cell has ended.</summary>
    void CellEnded(CellRun run);
}
