using System.Text.Json.Nodes;
using NotebookRunner.Exercises;
using NotebookRunner.Notebooks;

namespace NotebookRunner.Grading;

/// <summary>
/// A submission put back on the sheet: the sheet's own given cells and checks in the sheet's order, whatever became of them; the
/// student's answers in their places; cells of the student's own behind the cell of the sheet that they stand behind.
/// </summary>
internal sealed class RestoredNotebook
{
    private readonly IReadOnlyList<Cell> _sheet;
    private readonly IReadOnlyDictionary<string, CheckCell> _checks;
    private readonly List<Cell> _cells = [];
    private readonly List<string> _remarks = [];
    private readonly List<string> _goOn = [];
    private readonly CellIds _ids = new();

    private RestoredNotebook(Notebook sheet, IReadOnlyList<CheckCell> checks)
    {
        _sheet = sheet.Cells;
        _checks = checks.ToDictionary(check => check.Id, StringComparer.Ordinal);
        foreach (Cell cell in _sheet)
        {
            _ids.Take(cell);
        }
    }

    /// <summary>The notebook to run.</summary>
    public required Notebook Notebook { get; init; }

    /// <summary>The tasks whose prepared state was used.</summary>
    public IReadOnlyList<string> GoOn => _goOn;

    /// <summary>What a lecturer should look at.</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>Puts a submission back on the sheet.</summary>
    /// <param name="sheet">The student's sheet, with the hidden checks.</param>
    /// <param name="checks">Its checks.</param>
    /// <param name="submission">What the student handed in; it is not changed.</param>
    public static RestoredNotebook Of(Notebook sheet, IReadOnlyList<CheckCell> checks, Notebook submission)
    {
        var json = sheet.Json.Copy();
        var notebook = new Notebook(json, []);
        json["cells"] = new JsonArray();
        var restored = new RestoredNotebook(sheet, checks) { Notebook = notebook };
        restored.Put(submission.Cells);
        foreach (Cell cell in restored._cells)
        {
            notebook.Insert(notebook.Cells.Count, cell);
        }

        return restored;
    }

    private void Put(IReadOnlyList<Cell> submitted)
    {
        int[] places = Match(submitted);
        ILookup<int, Cell> own = Own(submitted, places);
        List<Cell> waiting = [.. own[-1]];
        for (int place = 0; place < _sheet.Count; place++)
        {
            List<Cell> versions = [.. submitted.Where((_, i) => places[i] == place)];
            bool isAnswer = Is(place, StudentSheet.AnswerTag);
            if (!isAnswer || versions.Count > 0)
            {
                // An answer that is not known by its id may be among them; the sheet's text of it stands before them then.
                waiting.ForEach(PutOwn);
                waiting.Clear();
            }

            PutSheetCell(place, versions, isAnswer);
            waiting.AddRange(own[place]);
        }

        waiting.ForEach(PutOwn);
        string[] edited = [.. Enumerable.Range(0, _sheet.Count)
            .Where(place => Is(place, StudentSheet.CheckTag) && !Is(place, StudentSheet.HiddenTag))
            .Where(place => !submitted.Where((_, i) => places[i] == place).Any(cell => IsSame(cell, _sheet[place])))
            .Select(place => _sheet[place].Id!)];
        if (edited.Length > 0)
        {
            _remarks.Add($"checks that were edited or missing and were put back: {string.Join(", ", edited)}");
        }
    }

    private void PutSheetCell(int place, List<Cell> versions, bool isAnswer)
    {
        Cell cell = _sheet[place];
        if (_checks.TryGetValue(cell.Id!, out CheckCell? check))
        {
            _cells.Add(WithText(cell, check.Source));
        }
        else if (isAnswer)
        {
            // Of several versions all run, in order, and what the last one says holds.
            for (int i = 0; i < versions.Count - 1; i++)
            {
                PutOwn(versions[i]);
            }

            PutAnswer(WithText(cell, versions.LastOrDefault()?.Text ?? cell.Text));
        }
        else if (Is(place, StudentSheet.GoOnTag) && versions.LastOrDefault() is { } goOn
            && !CellTokens.Of(goOn.Source).SequenceEqual(CellTokens.Of(cell.Source), StringComparer.Ordinal))
        {
            _goOn.Add(cell.Id!.Replace("-go-on", "", StringComparison.Ordinal));
            _cells.Add(WithText(cell, goOn.Text));
        }
        else
        {
            _cells.Add(WithText(cell, cell.Text));
        }
    }

