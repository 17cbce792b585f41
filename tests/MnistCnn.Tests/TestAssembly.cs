using System.Runtime.CompilerServices;
using MnistCnn;
using MnistCnn.Native;

// TorchSharp has one random generator and one dispose scope stack a thread; the tests share them one after the other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace MnistCnn.Tests;

internal static class TestAssembly
{
    [ModuleInitializer]
    internal static void StartNotebook() => MnistCnn.Notebook.Start();
}
