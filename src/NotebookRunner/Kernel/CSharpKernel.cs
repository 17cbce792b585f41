using System.Collections.Immutable;
using System.Reflection.PortableExecutable;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text;
using Microsoft.AspNetCore.Html;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;
using Microsoft.DotNet.Interactive.Formatting;

namespace NotebookRunner.Kernel;

/// <summary>
/// Runs C# cells one after the other, each seeing what those before it declared, with the meaning that the .NET Interactive
/// kernel gives them.
/// </summary>
internal sealed class CSharpKernel : IDisposable
{
    private static readonly Lazy<MetadataReference[]> s_references = new(() =>
    [
        .. FrameworkReferences(), Reference(typeof(Formatter)), Reference(typeof(IHtmlContent)), Reference(typeof(KernelApi)),
    ]);

    private readonly string _folder;
    private readonly InteractiveAssemblyLoader _loader = new();
    private readonly ScriptOptions _options;
    private readonly Dictionary<int, (Lazy<Script> Before, Lazy<Script> Script)> _ahead = [];
    private IReadOnlyList<string> _expected = [];
    private volatile bool _isDisposed;
    private Task _compiling = Task.CompletedTask;
    private Script? _script;
    private ScriptState? _state;

    /// <summary>Makes a kernel.</summary>
    /// <param name="folder">The folder that relative paths of directives start from.</param>
    public CSharpKernel(string folder)
    {
        _folder = folder;
        // A library brings its own copy of the formatting package along. Bound to that copy, the formatters it registers would
        // be unknown here.
        _loader.RegisterDependency(typeof(Formatter).Assembly);
        _loader.RegisterDependency(typeof(IHtmlContent).Assembly);
        _options = ScriptOptions.Default
            .WithLanguageVersion(LanguageVersion.Latest)
            .WithOptimizationLevel(OptimizationLevel.Release)
            .WithEmitDebugInformation(true)
            .WithFileEncoding(Encoding.UTF8)
            .WithMetadataResolver(ScriptMetadataResolver.Default.WithBaseDirectory(folder))
            .WithSourceResolver(new SourceFileResolver([], folder))
            .WithReferences(s_references.Value)
            .WithImports(
                "System",
                "System.Text",
                "System.Collections",
                "System.Collections.Generic",
                "System.Threading.Tasks",
                "System.Linq",
                typeof(KernelApi).FullName!,
                typeof(DisplayExtensions).FullName!);
    }

    /// <summary>Lets the compiler be compiled by the time the first cell comes: by a cell of its own.</summary>
    public static async Task WarmUpAsync()
    {
        using var kernel = new CSharpKernel(Environment.CurrentDirectory);
        await kernel.RunAsync(0, """
            using System.IO;
            double[] numbers = [1, 2.5];
            string Text(double number) => $"{number:F1}";
            string.Join(' ', numbers.Where(number => number > 1).Select(Text))
            """);
    }

    /// <summary>The name that a cell goes by in diagnostics and stack traces.</summary>
    public static string CellName(int number) => Invariant($"cell {number}");

    /// <summary>Compiles a cell on top of those before it, without running it.</summary>
    /// <exception cref="CompilationErrorException">The cell does not compile.</exception>
    /// <exception cref="DirectiveException">
    /// The cell asks for what only other hosts offer, or for a file that is not there.
    /// </exception>
    public Compilation Compile(int number, string source) => Compile(number, source, isToRun: false);

    /// <summary>Tells what will run, cell 1 first: a cell is compiled while those before it run.</summary>
    public void Expect(IReadOnlyList<string> cells) => _expected = cells;

