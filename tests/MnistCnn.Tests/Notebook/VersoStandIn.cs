// The shape of the parts of Verso that the library reaches by name: a context whose Current shows a value, and behind it an
// object that keeps the cell's token and the list of formatters in private fields.
#pragma warning disable CA1711, IDE0130, MA0016
namespace Verso.Abstractions;

public static class DisplayContext
{
    internal static Func<object, string?, Task>? Current { get; set; }
}

public sealed record CellOutput(string MimeType, string Content, bool IsError = false)
{
    public static CellOutput Html(string content) => new("text/html", content);
}

public interface IFormatterContext
{
    CancellationToken CancellationToken { get; }
}

public interface IExtension
{
    string ExtensionId { get; }

    string Name { get; }

    string Version { get; }

    string? Author { get; }

    Task OnLoadedAsync(object context);
}

public interface IDataFormatter : IExtension
{
    IReadOnlyList<Type> SupportedTypes { get; }

    int Priority { get; }

    bool CanFormat(object value, IFormatterContext context);

    Task<CellOutput> FormatAsync(object value, IFormatterContext context);
}

public sealed class ExtensionHost
{
    public List<IDataFormatter> Formatters { get; } = [];

    public async Task LoadExtensionAsync(IExtension extension)
    {
        ArgumentNullException.ThrowIfNull(extension);
        await extension.OnLoadedAsync(this);
        Formatters.Add((IDataFormatter)extension);
    }
}

/// <summary>A cell that runs: shows what a formatter takes as HTML, everything else as text.</summary>
public sealed class RunningCell : IFormatterContext
{
    private readonly ExtensionHost _extensionHost = new();
    private readonly IFormatterContext _defaultFormatterContext;

    public RunningCell(CancellationToken cancellationToken)
    {
        CancellationToken = cancellationToken;
        _defaultFormatterContext = this;
        DisplayContext.Current = DisplayAsync;
    }

    public CancellationToken CancellationToken { get; }

    public IReadOnlyList<IDataFormatter> Formatters => _extensionHost.Formatters;

    public List<CellOutput> Outputs { get; } = [];

    private async Task DisplayAsync(object value, string? mimeTypeHint) =>
        Outputs.Add(Formatters.FirstOrDefault(formatter => formatter.CanFormat(value, _defaultFormatterContext)) is { } found
            ? await found.FormatAsync(value, _defaultFormatterContext)
            : new CellOutput("text/plain", $"{value}"));
}
