using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MnistCnn.Kernels;

/// <summary>Matrix products and Winograd transforms with the instructions of one family of processors.</summary>
internal abstract unsafe class CpuKernels
{
    /// <summary>All that this processor can run, the fastest first. The portable ones are always among them.</summary>
    public static IReadOnlyList<CpuKernels> Available { get; } = Find();

    /// <summary>The fastest of this processor.</summary>
    public static CpuKernels Best => Available[0];

    /// <summary>The instructions, by the name that processors list them under.</summary>
    public abstract string Name { get; }

    /// <summary>The transforms of convolutions with filters of 3 × 3.</summary>
    public abstract WinogradTransforms Winograd { get; }

    /// <summary>C = D + A · B.</summary>
    /// <param name="gemm">The product.</param>
    /// <param name="fromColumn">The first column of C to compute.</param>
    public abstract void Multiply(in Gemm gemm, int fromColumn = 0);

    /// <summary>C += A · Bᵀ, all row-major.</summary>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="n">Rows of B, columns of C.</param>
    /// <param name="k">Columns of A and B.</param>
    /// <param name="a">A, (m, k).</param>
    /// <param name="lda">Its leading dimension: float32 numbers from row to row.</param>
    /// <param name="b">B, (n, k).</param>
    /// <param name="ldb">Its leading dimension.</param>
    /// <param name="c">C, (m, n).</param>
    /// <param name="ldc">Its leading dimension.</param>
    public abstract void MultiplyTransposed(int m, int n, nint k, float* a, nint lda, float* b, nint ldb, float* c, nint ldc);

    private static List<CpuKernels> Find()
    {
        // Each leaves the columns that do not fill its registers to one with smaller registers.
        CpuKernels scalar = new Of<SimdScalar, float>("scalar", null);
        List<CpuKernels> found = [new Of<Simd128, Vector128<float>>("128 bit", scalar)];
        if (Fma.IsSupported)
        {
            found.Insert(0, new Of<Simd256, Vector256<float>>("AVX2", found[0]));
        }

        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            found.Insert(0, new Of<Simd512, Vector512<float>>("AVX-512", found[0]));
        }

        return found;
    }

    private sealed class Of<TSimd, TVector>(string name, CpuKernels? narrower) : CpuKernels
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        public override string Name => name;

        public override WinogradTransforms Winograd { get; } = new WinogradKernels<TSimd, TVector>();

        public override void Multiply(in Gemm gemm, int fromColumn = 0)
        {
            int column = GemmMicroKernels<TSimd, TVector>.Multiply(gemm, fromColumn);
            if (column < gemm.N)
            {
                narrower!.Multiply(gemm, column);
            }
        }

        public override void MultiplyTransposed(
            int m, int n, nint k, float* a, nint lda, float* b, nint ldb, float* c, nint ldc) =>
            GemmTransposedMicroKernels<TSimd, TVector>.Multiply(m, n, k, a, lda, b, ldb, c, ldc);
    }
}