    private void PutOwn(Cell cell)
    {
        var json = cell.Json.Copy();
        json["id"] = _ids.Take(cell);
        (json["metadata"] as JsonObject)?.Remove(StudentSheet.NbgraderKey);
        PutAnswer(new Cell(cell.Kind, json));
    }

    private void PutAnswer(Cell cell)
    {
        _cells.Add(cell);
        if (cell.Kind != CellKind.Code)
        {
            return;
        }

        cell.ClearOutputs();
        IReadOnlyList<string> tokens = CellTokens.Of(cell.Source);
        foreach (string name in _checks.Values.SelectMany(check => check.Names).Distinct(StringComparer.Ordinal)
            .Where(name => CellTokens.Redefines(tokens, name)))
        {
            _remarks.Add($"cell {cell.Id} has a {name} of its own, a name that the checks use; they do not see it");
        }

        IEnumerable<string> prepared = _sheet.Where((_, place) => Is(place, StudentSheet.GoOnTag))
            .SelectMany(goOn => CellTokens.Calls(CellTokens.Of(goOn.Source)));
        foreach (string call in CellTokens.Calls(tokens).Intersect(prepared, StringComparer.Ordinal))
        {
            _remarks.Add($"cell {cell.Id} calls {call}, which only the go-on cells should");
        }
    }

    /// <summary>
    /// The place on the sheet of each submitted cell: by nbgrader's id, by its own, or else by its text; or -1.
    /// </summary>
    private int[] Match(IReadOnlyList<Cell> submitted)
    {
        var places = _sheet.Index().ToDictionary(item => item.Item.Id!, item => item.Index, StringComparer.Ordinal);
        int[] found = [.. submitted.Select(cell =>
            places.TryGetValue(GradeId(cell) ?? "", out int place) || places.TryGetValue(cell.Id ?? "", out place) ? place : -1)];
        HashSet<int> taken = [.. found];
        for (int i = 0; i < found.Length; i++)
        {
            if (found[i] < 0)
            {
                found[i] = Enumerable.Range(0, _sheet.Count)
                    .FirstOrDefault(place => !taken.Contains(place) && IsSame(submitted[i], _sheet[place]), -1);
                taken.Add(found[i]);
            }
        }

        return found;
    }

    /// <summary>The student's own cells by the place of the sheet's cell that they stand behind; -1 before the first.</summary>
    private static ILookup<int, Cell> Own(IReadOnlyList<Cell> submitted, int[] places)
    {
        int place = -1;
        List<(int Place, Cell Cell)> own = [];
        foreach ((int i, Cell cell) in submitted.Index())
        {
            place = places[i] < 0 ? place : places[i];
            if (places[i] < 0)
            {
                own.Add((place, cell));
            }
        }

        return own.ToLookup(item => item.Place, item => item.Cell);
    }

    private bool Is(int place, string tag) => _sheet[place].Tags.Contains(tag, StringComparer.Ordinal);

    private static bool IsSame(Cell cell, Cell other) =>
        cell.Kind == other.Kind && string.Equals(cell.Source.Trim(), other.Source.Trim(), StringComparison.Ordinal);

    private static string? GradeId(Cell cell) => CellLanguage.Named(cell.Json, "metadata", StudentSheet.NbgraderKey, "grade_id");

    private static Cell WithText(Cell cell, string text)
    {
        var json = cell.Json.Copy();
        json["source"] = MultilineText.Split(text);
        return new Cell(cell.Kind, json);
    }
}
