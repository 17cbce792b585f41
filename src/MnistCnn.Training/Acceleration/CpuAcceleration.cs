namespace MnistCnn;

/// <summary>
/// Whether networks of known layers are computed by this library's own loops instead of libtorch's operations. The
/// numbers are the same up to rounding.
/// </summary>
public static partial class CpuAcceleration
{
    /// <summary>
    /// On unless it is switched off, here or by the environment variable <c>MNISTCNN_ACCELERATION=0</c>, to compare.
    /// </summary>
    public static bool IsEnabled { get; set; } =
        Environment.GetEnvironmentVariable("MNISTCNN_ACCELERATION") != "0";

    /// <summary>The instructions that the loops use here: "AVX-512", "AVX2" or "128 bit"; "none" without loops.</summary>
    public static string Instructions => Backend?.Instructions ?? "none";

    /// <summary>The loops; null where the library was built without them: then libtorch computes everything.</summary>
    internal static ICpuBackend? Backend { get; set; } = CreateBackend();

    private static ICpuBackend? CreateBackend()
    {
        ICpuBackend? backend = null;
        PlugIn(ref backend);
        return backend;
    }

    /// <summary>Sets the loops, in the part of this class that is left out with them.</summary>
    static partial void PlugIn(ref ICpuBackend? backend);
}
