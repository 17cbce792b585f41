using System.Runtime.InteropServices;

namespace MnistCnn.Native;

/// <summary>The C library's heap, where memory is that the garbage collector does not reach.</summary>
internal static class NativeHeap
{
    /// <summary>
    /// Gives what was freed back to the system. On Linux freed blocks of megabytes stay with the thread that asked for them,
    /// and every cell of a notebook runs on another one: 15 trainings in a session would hold 300 MB more than the first.
    /// Elsewhere nothing is done.
    /// </summary>
    public static void Trim()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = MallocTrim(0);
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // A C library other than glibc, which has no such call.
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MallocTrim(nuint pad);
}
