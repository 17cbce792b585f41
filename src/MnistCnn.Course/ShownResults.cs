using System.Collections.Concurrent;

namespace MnistCnn.Course;

/// <summary>Which views of an evaluation a notebook has shown lately, as they are or as figures: the checks ask.</summary>
internal static class ShownResults
{
    /// <summary>A few times what one evaluation shows, also if each image is shown by itself.</summary>
    private const int Kept = 100;

    private static readonly ConcurrentQueue<object> s_shown = new();

    /// <summary>Notes what was shown, if it is such a view.</summary>
    /// <param name="value">A result of the library, or a figure of one.</param>
    public static void Add(object? value)
    {
        object? result = value is Figure figure ? figure.Source : value;
        if (result is ClassificationReport or ConfusionMatrix or (int, IReadOnlyList<float>)
            or ImagePrediction or IReadOnlyList<ImagePrediction>)
        {
            s_shown.Enqueue(result);
            if (s_shown.Count > Kept)
            {
                s_shown.TryDequeue(out _);
            }
        }
    }

    /// <summary>The results of a type.</summary>
    public static IEnumerable<T> Of<T>() => s_shown.OfType<T>();

    /// <summary>Forgets all.</summary>
    public static void Clear() => s_shown.Clear();
}
