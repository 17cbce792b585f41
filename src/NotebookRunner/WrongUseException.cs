namespace NotebookRunner;

/// <summary>The command line asks for something that cannot be done. The message is one line that says why.</summary>
internal sealed class WrongUseException : Exception
{
    public WrongUseException()
    {
    }

    public WrongUseException(string message)
        : base(message)
    {
    }

    public WrongUseException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
