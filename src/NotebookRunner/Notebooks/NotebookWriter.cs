namespace NotebookRunner.Notebooks;

/// <summary>Writes notebooks as Jupyter formats them.</summary>
internal static class NotebookWriter
{
    /// <summary>The notebook's text.</summary>
    public static string Format(Notebook notebook) => JupyterJson.Write(notebook.Json);

    /// <summary>Writes a notebook to a file, whole or not at all.</summary>
    public static void WriteFile(Notebook notebook, string path) => AtomicFile.WriteAllText(path, Format(notebook));
}
