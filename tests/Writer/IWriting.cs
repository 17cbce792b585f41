namespace Writer;

/// <summary>One kind of file that the project writes, written and read by the code that does so in earnest.</summary>
internal interface IWriting
{
    /// <summary>The file.</summary>
    string Target { get; }

    /// <summary>Writes the file.</summary>
    /// <param name="version">What it shall hold: 1 or 2.</param>
    void Write(int version);

    /// <summary>Reads the file as the next run does.</summary>
    /// <returns>The version that it holds from the first byte to the last; null where there is no file.</returns>
    /// <exception cref="InvalidDataException">It holds half of a version, or of both.</exception>
    int? Read();
}
