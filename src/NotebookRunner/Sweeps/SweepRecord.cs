using System.Text.Json.Nodes;

namespace NotebookRunner.Sweeps;

/// <summary>
/// The results of one name in all runs of a sweep, as columns: a number or a text is one, a list of numbers is a curve and
/// its last number a column.
/// </summary>
/// <param name="Name">The name of the result; empty for those that runs stored singly.</param>
/// <param name="Members">For each run the values by name; empty where the run has none.</param>
internal sealed record SweepRecord(string Name, IReadOnlyList<IReadOnlyList<KeyValuePair<string, JsonNode?>>> Members)
{
    /// <summary>The names of the values, in the order in which they first came up.</summary>
    public IReadOnlyList<string> Columns =>
        [.. Members.SelectMany(run => run).Where(IsShown).Select(member => member.Key).Distinct(StringComparer.Ordinal)];

    /// <summary>The names of those that are curves in some run.</summary>
    public IReadOnlyList<string> Curves =>
        [.. Columns.Where(name =>
            Members.Any(run => run.Any(member => member.Key == name && member.Value is JsonArray { Count: > 1 })))];

    /// <summary>The results of a sweep: what was stored singly first, then every object by its name.</summary>
    public static IReadOnlyList<SweepRecord> Of(IReadOnlyList<SweepRun> runs)
    {
        var single = new SweepRecord("", [.. runs.Select(run => (IReadOnlyList<KeyValuePair<string, JsonNode?>>)
            [.. run.Scraps.Where(scrap => scrap.Data is not JsonObject)
                .Select(scrap => KeyValuePair.Create(scrap.Name, scrap.Data))])]);
        IEnumerable<SweepRecord> named =
            runs.SelectMany(run => run.Scraps).Where(scrap => scrap.Data is JsonObject).Select(scrap => scrap.Name)
            .Distinct(StringComparer.Ordinal)
            .Select(name => new SweepRecord(name, [.. runs.Select(run => (IReadOnlyList<KeyValuePair<string, JsonNode?>>)
                [.. (run.Scraps.FirstOrDefault(scrap => scrap.Name == name)?.Data as JsonObject) ?? []])]));
        return [.. new[] { single }.Concat(named).Where(record => record.Columns.Count > 0)];
    }

    /// <summary>A run's value: a number, a text, a truth value, or the last number of a curve; null where it has none.</summary>
    public JsonValue? Value(int run, string column) => Find(run, column) switch
    {
        JsonValue value => value,
        JsonArray list => list.OfType<JsonValue>().LastOrDefault(),
        _ => null,
    };

    /// <summary>A run's curve; empty where it has none. A gap is null.</summary>
    public IReadOnlyList<double?> Curve(int run, string column) =>
        Find(run, column) is JsonArray list
            ? [.. list.Select(node => node is JsonValue value && value.TryGetValue(out double y) ? y : (double?)null)]
            : [];

    private static bool IsShown(KeyValuePair<string, JsonNode?> member) => member.Value switch
    {
        JsonValue => true,
        JsonArray list => list.Count > 0 && list.All(node => node is null or JsonValue)
            && list.Any(node => node is JsonValue value && value.TryGetValue(out double _)),
        _ => false,
    };

    private JsonNode? Find(int run, string column) =>
        Members[run].Where(member => member.Key == column).Select(member => member.Value).FirstOrDefault();
}
