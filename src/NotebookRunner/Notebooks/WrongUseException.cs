namespace NotebookRunner.Notebooks;

/// <summary>What is asked for cannot be done. The message is one line that says why.</summary>
internal sealed class WrongUseException(string message, Exception? innerException = null) : Exception(message, innerException);
