namespace MnistCnn;

/// <summary>
/// Figures, summaries and reports at which nobody has looked: a last line with a semicolon computes one and shows nothing. What
/// a variable holds may still be shown; lost is what nothing holds any more.
/// </summary>
internal static class Unshown
{
    private static readonly List<(string Kind, WeakReference Result)> s_results = [];

    /// <summary>Whether results are noted, as in a notebook.</summary>
    public static bool IsWatching { get; set; }

    /// <summary>Notes a new result of a kind, such as <c>figure</c>.</summary>
    public static void Add(string kind, object result)
    {
        lock (s_results)
        {
            if (IsWatching)
            {
                s_results.Add((kind, new WeakReference(result)));
            }
        }
    }

    /// <summary>Gives a part of a result, at which somebody looks with that.</summary>
    public static T Seen<T>(object result, T part)
    {
        lock (s_results)
        {
            s_results.RemoveAll(other => ReferenceEquals(other.Result.Target, result));
            return part;
        }
    }

    /// <summary>The kind of what was lost last, since this was asked before; null if nothing was.</summary>
    public static string? Lost()
    {
        lock (s_results)
        {
            if (s_results.Count > 0)
            {
                GC.Collect();
            }

            string? kind = s_results.FindLast(other => !other.Result.IsAlive).Kind;
            s_results.RemoveAll(other => !other.Result.IsAlive);
            return kind;
        }
    }
}
