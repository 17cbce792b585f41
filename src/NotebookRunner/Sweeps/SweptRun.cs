namespace NotebookRunner.Sweeps;

/// <summary>How the notebook's run with one combination went.</summary>
/// <param name="Combination">The values.</param>
/// <param name="Failure">Why it failed, in one line; null if it did not.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Scraps">The results that it left.</param>
/// <param name="PagePath">Its page; null if there is none.</param>
internal sealed record SweptRun(
    Combination Combination, string? Failure, TimeSpan Duration, IReadOnlyList<Scrap> Scraps, string? PagePath);
