namespace NotebookRunner.Notebooks;

/// <summary>A file that cannot be read as a C# notebook. The message is one line that says why.</summary>
internal sealed class NotebookFormatException : Exception
{
    public NotebookFormatException()
    {
    }

    public NotebookFormatException(string message)
        : base(message)
    {
    }

    public NotebookFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
