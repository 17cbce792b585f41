using System.Reflection;
using Microsoft.DotNet.Interactive.Formatting;
using static System.Reflection.BindingFlags;

namespace MnistCnn;

/// <summary>
/// Verso. Its outputs stay as they are: of a training it shows a line for each epoch, and the record at the end. What stops a
/// cell and what formats values lie in private fields; a version without them shows what has a public <c>ToHtml</c>, and text.
/// </summary>
internal sealed class VersoHost : NotebookHost
{
    private readonly Func<object, string?, Task> _display;

    private VersoHost(Func<object, string?, Task> display) => _display = display;

    /// <inheritdoc/>
    public override CancellationToken CancellationToken =>
        Property(Field("_defaultFormatterContext"), "CancellationToken") as CancellationToken? ?? CancellationToken.None;

    /// <summary>The host that an assembly brings, or one of the same shape; null outside a running cell.</summary>
    internal static VersoHost? Find(Assembly assembly) =>
        assembly.GetType("Verso.Abstractions.DisplayContext")?.GetProperty("Current", Static | Public | NonPublic)?.GetValue(null)
            is Func<object, string?, Task> display ? new VersoHost(display) : null;

    /// <inheritdoc/>
    public override Action<object> Display(object value)
    {
        int epochs = 0;
        bool isOver = false;
        Append(value);
        return Append;

        void Append(object next)
        {
            if (next is not TrainingView { Progress: { IsOver: false } at })
            {
                if (!isOver)   // a stopped run says so at once, and at its end
                {
                    Show(next);
                }

                isOver = next is TrainingView;
                return;
            }

            foreach (EpochRecord record in at.History.Skip(epochs))
            {
                Show($"{ProgressBar.Title(record.Epoch, at.Epochs)}\n{ProgressBar.Line(at.TrainImages, record)}");
            }

            epochs = at.History.Count;
        }
    }

    /// <inheritdoc/>
    public override void Listen(Action<string> shown)
    {
        object? host = Field("_extensionHost");
        MethodInfo? load = host?.GetType().GetMethod("LoadExtensionAsync");
        if (load?.GetParameters()[0].ParameterType.Assembly.GetType("Verso.Abstractions.IDataFormatter") is { } type)
        {
            object formatter = DispatchProxy.Create(type, typeof(VersoFormatter));
            ((VersoFormatter)formatter).Shown = shown;
            (load.Invoke(host, [formatter]) as Task)?.GetAwaiter().GetResult();
        }
    }

    private void Show(object value) => _display(value, null).GetAwaiter().GetResult();

    private object? Field(string name) =>
        _display.Target?.GetType().GetField(name, Instance | NonPublic)?.GetValue(_display.Target);
}

/// <summary>Verso's <c>IDataFormatter</c>, made at run time: shows the library's results, and leaves the rest to Verso.</summary>
internal class VersoFormatter : DispatchProxy
{
    public Action<string> Shown { get; set; } = _ => { };

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod?.Name switch
    {
        "get_ExtensionId" => $"mnistcnn.{Guid.NewGuid():N}",   // a kernel that starts again loads one more
        "get_Name" => "MnistCnn",
        "get_Version" => "1.0.0",
        "get_Priority" => int.MaxValue,
        "get_SupportedTypes" => new[] { typeof(object) },
        "CanFormat" => NotebookFormatters.IsShown(args![0]!, Shown),
        "FormatAsync" =>
            Output(targetMethod.ReturnType.GenericTypeArguments[0], args![0].ToDisplayString(HtmlFormatter.MimeType)),
        "OnLoadedAsync" or "OnUnloadedAsync" => Task.CompletedTask,
        _ => null,
    };

    private static object? Output(Type type, string html) => typeof(Task).GetMethod(nameof(Task.FromResult))!
        .MakeGenericMethod(type).Invoke(null, [type.GetMethod("Html", [typeof(string)])!.Invoke(null, [html])]);
}