    /// <summary>
    /// Compiles and runs a cell. One that does not compile leaves nothing behind; of one that throws stays what it declared, as
    /// in the .NET Interactive kernel.
    /// </summary>
    /// <returns>The value of the cell's last expression, and whether there is one to show.</returns>
    public async Task<(bool HasValue, object? Value)> RunAsync(int number, string source)
    {
        try
        {
            if (_ahead.Remove(number, out var ahead) && ahead.Before.IsValueCreated && ahead.Before.Value == _script)
            {
                _script = ahead.Script.Value;
            }
            else
            {
                Compile(number, source, isToRun: true);
                CompileAfter(number);
            }

            Stack<Script> steps = [];
            for (Script? step = _script; step is not null && step != _state?.Script; step = step.Previous)
            {
                steps.Push(step);
            }

            foreach (Script step in steps)
            {
                // Caught, so that there is a state after a cell that threw, for the cells that follow.
                _state = _state is null
                    ? await step.RunAsync(globals: null, catchException: _ => true)
                    : await step.RunFromAsync(_state, catchException: _ => true);
                if (_state.Exception is { } exception)
                {
                    ExceptionDispatchInfo.Throw(exception);
                }
            }

            return HasReturnValue(_script!) ? (true, _state!.ReturnValue) : (false, null);
        }
        finally
        {
            _script = _state?.Script; // What was not reached is no part of what later cells see.
        }
    }

    /// <summary>Lets go of the assemblies that cells loaded.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _compiling.Wait();
        _loader.Dispose();
    }

    /// <summary>
    /// Compiles in the background what is expected after a cell, up to one with a directive: it may name a file that a cell
    /// before it has yet to write.
    /// </summary>
    private void CompileAfter(int number)
    {
        _ahead.Clear();
        Lazy<Script> last = new(_script!);
        List<Lazy<Script>> scripts = [];
        foreach ((int index, string source) in _expected.Index().Skip(number))
        {
            if (CellDirectives.AreIn(source))
            {
                break;
            }

            Lazy<Script> before = last;
            last = new(() => Continue(before.Value, source, CellName(index + 1), isToRun: true));
            scripts.Add(last);
            _ahead.Add(index + 1, (before, last));
        }

        _compiling = Task.Run(() =>
        {
            try
            {
                for (int i = 0; i < scripts.Count && !_isDisposed; i++)
                {
                    _ = scripts[i].Value;
                }
            }
#pragma warning disable CA1031 // Whatever it is, the cell throws it again when its turn comes.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        });
    }

    private Compilation Compile(int number, string source, bool isToRun)
    {
        (string code, IReadOnlyList<ImportedFile> imports) = CellDirectives.Read(source);
        foreach (ImportedFile file in imports)
        {
            _script = Continue(_script, ReadFile(file), Path.GetFullPath(file.Path, _folder), isToRun);
        }

        _script = Continue(_script, code, CellName(number), isToRun);
        return _script.GetCompilation();
    }

    private Script Continue(Script? before, string code, string path, bool isToRun)
    {
        ScriptOptions options = _options.WithFilePath(path);
        Script script = before is null
            ? CSharpScript.Create(code, options, globalsType: null, _loader)
            : before.ContinueWith(code, options);
        ImmutableArray<Diagnostic> errors =
        [
            .. (isToRun ? script.Compile() : script.GetCompilation().GetDiagnostics())
                .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error),
        ];
        return errors.IsEmpty ? script : throw new CompilationErrorException("The cell does not compile.", errors);
    }

    private string ReadFile(ImportedFile file)
    {
        try
        {
            return File.ReadAllText(Path.GetFullPath(file.Path, _folder));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DirectiveException($"{file.Path} cannot be read", exception) { Line = file.Line };
        }
    }

    /// <summary>
    /// Whether the cell ends in an expression without a semicolon that has a value, or returns one. Roslyn knows, and the
    /// .NET Interactive kernel asks it in the same way.
    /// </summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern bool HasReturnValue(Script script);

    private static IEnumerable<MetadataReference> FrameworkReferences()
    {
        // The list of trusted assemblies holds this program's own packages too. Cells must not come to depend on those.
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string assemblies = AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "";
        return assemblies.Split(Path.PathSeparator)
            .Where(path => string.Equals(Path.GetDirectoryName(path), folder, StringComparison.Ordinal))
            .Select(Reference);
    }

    private static PortableExecutableReference Reference(Type type) => Reference(type.Assembly.Location);

    /// <summary>A file whose metadata alone are read, when they are needed: most of an assembly is machine code.</summary>
    private static PortableExecutableReference Reference(string path) => AssemblyMetadata
        .Create(ModuleMetadata.CreateFromStream(File.OpenRead(path), PEStreamOptions.Default))
        .GetReference(filePath: path, display: path);
}
