using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace MnistCnn.Native;

/// <summary>Where NuGet has unpacked the native libraries that TorchSharp needs on this system.</summary>
/// <param name="LibTorch">Full paths of libtorch's libraries in the order in which they must be loaded.</param>
/// <param name="LibTorchSharp">Full path of TorchSharp's own native library.</param>
internal sealed record NativePackages(IReadOnlyList<string> LibTorch, string LibTorchSharp)
{
    /// <summary>Finds the packages in the folder this assembly was built from, or where NuGet puts them by default.</summary>
    /// <param name="libTorchVersion">The version of the libtorch package, as <c>2.10.0</c>.</param>
    /// <exception cref="DllNotFoundException">A package or a file is missing, or there is none for this system.</exception>
    public static NativePackages Find(string libTorchVersion)
    {
        (string rid, string[] libTorch, string libTorchSharp) = ForThisSystem();
        string torchSharpVersion = typeof(torch).Assembly.GetName().Version!.ToString(3);
        var tried = new List<string>();
        foreach (string root in Roots())
        {
            string first = Path.Combine(root, $"libtorch-cpu-{rid}", libTorchVersion, "runtimes", rid, "native");
            string second = Path.Combine(root, "torchsharp", torchSharpVersion, "runtimes", rid, "native");
            string[] files = [.. libTorch.Select(name => Path.Combine(first, name))];
            string last = Path.Combine(second, libTorchSharp);
            if (files.Append(last).All(File.Exists))
            {
                return new NativePackages(files, last);
            }

            tried.Add(root);
        }

        throw new DllNotFoundException(
            $"libtorch {libTorchVersion} for {rid} is not in the NuGet package folder ({string.Join(" or ", tried)}). "
            + "Run `dotnet build` at the root of the repository: it restores the package.");
    }

    private static IEnumerable<string> Roots()
    {
        string? built = typeof(NativePackages).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => string.Equals(a.Key, "NuGetPackageRoot", StringComparison.Ordinal))?.Value;
        string? configured = Environment.GetEnvironmentVariable("NUGET_PACKAGES");
        string usual = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return new[] { built, configured, usual }
            .Where(root => !string.IsNullOrEmpty(root))
            .Select(root => Path.TrimEndingDirectorySeparator(root!))
            .Distinct(StringComparer.Ordinal);
    }

    private static (string Rid, string[] LibTorch, string LibTorchSharp) ForThisSystem()
    {
        Architecture architecture = RuntimeInformation.ProcessArchitecture;
        if (OperatingSystem.IsLinux() && architecture == Architecture.X64)
        {
            return ("linux-x64", ["libgomp-98b21ff3.so.1", "libc10.so", "libtorch_cpu.so", "libtorch.so"], "libLibTorchSharp.so");
        }

        if (OperatingSystem.IsMacOS() && architecture == Architecture.Arm64)
        {
            return (
                "osx-arm64", ["libomp.dylib", "libc10.dylib", "libtorch_cpu.dylib", "libtorch.dylib"],
                "libLibTorchSharp.dylib");
        }

        if (OperatingSystem.IsWindows() && architecture is Architecture.X64)
        {
            return ("win-x64", ["libiomp5md.dll", "uv.dll", "c10.dll", "torch_cpu.dll", "torch.dll"], "LibTorchSharp.dll");
        }

        throw new DllNotFoundException(
            $"TorchSharp has no libtorch for {RuntimeInformation.OSDescription} on {architecture}: "
            + "it runs on Linux x64, Windows x64 and macOS arm64.");
    }
}
