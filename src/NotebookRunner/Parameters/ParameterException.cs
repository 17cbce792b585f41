namespace NotebookRunner.Parameters;

/// <summary>A <c>--set</c> that does not fit the notebook. The message is one line that says why.</summary>
internal sealed class ParameterException : Exception
{
    public ParameterException()
    {
    }

    public ParameterException(string message)
        : base(message)
    {
    }

    public ParameterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
