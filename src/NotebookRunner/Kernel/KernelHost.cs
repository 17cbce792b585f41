using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;

namespace NotebookRunner.Kernel;

/// <summary>The process that runs the cells: does what <see cref="KernelProcess"/> tells it, until that goes away.</summary>
internal static class KernelHost
{
    /// <summary>The first word of its command line.</summary>
    public const string Command = "kernel-host";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The command line of <c>dotnet</c>.</summary>
    public static string[] Arguments(string pipeName, string folder, string workingFolder, bool storesResults) =>
    [
        "exec", typeof(KernelHost).Assembly.Location,
        Command, pipeName, folder, workingFolder, storesResults ? "results" : "no-results",
    ];

    /// <summary>Runs cells until the line is cut, then ends the process, whatever its threads are doing.</summary>
    /// <param name="arguments">What <see cref="Arguments"/> made.</param>
    public static void Run(string[] arguments)
    {
        // Ctrl-C reaches every process of a terminal. How a cell is stopped is decided by the one that shows the run.
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ignore);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ignore);
        using var stream = new NamedPipeClientStream(
            ".", arguments[1], PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        stream.Connect(ConnectTimeout);
        using var pipe = new KernelPipe(stream);
        string folder = arguments[2];
        using var kernel = new LocalKernel(folder, arguments[4] is "results", pipe);
        Environment.CurrentDirectory = arguments[3];
        _ = Task.Run(CSharpKernel.WarmUpAsync);
        CancellationTokenSource stop = new();
        int running = 0;
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
            pipe.Ended(new FailureReport(folder).DescribeUnhandled((Exception)unhandled.ExceptionObject, running));
        pipe.Listen(
            kernel.Expect,
            (number, source) =>
            {
                running = number;
                stop = new CancellationTokenSource();
                _ = RunAsync(kernel, pipe, number, source, stop.Token);
            },
            () => _ = Task.Run(stop.Cancel));

        _ = Task.Delay(ExitTimeout).ContinueWith(_ => Process.GetCurrentProcess().Kill(), TaskScheduler.Default);
        Environment.Exit(0);

        static void Ignore(PosixSignalContext context) => context.Cancel = true;
    }

    private static async Task RunAsync(
        LocalKernel kernel, KernelPipe pipe, int number, string source, CancellationToken stop) =>
        pipe.Ended(await kernel.RunAsync(number, source, language: null, stop));
}
