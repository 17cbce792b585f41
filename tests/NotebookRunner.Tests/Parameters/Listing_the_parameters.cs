using Xunit;

namespace NotebookRunner.Tests.Parameters;

public class Listing_the_parameters
{
    [Fact]
    public async Task Tells_name_type_value_and_comment_and_runs_nothing()
    {
        Outcome outcome = await RunnerFolder.RunAsync(
            new NotebookBuilder().Code("throw new Exception();").Code(
                """
                // The knobs.
                int epochs = 10;       // passes over the images
                var rate = 1e-3;
                string word = "a, b"; // what is said
                const bool fast = false, exact = true;   // how
                """,
                "parameters").Code("undeclared"),
            "--list-parameters");
        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        Assert.Equal(
            """
            epochs  int     10      passes over the images
            rate    double  1e-3
            word    string  "a, b"  what is said
            fast    bool    false   how
            exact   bool    true    how

            """.ReplaceLineEndings("\n"), outcome.Output);
        Assert.Null(outcome.Notebook);
    }

    [Fact]
    public async Task Says_that_there_are_none()
    {
        Outcome outcome = await RunnerFolder.RunAsync(NotebookBuilder.WithCode("1"), "--list-parameters");
        Assert.Equal((0, "The notebook has no cell tagged parameters."), (outcome.ExitCode, outcome.Output.Trim()));
    }
}
