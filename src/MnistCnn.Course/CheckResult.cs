namespace MnistCnn.Course;

/// <summary>What a check has found: one line for the student.</summary>
/// <param name="Passed">Whether all is right.</param>
/// <param name="Message">What is right, or what is wrong, in plain words.</param>
/// <param name="Hint">Where to look; null where nothing is wrong.</param>
public sealed record CheckResult(bool Passed, string Message, string? Hint = null)
{
    /// <summary>The line as text: <c>✓ …</c>, or <c>• … Hint: …</c>.</summary>
    public override string ToString() => (Passed ? "✓ " : "• ") + Message + (Hint is null ? "" : $" Hint: {Hint}");

    internal static CheckResult Right(string message) => new(true, message);

    internal static CheckResult Wrong(string message, string hint) => new(false, message, hint);
}
