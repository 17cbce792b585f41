namespace MnistCnn.Acceleration;

/// <summary>
/// Whether networks of known layers are computed by this library's own loops instead of libtorch's operations. The
/// numbers are the same up to rounding.
/// </summary>
public static class CpuAcceleration
{
    /// <summary>
    /// On unless it is switched off, here or by the environment variable <c>MNISTCNN_ACCELERATION=0</c>, to compare.
    /// </summary>
    public static bool IsEnabled { get; set; } =
        Environment.GetEnvironmentVariable("MNISTCNN_ACCELERATION") != "0";

    /// <summary>The instructions that this processor is used with: "AVX-512", "AVX2" or "128 bit".</summary>
    public static string Instructions => CpuKernels.Best.Name;
}
