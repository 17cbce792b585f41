using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MnistCnn.Native;

namespace MnistCnn;

/// <summary>Lets TorchSharp find libtorch as soon as a program uses the library, whatever it calls first.</summary>
internal static class LibTorch
{
    [ModuleInitializer]
    [SuppressMessage(
        "Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries",
        Justification = "A program or a cell may call TorchSharp before anything here; the hook must be in place by then.")]
    internal static void Find() => TorchNatives.Hook();
}
