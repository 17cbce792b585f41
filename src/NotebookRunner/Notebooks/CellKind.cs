namespace NotebookRunner.Notebooks;

/// <summary>What a cell holds.</summary>
internal enum CellKind
{
    /// <summary>Code that the kernel runs.</summary>
    Code,

    /// <summary>Text for the reader.</summary>
    Markdown,

    /// <summary>Text that is passed through untouched.</summary>
    Raw,
}
