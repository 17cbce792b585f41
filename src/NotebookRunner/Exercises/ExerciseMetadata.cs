using System.Globalization;
using System.Text.Json.Nodes;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Exercises;

/// <summary>
/// What a cell of the solution says, in its metadata and out of its reader's sight, about the student's sheet. Texts are a
/// string or an array of lines without line ends.
/// </summary>
internal sealed record ExerciseMetadata
{
    private static readonly string[] s_keys = ["after", "check", "goOn", "hidden", "omit", "points", "prompt", "quiz", "text"];

    /// <summary>Points as they are written everywhere: <c>5</c>, <c>2.5</c>.</summary>
    public static string Written(decimal points) => points.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>Whether the cell is left out.</summary>
    public bool Omit { get; private init; }

    /// <summary>What the sheet has in the place of the cell's own text.</summary>
    public string? Text { get; private init; }

    /// <summary>What stands in the place of the answer.</summary>
    public string? Prompt { get; private init; }

    /// <summary>The code of a cell that follows.</summary>
    public string? After { get; private init; }

    /// <summary>The code of the check that follows.</summary>
    public string? Check { get; private init; }

    /// <summary>What it is worth.</summary>
    public decimal Points { get; private init; }

    /// <summary>The code of a check that only grading runs.</summary>
    public string? Hidden { get; private init; }

    /// <summary>What that is worth.</summary>
    public decimal HiddenPoints { get; private init; }

    /// <summary>What a student reads who is stuck.</summary>
    public string? GoOnText { get; private init; }

    /// <summary>The code of the folded cell that loads a correct state.</summary>
    public string? GoOnCode { get; private init; }

    /// <summary>The text of a further answer cell before this one.</summary>
    public string? QuizPrompt { get; private init; }

    /// <summary>A right answer to it.</summary>
    public string? QuizAnswer { get; private init; }

    /// <summary>The code of its check.</summary>
    public string? QuizCheck { get; private init; }

    /// <summary>What that is worth.</summary>
    public decimal QuizPoints { get; private init; }

    /// <summary>Reads the metadata of a cell.</summary>
    /// <exception cref="NotebookFormatException">They are not what they should be; the message names the cell.</exception>
    public static ExerciseMetadata Of(Cell cell)
    {
        JsonNode? node = cell.Json["metadata"]?[StudentSheet.MetadataKey];
        if (node is not null and not JsonObject)
        {
            throw Wrong(cell, $"{StudentSheet.MetadataKey} is not an object");
        }

        JsonObject json = node as JsonObject ?? [];
        if (json.Select(property => property.Key)
            .FirstOrDefault(key => !s_keys.Contains(key, StringComparer.Ordinal)) is { } unknown)
        {
            throw Wrong(cell, $"{StudentSheet.MetadataKey} has the unknown key '{unknown}'");
        }

        var exercise = new ExerciseMetadata
        {
            Omit = json["omit"] is JsonValue value && value.TryGetValue(out bool omit) && omit,
            Text = Lines(cell, json, "text"),
            Prompt = Lines(cell, json, "prompt"),
            After = Lines(cell, json, "after"),
            Check = Lines(cell, json, "check"),
            Points = PointsOf(cell, json),
            Hidden = Lines(cell, json["hidden"], "code"),
            HiddenPoints = PointsOf(cell, json["hidden"] as JsonObject),
            GoOnText = Lines(cell, json["goOn"], "text"),
            GoOnCode = Lines(cell, json["goOn"], "code"),
            QuizPrompt = Lines(cell, json["quiz"], "prompt"),
            QuizAnswer = Lines(cell, json["quiz"], "answer"),
            QuizCheck = Lines(cell, json["quiz"], "check"),
            QuizPoints = PointsOf(cell, json["quiz"] as JsonObject),
        };
        bool isAnswer = cell.Kind == CellKind.Code && AnswerRegion.IsIn(cell.Source);
        return (isAnswer, exercise) switch
        {
            (true, { Omit: false, Prompt: null }) => throw Wrong(cell, "an answer without a prompt for the student"),
            (false, { Prompt: not null }) => throw Wrong(cell, "a prompt, but no answer between marks"),
            (true, { Text: not null }) => throw Wrong(cell, "a text in the place of a cell with an answer"),
            _ when json["goOn"] is not null && (exercise.GoOnText is null || exercise.GoOnCode is null) =>
                throw Wrong(cell, "goOn needs a text and code"),
            (_, { Check: null, Points: > 0 }) => throw Wrong(cell, "points, but no check that gives them"),
            _ when json["hidden"] is not null && exercise.Hidden is null => throw Wrong(cell, "hidden needs code"),
            _ when json["quiz"] is not null
                && (exercise.QuizPrompt is null || exercise.QuizAnswer is null || exercise.QuizCheck is null)
                => throw Wrong(cell, "quiz needs a prompt, an answer and a check"),
            _ => exercise,
        };
    }

    private static string? Lines(Cell cell, JsonNode? parent, string key)
    {
        if (parent is not null and not JsonObject)
        {
            throw Wrong(cell, $"what should hold '{key}' is not an object");
        }

        return parent?[key] switch
        {
            null => null,
            JsonArray lines when MultilineText.IsMultilineText(lines) =>
                string.Join('\n', lines.Select(line => line!.GetValue<string>())),
            JsonValue value when value.TryGetValue(out string? text) => text,
            _ => throw Wrong(cell, $"'{key}' is not a text"),
        };
    }

    private static decimal PointsOf(Cell cell, JsonObject? parent) => parent?["points"] switch
    {
        null => 0,
        JsonValue value when value.TryGetValue(out decimal points) && points >= 0 => points,
        _ => throw Wrong(cell, "'points' is not a number from 0"),
    };

    private static NotebookFormatException Wrong(Cell cell, string problem) => new($"cell {cell.Id}: {problem}");
}
