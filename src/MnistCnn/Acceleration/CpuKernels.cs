using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MnistCnn.Acceleration;

/// <summary>Matrix products with the instructions of one family of processors.</summary>
internal abstract unsafe class CpuKernels
{
    /// <summary>All that this processor can run, the fastest first. The portable ones are always among them.</summary>
    public static IReadOnlyList<CpuKernels> Available { get; } = Find();

    /// <summary>The fastest of this processor.</summary>
    public static CpuKernels Best => Available[0];

    /// <summary>The instructions, by the name that processors list them under.</summary>
    public abstract string Name { get; }

    /// <summary>The transforms of convolutions with a 3 × 3 window.</summary>
    public abstract WinogradTransforms Winograd { get; }

    /// <summary>Computes a product.</summary>
    public abstract void Multiply(in MatrixProduct product);

    /// <summary>Adds A · Bᵀ to C, with the numbers of a row of A and of B side by side.</summary>
    public abstract void MultiplyRows(
        float* a, nint aRow, int rows, float* b, nint bRow, int columns, nint steps, float* c, nint cRow);

    private static List<CpuKernels> Find()
    {
        var found = new List<CpuKernels>();
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            found.Add(new Of<Simd512, Vector512<float>>("AVX-512"));
        }

        if (Fma.IsSupported)
        {
            found.Add(new Of<Simd256, Vector256<float>>("AVX2"));
        }

        found.Add(new Of<Simd128, Vector128<float>>("128 bit"));
        return found;
    }

    private sealed class Of<TSimd, TVector>(string name) : CpuKernels
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        public override string Name => name;

        public override WinogradTransforms Winograd { get; } = new WinogradKernels<TSimd, TVector>();

        public override void Multiply(in MatrixProduct product)
        {
            int column = ProductTiles<TSimd, TVector>.Run(product, 0);
            if (column < product.Columns)
            {
                ProductTiles<SimdScalar, float>.Run(product, column);
            }
        }

        public override void MultiplyRows(
            float* a, nint aRow, int rows, float* b, nint bRow, int columns, nint steps, float* c, nint cRow) =>
            DotTiles<TSimd, TVector>.Run(a, aRow, rows, b, bRow, columns, steps, c, cRow);
    }
}
