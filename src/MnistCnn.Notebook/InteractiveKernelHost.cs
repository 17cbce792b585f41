using System.Reflection;

namespace MnistCnn;

/// <summary>
/// .NET Interactive's kernel: Polyglot Notebooks in VS Code, and Jupyter. Reached by name, since its packages come in as many
/// versions as there are kernels.
/// </summary>
/// <remarks>
/// The way goes through <c>KernelInvocationContext.Current.Display</c> because the value that the kernel's <c>display</c>
/// returns carries another id than the one shown, so that its <c>Update</c> changes nothing. It can become
/// <c>display(…).Update(…)</c> when a kernel that mends this is the only one in use.
/// </remarks>
internal sealed class InteractiveKernelHost : NotebookHost
{
    private const string ContextType = "Microsoft.DotNet.Interactive.KernelInvocationContext";
    private const string ExtensionsType = "Microsoft.DotNet.Interactive.KernelInvocationContextExtensions";

    private readonly object _context;
    private readonly MethodInfo _display;

    private InteractiveKernelHost(object context, MethodInfo display) => (_context, _display) = (context, display);

    /// <inheritdoc/>
    public override CancellationToken CancellationToken =>
        _context.GetType().GetProperty("CancellationToken")?.GetValue(_context) as CancellationToken? ?? CancellationToken.None;

    /// <summary>The kernel whose cell runs now; null where there is none.</summary>
    public static new InteractiveKernelHost? Find() => AppDomain.CurrentDomain.GetAssemblies()
        .Where(assembly => assembly.GetName().Name == "Microsoft.DotNet.Interactive")
        .Select(Find)
        .FirstOrDefault(host => host is not null);

    /// <summary>The kernel that an assembly brings, or one of the same public shape; null outside a running cell.</summary>
    internal static InteractiveKernelHost? Find(Assembly assembly)
    {
        Type? type = assembly.GetType(ContextType);
        MethodInfo? display = type is null
            ? null
            : assembly.GetType(ExtensionsType)?.GetMethod("Display", [type, typeof(object), typeof(string[])]);
        object? current = type?.GetProperty("Current", BindingFlags.Public | BindingFlags.Static)?.GetValue(null);
        return current is not null && display is not null ? new InteractiveKernelHost(current, display) : null;
    }

    /// <inheritdoc/>
    public override Action<object> Display(object value)
    {
        object? shown = _display.Invoke(null, [_context, value, Array.Empty<string>()]);
        MethodInfo? update = shown?.GetType().GetMethod("Update", [typeof(object)]);
        return update is null ? _ => { } : next => update.Invoke(shown, [next]);
    }
}
