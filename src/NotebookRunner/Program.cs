using System.Runtime.InteropServices;
using System.Text;
using NotebookRunner;
using NotebookRunner.Terminal;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var stop = new CancellationTokenSource();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
bool takesEscapes = TerminalConsole.TakesEscapes(!Console.IsOutputRedirected, Environment.GetEnvironmentVariable);
int exitCode = await RunnerApp.RunAsync(args, Console.Out, Console.Error, takesEscapes, stop.Token);

// Not a plain return: a thread that an abandoned cell left behind must not keep the process.
Environment.Exit(exitCode);

void Stop(PosixSignalContext context)
{
    // The first signal lets the running cell end and what ran be written; a second one means now.
    context.Cancel = true;
    if (stop.IsCancellationRequested)
    {
        Environment.Exit(1);
    }

    _ = Task.Run(stop.Cancel);
}
