using System.Runtime.InteropServices;

namespace MnistCnn.Native;

/// <summary>The C library's heap, where memory is that the garbage collector does not reach.</summary>
internal static class NativeHeap
{
    /// <summary>
    /// Asks libtorch, which is not loaded yet, to take large tensors from Linux in pages of 2 MB instead of 4 KB: all images as
    /// float32 are 46,000 fewer page faults (its variable <c>THP_MEM_ALLOC_ENABLE</c>, c10/core/impl/alloc_cpu.cpp). One that the
    /// user has set stays. Elsewhere nothing is done.
    /// </summary>
    public static void PreferLargePages() =>
        // Not through Environment: that does not reach the C library's variables.
        OnLinux(() => _ = SetEnvironmentVariable("THP_MEM_ALLOC_ENABLE", "1", overwrite: 0));

    /// <summary>
    /// Gives what was freed back to the system. On Linux freed blocks of megabytes stay with the thread that asked for them,
    /// and every cell of a notebook runs on another one: 15 trainings in a session would hold 300 MB more than the first.
    /// Elsewhere nothing is done.
    /// </summary>
    public static void Trim() => OnLinux(() => _ = MallocTrim(0));

    private static void OnLinux(Action call)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            call();
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // A C library other than glibc, which has no such call.
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MallocTrim(nuint pad);

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironmentVariable(string name, string value, int overwrite);
}
