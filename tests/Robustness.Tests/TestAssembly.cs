using System.Runtime.CompilerServices;
using MnistCnn;
using MnistCnn.Native;

// The runner takes over the console and the working directory, TorchSharp has one dispose scope stack a thread: one at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Robustness.Tests;

internal static class TestAssembly
{
    [ModuleInitializer]
    internal static void LoadTorch() => TorchNatives.EnsureLoaded();
}
