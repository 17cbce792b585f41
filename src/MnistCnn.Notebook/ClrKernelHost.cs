using System.Linq.Expressions;
using System.Reflection;
using Microsoft.DotNet.Interactive.Formatting;

namespace MnistCnn;

/// <summary>
/// ClrKernel in Jupyter. It has no way to stop a cell: an interrupt would end the kernel after it. The library takes the signal.
/// </summary>
internal sealed class ClrKernelHost : NotebookHost
{
    private static CancellationTokenSource s_stop = new();

    private readonly MethodInfo _display;

    private ClrKernelHost(MethodInfo display) => _display = display;

    /// <inheritdoc/>
    public override CancellationToken CancellationToken => Volatile.Read(ref s_stop).Token;

    /// <summary>The kernel that an assembly brings, or one of the same public shape.</summary>
    internal static ClrKernelHost? Find(Assembly assembly) => assembly.GetType("ClrKernel.Core.Primitives.DisplayValues")
        ?.GetMethod("Display", [typeof(object), typeof(Type), typeof(string)]) is { } display ? new ClrKernelHost(display) : null;

    /// <inheritdoc/>
    public override Action<object> Display(object value)
    {
        object? cell = _display.Invoke(null, [value, null, null]);
        MethodInfo? update = cell?.GetType().GetMethod("Update", [typeof(object), typeof(Type), typeof(string)]);
        return next => update?.Invoke(cell, [next, null, null]);
    }

    /// <inheritdoc/>
    public override void Listen(Action<string> shown)
    {
        Register("DisplayHtml", HtmlFormatter.MimeType, shown);
        Register("DisplayText", PlainTextFormatter.MimeType, _ => { });
        OnInterrupt(Stop);
    }

    /// <summary>Ends what runs, and nothing that begins afterwards.</summary>
    internal static void Stop() => Interlocked.Exchange(ref s_stop, new CancellationTokenSource()).Cancel();

    /// <summary>Puts a formatter before the newest one, which keeps what is not the library's.</summary>
    private void Register(string output, string mimeType, Action<string> shown)
    {
        Type formatters = Named("DisplayFormatters"), any = Named("IDisplayValue"), input = Named("DisplayObject");
        Type result = Named(output);
        var known = formatters.GetProperty("Formatters")?.GetValue(null) as IEnumerable<object>;
        var newest = Property(known?.LastOrDefault(other =>
            Equals(Property(other, "InputType"), input) && Equals(Property(other, "OutputType"), result)), "Format") as Delegate;
        Func<object, object?> format = value => Property(value, "Value") is { } own && NotebookFormatters.IsShown(own, shown)
            ? Activator.CreateInstance(result, own.ToDisplayString(mimeType))
            : newest?.DynamicInvoke(value);

        // The same as a Func<IDisplayValue, IDisplayValue>.
        ParameterExpression parameter = Expression.Parameter(any);
        Type function = typeof(Func<,>).MakeGenericType(any, any);
        formatters.GetMethod("Register", [typeof(Type), typeof(Type), function])?.Invoke(null, [input, result, Expression.Lambda(
            function, Expression.Convert(Expression.Invoke(Expression.Constant(format), parameter), any), parameter).Compile()]);
    }

    private Type Named(string name) => _display.DeclaringType!.Assembly.GetType($"ClrKernel.Core.Primitives.{name}", true)!;
}
