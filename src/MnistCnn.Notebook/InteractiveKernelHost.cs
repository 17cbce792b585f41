using System.Collections;
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

    /// <inheritdoc/>
    public override void Listen(Action<string> shown)
    {
        object? root = _context.GetType().Assembly.GetType("Microsoft.DotNet.Interactive.Kernel")
            ?.GetProperty("Root")?.GetValue(null);
        object? events = root?.GetType().GetProperty("KernelEvents")?.GetValue(root);

        // An IObservable<KernelEvent>: what takes any object takes these.
        Array.Find(events?.GetType().GetInterfaces() ?? [], type => type.Name == "IObservable`1")
            ?.GetMethod("Subscribe")?.Invoke(events, [new OutputObserver(shown)]);
        if (root is not null)
        {
            OnInterrupt(() => CancelCell(root));
        }
    }

    /// <summary>Does what the stop button of VS Code does: sends the kernel its command <c>Cancel</c>.</summary>
    internal static void CancelCell(object root)
    {
        Type? cancel = root.GetType().Assembly.GetType("Microsoft.DotNet.Interactive.Commands.Cancel");
        MethodInfo? send = root.GetType().GetMethods().FirstOrDefault(method =>
            method.Name == "SendAsync" && method.GetParameters().Length == 2);
        if (cancel is not null)
        {
            send?.Invoke(root, [Activator.CreateInstance(cancel, [null]), CancellationToken.None]);
        }
    }

    /// <summary>Picks what cells show out of all that a kernel tells.</summary>
    private sealed class OutputObserver(Action<string> shown) : IObserver<object>
    {
        public void OnNext(object value)
        {
            if (value.GetType().Name is "StandardOutputValueProduced" or "DisplayedValueProduced" or "ReturnValueProduced"
                && Property(value, "FormattedValues") is IEnumerable formatted)
            {
                var texts = formatted.Cast<object>()
                    .ToLookup(text => Property(text, "MimeType"), text => Property(text, "Value"));
                shown(texts["text/plain"].Concat(texts["text/html"]).FirstOrDefault()
                    + (value.GetType().Name == "StandardOutputValueProduced" ? "" : "\n"));
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
