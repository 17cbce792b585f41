using System.Text.Json.Nodes;
using NotebookRunner.Execution;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Exercises;

/// <summary>
/// Makes the sheet that students get out of the notebook with the solution: the answers are taken out, and what the cells'
/// <c>exercise</c> metadata hold is put in.
/// </summary>
internal static class StudentSheet
{
    /// <summary>The key of the metadata, of cells in the solution and of the sheet as a whole.</summary>
    public const string MetadataKey = "exercise";

    /// <summary>Makes the sheet.</summary>
    /// <param name="solution">The solution; it is not changed.</param>
    /// <param name="withAnswers">Whether the answers stay, to try the checks on them.</param>
    /// <exception cref="NotebookFormatException">
    /// The solution's marks or metadata are wrong; the message names the cell.
    /// </exception>
    public static Notebook Create(Notebook solution, bool withAnswers)
    {
        var json = solution.Json.Copy();
        ((JsonObject)json["metadata"]!).Put(MetadataKey, withAnswers ? "student, answered" : "student");
        List<Cell> cells = [.. solution.Cells.SelectMany(cell => CellsFor(cell, withAnswers))];
        if (!solution.Cells.Any(cell => cell.Kind == CellKind.Code && AnswerRegion.IsIn(cell.Source)))
        {
            throw new NotebookFormatException($"no cell has an answer between '{AnswerRegion.Begin}' and '{AnswerRegion.End}'");
        }

        if (cells.GroupBy(cell => cell.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new NotebookFormatException($"the sheet would have two cells with the id {twice.Key}");
        }

        json["cells"] = new JsonArray([.. cells.Select(cell => (JsonNode)cell.Json)]);
        var sheet = new Notebook(json, cells);
        PapermillMetadata.Remove(sheet);
        return sheet;
    }

    private static IEnumerable<Cell> CellsFor(Cell cell, bool withAnswers)
    {
        ExerciseMetadata exercise = ExerciseMetadata.Of(cell);
        if (exercise.Omit && !withAnswers)
        {
            yield break;
        }

        foreach (Cell quiz in Quiz(cell, exercise, withAnswers))
        {
            yield return quiz;
        }

        bool isAnswer = cell.Kind == CellKind.Code && AnswerRegion.IsIn(cell.Source);
        yield return isAnswer
            ? Copy(cell, AnswerRegion.Replace(cell, withAnswers ? null : exercise.Prompt), "answer")
            : Copy(cell, exercise.Text ?? cell.Text);

        if (exercise.After is { } after)
        {
            yield return Cell.CreateCode($"{cell.Id}-after", after, "given");
        }

        if (exercise.Check is { } check)
        {
            yield return Cell.CreateCode($"{cell.Id}-check", check, "check");
        }

        if (exercise.GoOnText is { } text && exercise.GoOnCode is { } code)
        {
            yield return Markdown($"{cell.Id}-stuck", text);
            yield return Folded(Cell.CreateCode($"{cell.Id}-go-on", code, "go-on"));
        }
    }

    /// <summary>A question that only the sheet asks, before the cell that shows the answer.</summary>
    private static IEnumerable<Cell> Quiz(Cell cell, ExerciseMetadata exercise, bool withAnswers)
    {
        if (exercise.QuizPrompt is { } prompt && exercise.QuizAnswer is { } answer && exercise.QuizCheck is { } check)
        {
            yield return Cell.CreateCode($"{cell.Id}-quiz", withAnswers ? answer : prompt, "answer");
            yield return Cell.CreateCode($"{cell.Id}-quiz-check", check, "check");
        }
    }

    private static Cell Copy(Cell cell, string source, params string[] tags)
    {
        var json = cell.Json.Copy();
        json["source"] = MultilineText.Split(source);
        var metadata = (JsonObject)json["metadata"]!;
        metadata.Remove(MetadataKey);
        if (tags.Length > 0)
        {
            metadata.Put("tags", new JsonArray([.. cell.Tags.Concat(tags).Select(tag => (JsonNode)tag)]));
        }

        var copy = new Cell(cell.Kind, json);
        if (cell.Kind == CellKind.Code)
        {
            copy.ClearOutputs();
        }

        return copy;
    }

    private static Cell Markdown(string id, string source) => new(CellKind.Markdown, new JsonObject
    {
        ["cell_type"] = "markdown",
        ["id"] = id,
        ["metadata"] = new JsonObject(),
        ["source"] = MultilineText.Split(source),
    });

    /// <summary>Folds a cell where the host reads that from the file, as Jupyter does; VS Code shows it open.</summary>
    private static Cell Folded(Cell cell)
    {
        ((JsonObject)cell.Json["metadata"]!).Put("jupyter", new JsonObject { ["source_hidden"] = true });
        return cell;
    }
}
