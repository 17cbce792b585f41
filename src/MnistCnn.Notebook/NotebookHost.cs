using System.Collections;
using System.Reflection;
using System.Runtime.InteropServices;

namespace MnistCnn;

/// <summary>
/// What the library needs of the program that runs a notebook: to show a value that changes in place, and to know when the
/// reader has stopped the cell. The library refers to no host; each is found at run time.
/// </summary>
internal abstract class NotebookHost
{
    private static PosixSignalRegistration? s_interrupt;

    /// <summary>
    /// Whether Jupyter started the kernel: <c>dotnet-interactive jupyter …</c>, <c>clrkernel jupyter …</c>. The first hands on
    /// JSON as a string; the stop button of both is a signal.
    /// </summary>
    public static bool IsThroughJupyter => Environment.GetCommandLineArgs() is [_, "jupyter", ..];

    /// <summary>The token of the cell that runs now; signalled when the reader stops it.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>The host that runs the current cell; null on a plain console.</summary>
    public static NotebookHost? Find() => Loaded("Microsoft.DotNet.Interactive", InteractiveKernelHost.Find)
        ?? AppContextHost.Find()
        ?? Loaded("Verso.Abstractions", VersoHost.Find) ?? Loaded("ClrKernel.Core.Primitives", ClrKernelHost.Find);

    /// <summary>Shows a value.</summary>
    /// <returns>Shows another value in its place.</returns>
    public abstract Action<object> Display(object value);

    /// <summary>
    /// Hands on the text of everything that cells show from now on: plain or HTML, what is shown with a line's end. A host that
    /// knows nothing of .NET Interactive's formatters is told of the library's.
    /// </summary>
    /// <param name="shown">Takes the text.</param>
    public abstract void Listen(Action<string> shown);

    /// <summary>What a public property of a host's object says; null where there is none.</summary>
    protected static object? Property(object? value, string name) => value?.GetType().GetProperty(name)?.GetValue(value);

    /// <summary>Says what Jupyter's stop button does.</summary>
    /// <param name="stop">Stops the cell that runs.</param>
    protected static void OnInterrupt(Action stop)
    {
        if (IsThroughJupyter && s_interrupt is null)
        {
            ForgetHandlersOfInterrupt();
            s_interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
            {
                signal.Cancel = true;   // the kernel would end
                stop();
            });
        }
    }

    /// <summary>
    /// Jupyter's stop button ends these kernels: they, or a web server in them, take SIGINT for the end of a program. There is no
    /// public way to take that back; where the runtime has no such field, the kernel ends as before.
    /// </summary>
    private static void ForgetHandlersOfInterrupt()
    {
        const int Sigint = 2;
        if (typeof(PosixSignalRegistration).GetField("s_registrations", BindingFlags.NonPublic | BindingFlags.Static)
            ?.GetValue(null) is IDictionary registrations)
        {
            lock (registrations)
            {
                (registrations[Sigint] as IList)?.Clear();
            }
        }
    }

    private static NotebookHost? Loaded(string assembly, Func<Assembly, NotebookHost?> find) =>
        AppDomain.CurrentDomain.GetAssemblies().Where(loaded => loaded.GetName().Name == assembly)
            .Select(find).FirstOrDefault(host => host is not null);
}

/// <summary>Ends training, evaluation and prediction when the reader stops the cell.</summary>
internal sealed class StopButton : Callback
{
    public override CancellationToken CancellationToken => NotebookHost.Find()?.CancellationToken ?? CancellationToken.None;
}
