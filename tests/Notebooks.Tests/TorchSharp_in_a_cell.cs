using Xunit;

namespace Notebooks.Tests;

/// <summary>TorchSharp loads in a notebook whatever is called first.</summary>
public sealed class TorchSharp_in_a_cell : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("torch.nn.Conv2d(1, 2, 3).weight.numel()", "18")]
    [InlineData("torch.rand(3).shape[0]", "3")]
    [InlineData("torch.manual_seed(1)", "")]
    [InlineData("torch.get_num_threads() > 0", "True")]
    [InlineData("torch.optim.Adam(new[] { new TorchSharp.Modules.Parameter(torch.ones(1)) }).ToString().Length > 0", "True")]
    public async Task Loads_whatever_is_called_first(string firstCall, string shown)
    {
        ExecutedNotebook notebook = await SmallNotebook.RunAsync(
            _folder.FullName,
            SmallNotebook.LoadLibrary + "new Shape(1)",
            shown.Length > 0 ? $"({firstCall}).ToString()" : firstCall + ";");

        Assert.Equal(shown, notebook[2].Text);
    }

    /// <summary>As <c>#r "nuget: TorchSharp-cpu"</c> leaves it in .NET Interactive, which the runner does not offer.</summary>
    [Fact]
    public async Task Loaded_once_more_is_told_by_the_checks_and_the_first_cell()
    {
        const string Said =
            "TorchSharp is loaded twice: take the #r that names it out of your cells and restart; it is loaded already.";
        string copy = Path.Combine(_folder.FullName, "TorchSharp.dll");
        File.Copy(Repository.PathOf("src", "MnistCnn.Notebook", "bin", "Release", "net8.0", "TorchSharp.dll"), copy);
        ExecutedNotebook notebook = await SmallNotebook.RunAsync(
            _folder.FullName,
            SmallNotebook.LoadLibrary + "MnistCnn.Course.Check.ImageShape(new Shape(28, 28, 1)).Passed.ToString()",
            $"new System.Runtime.Loader.AssemblyLoadContext(\"second\").LoadFromAssemblyPath(@\"{copy}\");",
            "MnistCnn.Course.Check.ImageShape(new Shape(28, 28, 1)).ToString()",
            "string said = \"\"; try { Notebook.Start(); } catch (InvalidOperationException e) { said = e.Message; } said");

        Assert.Equal(["True", "• " + Said, Said], [notebook[1].Text, notebook[3].Text, notebook[4].Text]);
    }
}
