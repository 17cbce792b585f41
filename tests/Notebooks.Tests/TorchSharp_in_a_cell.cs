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
}
