using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using NotebookRunner;
using NotebookRunner.Kernel;
using NotebookRunner.Terminal;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
if (args is [KernelHost.Command, ..])
{
    KernelHost.Run(args);
}

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using var stop = new CancellationTokenSource();
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
bool takesEscapes = TerminalConsole.TakesEscapes(!Console.IsOutputRedirected, Environment.GetEnvironmentVariable);
using var app = new RunnerApp(Console.Out, Console.Error, takesEscapes, KernelProcess.Start);
return await app.RunAsync(args, stop.Token);

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
