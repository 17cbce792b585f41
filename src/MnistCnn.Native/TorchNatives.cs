using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace MnistCnn.Native;

/// <summary>
/// Loads libtorch for TorchSharp from the folder of NuGet packages, on every host, without copying half a gigabyte and
/// whatever TorchSharp call comes first.
/// </summary>
/// <remarks>
/// <para>
/// TorchSharp looks for its native libraries beside the managed assembly and, failing that, copies them there. A call
/// that does not touch the class <c>torch</c> first (<c>nn.Conv2d(…)</c>) does not even look and throws
/// <see cref="DllNotFoundException"/>. This class answers the runtime's own question instead: when the runtime cannot
/// find a library that TorchSharp asks for, it loads the whole set by full path, dependencies first.
/// </para>
/// <para>
/// On Linux with a libstdc++ older than GCC 13's the vendor's <c>libLibTorchSharp.so</c> cannot be loaded;
/// <see cref="PatchedLibTorchSharp"/> steps around that. The class can go when TorchSharp loads from the package folder
/// by itself; the patch when TorchSharp is built against an older libstdc++ again.
/// </para>
/// </remarks>
internal static class TorchNatives
{
    /// <summary>The libtorch that TorchSharp 0.107.0 is built for; another one would not match its entry points.</summary>
    internal const string LibTorchVersion = "2.10.0";

    private static readonly Lazy<IReadOnlyDictionary<string, nint>> s_loaded =
        new(LoadAll, LazyThreadSafetyMode.ExecutionAndPublication);

    private static int s_hooked;

    /// <summary>
    /// What to say where this process has two copies of TorchSharp, whose tensors do not know each other: a cell has loaded the
    /// package once more. Null where it has one.
    /// </summary>
    public static string? LoadedTwice =>
        AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.GetName().Name is "TorchSharp")
            .Select(assembly => assembly.Location).Distinct(StringComparer.Ordinal).Count() > 1
            ? "TorchSharp is loaded twice: take the #r that names it out of your cells and restart; it is loaded already."
            : null;

    /// <summary>Loads the native libraries now, if they are not loaded yet.</summary>
    /// <exception cref="DllNotFoundException">
    /// They are not where NuGet unpacks them, or the system cannot load them; the message says what to do.
    /// </exception>
    public static void EnsureLoaded()
    {
        Hook();
        _ = s_loaded.Value;
    }

    /// <summary>
    /// Loads the native libraries now and says what was loaded: <c>TorchSharp 0.107.0, libtorch 2.10.0, 2 threads</c>.
    /// </summary>
    /// <exception cref="DllNotFoundException">As <see cref="EnsureLoaded"/>.</exception>
    public static string Describe()
    {
        EnsureLoaded();
        string version = typeof(torch).Assembly.GetName().Version!.ToString(3);
        return FormattableString.Invariant(
            $"TorchSharp {version}, libtorch {LibTorchVersion}, {torch.get_num_threads()} threads");
    }

    /// <summary>Puts this class in the way of every look-up of a native library by TorchSharp; done once.</summary>
    public static void Hook()
    {
        if (Interlocked.Exchange(ref s_hooked, 1) == 1)
        {
            return;
        }

        Assembly torchSharp = typeof(torch).Assembly;
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(torchSharp) ?? AssemblyLoadContext.Default;
        context.ResolvingUnmanagedDll += (assembly, name) =>
            assembly == torchSharp && s_loaded.Value.TryGetValue(Stem(name), out nint handle) ? handle : 0;
    }

    /// <summary>The name of a library without folder, <c>lib</c> and extension: <c>LibTorchSharp</c>, <c>torch_cpu</c>.</summary>
    private static string Stem(string library)
    {
        string name = Path.GetFileName(library);
        foreach (string ending in (string[])[".dll", ".dylib", ".so"])
        {
            int at = name.IndexOf(ending, StringComparison.OrdinalIgnoreCase);
            name = at > 0 ? name[..at] : name;
        }

        // "libLibTorchSharp.so" and "LibTorchSharp.dll" are the same library: only a lower-case "lib" is a prefix.
        return name.StartsWith("lib", StringComparison.Ordinal) ? name[3..] : name;
    }

    private static Dictionary<string, nint> LoadAll()
    {
        NativeHeap.PreferLargePages();
        var packages = NativePackages.Find(LibTorchVersion);
        var handles = new Dictionary<string, nint>(StringComparer.Ordinal);
        foreach (string file in packages.LibTorch)
        {
            handles[Stem(file)] = NativeLibrary.Load(file);
        }

        handles["LibTorchSharp"] = LoadLibTorchSharp(packages.LibTorchSharp);
        return handles;
    }

    private static nint LoadLibTorchSharp(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException tooOld) when (PatchedLibTorchSharp.IsNeeded(tooOld))
        {
            return NativeLibrary.Load(PatchedLibTorchSharp.FileFor(path));
        }
    }
}
