namespace NotebookRunner.Execution;

/// <summary>A cell asks for something that only other notebook hosts offer.</summary>
internal sealed class UnsupportedDirectiveException : Exception
{
    public UnsupportedDirectiveException()
    {
    }

    public UnsupportedDirectiveException(string message)
        : base(message)
    {
    }

    public UnsupportedDirectiveException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The cell's line, from 1.</summary>
    public int Line { get; init; }
}
