// The public shape of the command that the stop button of .NET Interactive sends.
#pragma warning disable IDE0130
namespace Microsoft.DotNet.Interactive.Commands;

public sealed class Cancel(string? targetKernelName = null)
{
    public string? TargetKernelName { get; } = targetKernelName;
}

public sealed class CommandedKernel
{
    public IList<Cancel> Sent { get; } = [];

    public Task SendAsync(Cancel command) => throw new NotSupportedException("Not the one to call.");

    public Task SendAsync(Cancel command, CancellationToken cancellationToken)
    {
        Sent.Add(command);
        return Task.CompletedTask;
    }
}
