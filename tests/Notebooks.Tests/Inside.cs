using Xunit;

namespace Notebooks.Tests;

/// <summary>The tests that share one run of the notebook.</summary>
[CollectionDefinition(nameof(Inside))]
public sealed class Inside : ICollectionFixture<InsideRun>;
