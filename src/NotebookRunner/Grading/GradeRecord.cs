using System.Text.Json;
using System.Text.Json.Serialization;

namespace NotebookRunner.Grading;

/// <summary>What grading found in one submission.</summary>
/// <param name="File">The submission, from the folder of all.</param>
/// <param name="Key">What it depends on, as a checksum: the submission, the solution and the settings.</param>
/// <param name="Tasks">What each check found, in order.</param>
/// <param name="GoOn">The tasks whose prepared state was used.</param>
/// <param name="Errors">What went wrong and what is to be looked at, a line each.</param>
/// <param name="Seconds">How long the run took.</param>
/// <param name="HasPage">Whether there is a page for the student.</param>
internal sealed record GradeRecord(
    string File,
    string Key,
    IReadOnlyList<GradedTask> Tasks,
    IReadOnlyList<string> GoOn,
    IReadOnlyList<string> Errors,
    double Seconds,
    bool HasPage)
{
    private static readonly JsonSerializerOptions s_format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The points of all tasks.</summary>
    [JsonIgnore]
    public decimal Total => Tasks.Sum(task => task.Points);

    /// <summary>The points that there are.</summary>
    [JsonIgnore]
    public decimal Of => Tasks.Sum(task => task.Of);

    /// <summary>The result that was written there; null where there is none that can be read.</summary>
    public static GradeRecord? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<GradeRecord>(System.IO.File.ReadAllText(path), s_format);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes the result, whole or not at all.</summary>
    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.WriteAllText(path, JsonSerializer.Serialize(this, s_format));
    }
}

/// <summary>What one check found.</summary>
/// <param name="Id">The check.</param>
/// <param name="Points">What it gives.</param>
/// <param name="Of">What it could have given.</param>
/// <param name="Message">What it says.</param>
/// <param name="Hint">Where it tells the student to look; null where nothing is wrong.</param>
/// <param name="IsHidden">Whether students do not see the check.</param>
internal sealed record GradedTask(string Id, decimal Points, decimal Of, string Message, string? Hint, bool IsHidden);
