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

    /// <summary>The tag of a cell that the student writes.</summary>
    public const string AnswerTag = "answer";

    /// <summary>The tag of a cell that looks at an answer.</summary>
    public const string CheckTag = "check";

    /// <summary>The further tag of a check that students do not see.</summary>
    public const string HiddenTag = "hidden";

    /// <summary>The tag of a cell that gives the state of a task that was not solved.</summary>
    public const string GoOnTag = "go-on";

    /// <summary>The key of what nbgrader wants to know of a cell.</summary>
    public const string NbgraderKey = "nbgrader";

    /// <summary>Makes the sheet.</summary>
    /// <remarks>
    /// Checks know their points where the solution's own <c>exercise</c> metadata have <c>worth</c>: it is appended to the code
    /// of each check that gives points, with these in the place of <c>{points}</c> and the cell's id in that of
    /// <c>{check}</c>. Hidden checks stay as they are. In the code of cells that follow, <c>{all points}</c> stands for the sum.
    /// </remarks>
    /// <param name="solution">The solution; it is not changed.</param>
    /// <param name="withAnswers">Whether the answers stay, to try the checks on them.</param>
    /// <param name="withHidden">Whether the checks are there that students do not see.</param>
    /// <exception cref="NotebookFormatException">
    /// The solution's marks or metadata are wrong; the message names the cell.
    /// </exception>
    public static Notebook Create(Notebook solution, bool withAnswers, bool withHidden = false)
    {
        var json = solution.Json.Copy();
        string worth = CellLanguage.Named(json, "metadata", MetadataKey, "worth") ?? "";
        string all = ExerciseMetadata.Written(
            solution.Cells.Select(ExerciseMetadata.Of).Sum(exercise => exercise.Points + exercise.QuizPoints));
        ((JsonObject)json["metadata"]!).Put(MetadataKey, withAnswers ? "student, answered" : "student");
        List<Cell> cells = [.. solution.Cells.SelectMany(cell => CellsFor(cell, withAnswers, withHidden, worth, all))];
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

    private static IEnumerable<Cell> CellsFor(Cell cell, bool withAnswers, bool withHidden, string worth, string all)
    {
        ExerciseMetadata exercise = ExerciseMetadata.Of(cell);
        if (exercise.Omit && !withAnswers)
        {
            yield break;
        }

        foreach (Cell quiz in Quiz(cell, exercise, withAnswers, worth))
        {
            yield return quiz;
        }

        bool isAnswer = cell.Kind == CellKind.Code && AnswerRegion.IsIn(cell.Source);
        yield return isAnswer
            ? Answer(Copy(cell, AnswerRegion.Replace(cell, withAnswers ? null : exercise.Prompt), AnswerTag))
            : Given(Copy(cell, exercise.Text ?? cell.Text));

        if (exercise.After is { } after)
        {
            yield return Given(Cell.CreateCode(
                $"{cell.Id}-after", after.Replace("{all points}", all, StringComparison.Ordinal), "given"));
        }

        if (exercise.Check is { } check)
        {
            yield return Check($"{cell.Id}-check", check, exercise.Points, worth, CheckTag);
        }

        if (withHidden && exercise.Hidden is { } hidden)
        {
            yield return Check($"{cell.Id}-hidden", hidden, exercise.HiddenPoints, worth: "", CheckTag, HiddenTag);
        }

        if (exercise.GoOnText is { } text && exercise.GoOnCode is { } code)
        {
            yield return Given(Markdown($"{cell.Id}-stuck", text));
            yield return Folded(Cell.CreateCode($"{cell.Id}-go-on", code, GoOnTag));
        }
    }

    /// <summary>A question that only the sheet asks, before the cell that shows the answer.</summary>
    private static IEnumerable<Cell> Quiz(Cell cell, ExerciseMetadata exercise, bool withAnswers, string worth)
    {
        if (exercise.QuizPrompt is { } prompt && exercise.QuizAnswer is { } answer && exercise.QuizCheck is { } check)
        {
            yield return Answer(Cell.CreateCode($"{cell.Id}-quiz", withAnswers ? answer : prompt, AnswerTag));
            yield return Check($"{cell.Id}-quiz-check", check, exercise.QuizPoints, worth, CheckTag);
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

    private static Cell Answer(Cell cell) => ForNbgrader(cell, grade: false, solution: true);

    private static Cell Given(Cell cell) => ForNbgrader(cell, grade: false, solution: false);

    /// <summary>A check is neither edited nor deleted, where the host heeds that.</summary>
    private static Cell Check(string id, string code, decimal points, string worth, params string[] tags)
    {
        string told = points == 0 ? "" : worth.Replace("{points}", ExerciseMetadata.Written(points), StringComparison.Ordinal)
            .Replace("{check}", id, StringComparison.Ordinal);
        Cell cell = Cell.CreateCode(id, code + told, tags);
        ForNbgrader(cell, grade: true, solution: false);
        var metadata = (JsonObject)cell.Json["metadata"]!;
        metadata.Put("deletable", value: false);
        metadata.Put("editable", value: false);
        ((JsonObject)metadata[NbgraderKey]!).Put("points", points);
        return cell;
    }

    /// <summary>Writes what nbgrader, with version 3 of its metadata, needs to grade the sheet.</summary>
    private static Cell ForNbgrader(Cell cell, bool grade, bool solution)
    {
        ((JsonObject)cell.Json["metadata"]!).Put(NbgraderKey, new JsonObject
        {
            ["grade"] = grade,
            ["grade_id"] = cell.Id,
            ["locked"] = !solution,
            ["schema_version"] = 3,
            ["solution"] = solution,
            ["task"] = false,
        });
        return cell;
    }

    /// <summary>Folds a cell where the host reads that from the file, as Jupyter does; VS Code shows it open.</summary>
    private static Cell Folded(Cell cell)
    {
        ((JsonObject)cell.Json["metadata"]!).Put("jupyter", new JsonObject { ["source_hidden"] = true });
        return cell;
    }
}
