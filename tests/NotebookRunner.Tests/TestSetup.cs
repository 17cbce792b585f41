using Xunit.Sdk;
using Xunit.v3;

// A run takes over the console, the working directory and AppContext: one at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
