using Xunit;

namespace Notebooks.Tests;

/// <summary>
/// How long a session keeps the tensors of its cells. A variable that a cell declares at its top level belongs to the session: it
/// keeps its tensor until another is assigned to it, and to the end if a later run of the cell declares it anew. Everything else
/// goes with the next collection, also where the code failed.
/// </summary>
public sealed class Tensors_of_cells : IDisposable
{
    private const string Count = """
        for (int i = 0; i < 3; i++) { GC.Collect(); GC.WaitForPendingFinalizers(); }
        torch.Tensor.TotalCount.ToString()
        """;

    private static readonly (string Cell, string Kept)[] s_session =
    [
        ("var x = torch.zeros(10);", "1"),
        ("x = torch.zeros(10);", "1"),
        ("var x = torch.zeros(10);", "2"),
        ("{ var inBlock = torch.zeros(10); }", "2"),
        ("(torch.zeros(10) + torch.ones(10)).shape[0]", "2"),
        ("void fails() { var y = torch.zeros(10); throw new InvalidOperationException(); }", "2"),
        ("try { fails(); } catch (InvalidOperationException) { }", "2"),
        ("try { var z = torch.zeros(10); z.reshape(3); } catch (Exception) { }", "2"),
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notebooks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Only_variables_of_the_session_are_kept()
    {
        ExecutedNotebook notebook = await SmallNotebook.RunAsync(
            _folder.FullName,
            [SmallNotebook.LoadLibrary + "new Shape(1)", .. s_session.SelectMany(step => (string[])[step.Cell, Count])]);

        Assert.Equal(s_session.Select(step => step.Kept), s_session.Select((_, i) => notebook[(2 * i) + 3].Text));
    }
}
