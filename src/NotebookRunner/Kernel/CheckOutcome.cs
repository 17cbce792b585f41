using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Kernel;

/// <summary>
/// What a check found, on its way to whoever grades: grading runs a copy of its own of each check cell, with the check inside
/// <see cref="Of"/>. No formatter is asked, so none that a notebook registers can speak for the check.
/// </summary>
public sealed class CheckOutcome
{
    /// <summary>The MIME type that it is sent as.</summary>
    internal const string MimeType = "application/vnd.exercise.check+json";

    private readonly JsonObject _json;

    private CheckOutcome(JsonObject json) => _json = json;

    /// <summary>Reads the result of a check.</summary>
    /// <param name="result">
    /// An object with the properties <c>Passed</c> (true or false), <c>Message</c> and <c>Hint</c> (texts); and
    /// <c>IsLoaded</c>, if it can be right without work of the student.
    /// </param>
    /// <returns>What they say, and which type of which file says it.</returns>
    public static CheckOutcome Of(object? result)
    {
        Type? type = result?.GetType();
        return new CheckOutcome(new JsonObject
        {
            ["passed"] = Read("Passed") is true && Read("IsLoaded") is not true,
            ["message"] = Read("Message") as string,
            ["hint"] = Read("Hint") as string,
            ["type"] = type?.Name,
            ["assembly"] = type?.Assembly.Location,
        });

        object? Read(string name) => type?.GetProperty(name, BindingFlags.Public | BindingFlags.Instance)?.GetValue(result);
    }

    /// <summary>The outcome as an output.</summary>
    internal MimeBundle ToBundle() => new(
    [
        new(MimeType, _json.ToJsonString()),
        new(PlainTextFormatter.MimeType, Words(_json)),
    ]);

    private static string Words(JsonObject json) =>
        $"{(json["passed"]!.GetValue<bool>() ? "✓" : "•")} {json["message"]}{(json["hint"] is { } hint ? $" Hint: {hint}" : "")}";
}
