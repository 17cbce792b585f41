namespace MnistCnn;

/// <summary>Finds the repository's <c>data</c> folder from wherever a notebook, the runner or a test runs.</summary>
internal static class DataFolder
{
    /// <summary>The folder of one data set.</summary>
    /// <param name="name">The data set: a folder below <c>data</c>.</param>
    /// <returns>
    /// The first <c>data/name</c> above the working directory or above this assembly; else a folder in the user's cache,
    /// which need not exist yet.
    /// </returns>
    public static string For(string name) => For(
        name, [Directory.GetCurrentDirectory(), Path.GetDirectoryName(typeof(DataFolder).Assembly.Location) ?? ""]);

    /// <inheritdoc cref="For(string)"/>
    /// <param name="name">The data set: a folder below <c>data</c>.</param>
    /// <param name="starts">The folders from which the search goes upwards, in order.</param>
    public static string For(string name, IReadOnlyList<string> starts) =>
        starts.SelectMany(Upwards).Select(folder => Path.Combine(folder, "data", name)).FirstOrDefault(Directory.Exists)
        ?? Path.Combine(
            Environment.GetFolderPath(
                Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "MnistCnn", "data", name);

    private static IEnumerable<string> Upwards(string start)
    {
        for (DirectoryInfo? folder = start.Length > 0 ? new(start) : null; folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}
