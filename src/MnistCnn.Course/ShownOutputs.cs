using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace MnistCnn.Course;

/// <summary>What the cells of a notebook have shown lately, the library's results and text alike, for the checks.</summary>
internal static partial class ShownOutputs
{
    /// <summary>A few times what one evaluation shows, also if each image is shown by itself.</summary>
    private const int KeptResults = 200;

    /// <summary>Room for the probabilities of a whole test set, written out.</summary>
    private const int KeptCharacters = 1_000_000;

    private const RegexOptions Options = RegexOptions.Singleline | RegexOptions.ExplicitCapture;
    private const int Timeout = 5000;

    private static readonly ConcurrentQueue<object> s_results = new();
    private static readonly StringBuilder s_text = new();

    /// <summary>The numbers in what was written, in their order.</summary>
    public static IReadOnlyList<ShownNumber> Numbers =>
        [.. NumberPattern().Matches(TextAlone()).Select(match => new ShownNumber(match.Value))];

    /// <summary>Whether pictures of anyone's making were shown.</summary>
    public static bool HasPictures
    {
        get
        {
            lock (s_text)
            {
                return PicturePattern().IsMatch(s_text.ToString());
            }
        }
    }

    /// <summary>Notes what was shown, if it is a view of an evaluation.</summary>
    /// <param name="value">A result of the library, or a figure of one.</param>
    public static void Add(object? value)
    {
        object? result = value is Figure figure ? figure.Source : value;
        if (result is ClassificationReport or ConfusionMatrix or (int, IReadOnlyList<float>) or GrayImage
            or ImagePrediction or IReadOnlyList<ImagePrediction>)
        {
            s_results.Enqueue(result);
            if (s_results.Count > KeptResults)
            {
                s_results.TryDequeue(out _);
            }
        }
    }

    /// <summary>Notes what was written.</summary>
    /// <param name="text">Plain text or HTML.</param>
    public static void AddText(string text)
    {
        lock (s_text)
        {
            s_text.Append(text).Remove(0, Math.Max(0, s_text.Length - KeptCharacters));
        }
    }

    /// <summary>The results of a type.</summary>
    public static IEnumerable<T> Of<T>() => s_results.OfType<T>();

    /// <summary>Whether numbers were written one after the other.</summary>
    /// <param name="numbers">All that was written.</param>
    /// <param name="values">What the numbers should be.</param>
    /// <param name="tolerance">How far a number may be off, beside its own rounding.</param>
    /// <param name="gap">How many other numbers may stand between two of them.</param>
    public static bool Shows(IReadOnlyList<ShownNumber> numbers, IReadOnlyList<double> values, double tolerance, int gap = 0)
    {
        // The places where the values so far can end: a number that happens to fit must not hide the right one behind it.
        int[] ends = [.. Enumerable.Range(0, numbers.Count).Where(i => numbers[i].Means(values[0], tolerance))];
        foreach (double value in values.Skip(1))
        {
            ends =
            [
                .. ends.SelectMany(end => Enumerable.Range(end + 1, Math.Min(gap + 1, numbers.Count - end - 1))).Distinct()
                    .Where(i => numbers[i].Means(value, tolerance)),
            ];
        }

        return ends.Length > 0;
    }

    /// <summary>Forgets all.</summary>
    public static void Clear()
    {
        s_results.Clear();
        s_text.Clear();
    }

    private static string TextAlone()
    {
        lock (s_text)
        {
            return WebUtility.HtmlDecode(TagPattern().Replace(s_text.ToString(), " "));
        }
    }

    // A comma is a point where it stands alone: 0,98 is a number, [0,9,8] three.
    [GeneratedRegex(
        @"(?<![\w.,\[])[-−]?\d+,\d+(?!\d|[.,]\d|\])( ?%)?|(?<![\w.])[-−]?\d+(\.\d+)?([eE][+-]?\d+)?( ?%)?", Options, Timeout)]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"<style.*?</style>|<[a-zA-Z/!][^>]*>", Options, Timeout)]
    private static partial Regex TagPattern();

    [GeneratedRegex("<(img|svg|canvas)|data:image/|plotly", Options, Timeout)]
    private static partial Regex PicturePattern();
}

/// <summary>A number as somebody wrote it: with a point or a comma, as a share or in per cent.</summary>
internal readonly record struct ShownNumber
{
    private readonly double _value;
    private readonly double _whole;
    private readonly double _rounding;

    public ShownNumber(string text)
    {
        bool percent = text.EndsWith('%');
        string number = text.TrimEnd('%').Trim().Replace('−', '-');
        string point = number.Replace(',', '.');
        int mark = point.LastIndexOf('.');
        Decimals = mark < 0 ? 0 : point[(mark + 1)..].TakeWhile(char.IsAsciiDigit).Count();
        double scale = percent ? 0.01 : 1;
        _value = Parse(point) * scale;
        _rounding = 0.51 * Math.Pow(10, -Decimals) * scale;

        // 10,000 in English, 10.000 in German.
        _whole = mark > 0 && Decimals == 3 ? Parse(point.Replace(".", "", StringComparison.Ordinal)) : double.NaN;
        Decimals += percent ? 2 : 0;
    }

    /// <summary>Digits after the point, those of a share where per cent are written.</summary>
    public int Decimals { get; }

    /// <summary>Whether it is a value, rounded.</summary>
    public bool Means(double value, double tolerance) =>
        Math.Abs(_value - value) <= _rounding + tolerance || Math.Abs(_whole - value) <= tolerance;

    private static double Parse(string number) =>
        double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN;
}
