using System.Reflection;
using System.Runtime.Loader;

namespace MnistCnn;

/// <summary>
/// Keeps Plotly.NET and its FSharp.Core apart from the host's. Plotly.NET 6.0.0 needs FSharp.Core 10.1, notebook kernels have
/// an older one loaded already, and a second version cannot be loaded beside it in the same context. This can go when no
/// kernel in use brings an FSharp.Core older than Plotly.NET's.
/// </summary>
internal sealed class PlotlyLoadContext(string rendererPath) : AssemblyLoadContext("MnistCnn.Plotly")
{
    private readonly AssemblyDependencyResolver _resolver = new(rendererPath);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // The contract must be the very assembly that asks: a second copy would have types of its own.
        Assembly contract = typeof(PlotlyLoadContext).Assembly;
        if (string.Equals(assemblyName.Name, contract.GetName().Name, StringComparison.OrdinalIgnoreCase))
        {
            return contract;
        }

        // Null leaves the framework's assemblies to the default context.
        return _resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }
}
