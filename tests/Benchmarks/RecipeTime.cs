namespace MnistCnn.Benchmarks;

/// <summary>How long the recipe takes.</summary>
/// <param name="Threads">The threads that computed.</param>
/// <param name="Instructions">The instructions that were used.</param>
/// <param name="Epochs">The epochs of a run.</param>
/// <param name="SecondsOfEpoch">The measured time of one, with its validation.</param>
/// <param name="MinutesOfRun">That times the number of epochs.</param>
internal sealed record RecipeTime(int Threads, string Instructions, int Epochs, double SecondsOfEpoch, double MinutesOfRun);
