using System.Runtime.Loader;
using MnistCnn;
using MnistCnn.Lab;
using Xunit;

namespace MnistCnn.Tests.Charts;

public sealed class FigureRendererTests : IDisposable
{
    /// <summary>Another copy of the library has registered its formatters, for modules too, which both copies know.</summary>
    public void Dispose() => NotebookFormatters.RegisterAll();

    [Fact]
    public void Plotly_and_fsharp_stay_out_of_the_default_load_context()
    {
        Samples.Run(2).Plot();
        string[] guests = ["MnistCnn.Plotly", "Plotly.NET", "FSharp.Core", "Newtonsoft.Json"];

        string[] NamesIn(AssemblyLoadContext context) => [.. context.Assemblies.Select(assembly => assembly.GetName().Name!)];
        Assert.DoesNotContain(NamesIn(AssemblyLoadContext.Default), name => guests.Take(3).Contains(name));
        AssemblyLoadContext own = AssemblyLoadContext.GetLoadContext(FigureRenderer.Instance.GetType().Assembly)!;
        Assert.NotSame(AssemblyLoadContext.Default, own);
        Assert.All(guests, guest => Assert.Contains(guest, NamesIn(own)));
        Assert.DoesNotContain("MnistCnn", NamesIn(own));
    }

    [Fact]
    public void A_missing_folder_says_what_to_do()
    {
        string folder = Path.Combine(Path.GetTempPath(), "no-such-folder");
        var error = Assert.Throws<FileNotFoundException>(() => FigureRenderer.Load(folder));

        Assert.Contains("dotnet build", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_library_draws_when_it_is_itself_loaded_into_another_context()
    {
        // As a notebook kernel does: by path, beside the application's own copy.
        var context = new AssemblyLoadContext("kernel", isCollectible: false);
        string folder = AppContext.BaseDirectory;
        context.Resolving += (self, name) =>
            Path.Combine(folder, name.Name + ".dll") is var path && File.Exists(path) ? self.LoadFromAssemblyPath(path) : null;
        System.Reflection.Assembly library = context.LoadFromAssemblyPath(Path.Combine(folder, "MnistCnn.dll"));
        Type Named(string name) => library.GetType("MnistCnn." + name, throwOnError: true)!;
        object history = Activator.CreateInstance(Named("History"), Array.CreateInstance(Named("EpochRecord"), 0), false)!;

        object figure = Named("HistoryCharts").GetMethod("Plot")!.Invoke(null, [history])!;

        Assert.NotSame(typeof(Figure), figure.GetType());
        object json = figure.GetType().GetProperty("PlotlyJson")!.GetValue(figure)!;
        Assert.Contains("\"scatter\"", (string)json, StringComparison.Ordinal);
    }
}
