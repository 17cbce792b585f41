// The public shape of the parts of Microsoft.DotNet.Interactive that the library reaches by name: a context with a static
// Current and a token; the extension method Display, whose result has Update; and a root kernel that tells of events.
#pragma warning disable CA1711, IDE0130, MA0016
namespace Microsoft.DotNet.Interactive;

public sealed class KernelInvocationContext(CancellationToken cancellationToken)
{
    public static KernelInvocationContext? Current { get; set; }

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Every value shown, and every value that took its place, each as it looked at that moment.</summary>
    public List<(string Kind, object Value)> Published { get; } = [];
}

public static class KernelInvocationContextExtensions
{
    public static DisplayedValue Display(this KernelInvocationContext context, object value, params string[] mimeTypes)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Published.Add(("display", value));
        return new DisplayedValue(context);
    }

    public static DisplayedValue DisplayAs(this KernelInvocationContext context, string value, string mimeType) =>
        throw new NotSupportedException("Not the one to call.");
}

public sealed class DisplayedValue(KernelInvocationContext context)
{
    public void Update(object updatedValue) => context.Published.Add(("update", updatedValue));
}

public sealed class Kernel : IObservable<KernelEvent>
{
    private readonly List<IObserver<KernelEvent>> _observers = [];

    public static Kernel Root { get; } = new();

    public IObservable<KernelEvent> KernelEvents => this;

    public IDisposable Subscribe(IObserver<KernelEvent> observer)
    {
        _observers.Add(observer);
        return Stream.Null; // Nobody unsubscribes.
    }

    public void Tell(KernelEvent told) => _observers.ForEach(observer => observer.OnNext(told));
}

public abstract record KernelEvent;

public sealed record StandardOutputValueProduced(IReadOnlyCollection<FormattedValue> FormattedValues) : KernelEvent;

public sealed record DisplayedValueProduced(IReadOnlyCollection<FormattedValue> FormattedValues) : KernelEvent;

public sealed record DisplayedValueUpdated(IReadOnlyCollection<FormattedValue> FormattedValues) : KernelEvent;

public sealed record ReturnValueProduced(IReadOnlyCollection<FormattedValue> FormattedValues) : KernelEvent;

public sealed record CommandSucceeded : KernelEvent;

public sealed record FormattedValue(string MimeType, string Value);
