using Files;
using NotebookRunner.Notebooks;
using Xunit;

namespace NotebookRunner.Tests.Notebooks;

public class Writing_a_notebook
{
    private const string FromJupyter = """
        {
         "cells": [
          {
           "cell_type": "markdown",
           "id": "a1",
           "metadata": {
            "custom": {
             "big": 12345678901234567890,
             "real": 1.5,
             "small": 0.00001
            }
           },
           "source": [
            "# Ümlaut — \"quotes\" \\ tab\t日本 😀\n",
            "</script> & 'x'"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": 3,
           "id": "b2",
           "metadata": {},
           "outputs": [
            {
             "name": "stdout",
             "output_type": "stream",
             "text": [
              "\u001b[1mbold\u001b[0m\n"
             ]
            }
           ],
           "source": []
          }
         ],
         "metadata": {
          "kernelspec": {
           "display_name": ".NET (C#)",
           "language": "C#",
           "name": ".net-csharp"
          },
          "vendor": {
           "empty": [],
           "none": null,
           "object": {},
           "yes": true
          }
         },
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """;

    [Fact]
    public void Gives_back_a_file_of_Jupyter_byte_for_byte()
    {
        string text = FromJupyter.ReplaceLineEndings("\n");
        Assert.Equal(text, NotebookWriter.Format(NotebookReader.Parse(text)));
    }

    /// <summary>What <c>JSON.stringify(JSON.parse(text))</c> gives, but for whole numbers that would not survive it.</summary>
    [Theory]
    [InlineData("0.0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("1.0", "1")]
    [InlineData("-2.50", "-2.5")]
    [InlineData("100", "100")]
    [InlineData("1e-05", "0.00001")]
    [InlineData("1.25e-6", "0.00000125")]
    [InlineData("1e-07", "1e-7")]
    [InlineData("-1.5e-07", "-1.5e-7")]
    [InlineData("0.30000000000000004", "0.30000000000000004")]
    [InlineData("123456.789", "123456.789")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1.5E+20", "150000000000000000000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("1e23", "1e+23")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("12345678901234567890", "12345678901234567890")]
    public void Writes_numbers_as_JavaScript_does(string json, string written) =>
        Assert.Equal(written, NotebookWriter.NumberOf(json));

    [Fact]
    public void Drops_the_script_with_the_machines_addresses_that_the_kernel_leaves_through_Jupyter()
    {
        const string Html = """["<script type='text/javascript'>\nasync function probeAddresses(probingAddresses) {", "}"]""";
        string text = $$$"""
            {"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"code","id":"a","execution_count":1,
            "metadata":{"tags":["skip-execution"]},"source":[],"outputs":[
            {"output_type":"display_data","metadata":{},"data":{"text/html":{{{Html}}}}},
            {"output_type":"display_data","metadata":{},"data":{"text/html":"<b>kept</b>"}}]}]}
            """;
        string written = NotebookWriter.Format(NotebookReader.Parse(text));
        Assert.DoesNotContain("probe", written, StringComparison.Ordinal);
        Assert.Contains("kept", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Sorts_all_members_as_VS_Code_does()
    {
        const string Text = """
            {"nbformat":4,"nbformat_minor":5,"metadata":{"b":1,"_":{"z":0.0,"B":[{"y":1,"x":2}]},"10":1,"9":2,"a":3,"01":4},
            "cells":[{"source":[],"id":"a","metadata":{},"cell_type":"markdown"}]}
            """;
        string written = NotebookWriter.Format(NotebookReader.Parse(Text));
        Assert.Equal(
            """{"9":2,"10":1,"01":4,"_":{"B":[{"x":2,"y":1}],"z":0},"a":3,"b":1}""",
            JupyterJson.Read(written)!["metadata"]!.ToJsonString());
        Assert.StartsWith("{\n \"cells\": [\n  {\n   \"cell_type\": \"markdown\",\n   \"id\"", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Replaces_a_file_whole_and_leaves_nothing_beside_it()
    {
        using var folder = new RunnerFolder();
        string path = folder.Write("x.txt", "old");
        AtomicFile.WriteAllText(path, "new");
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Leaves_the_old_file_when_the_new_one_cannot_be_put_in_its_place()
    {
        using var folder = new RunnerFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "x.txt", "inside"));
        Assert.ThrowsAny<Exception>(() => AtomicFile.WriteAllText(Path.Combine(folder.Path, "x.txt"), "new"));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Takes_away_what_a_killed_writer_left_but_nothing_that_may_still_be_written()
    {
        using var folder = new RunnerFolder();
        string path = Path.Combine(folder.Path, "x.txt");
        string left = Temporary("x.txt");
        string young = Temporary("x.txt", TimeSpan.FromSeconds(30));
        string open = Temporary("x.txt");
        string[] others =
            [Temporary("y.txt"), Temporary("x.txt.txt"), folder.Write(".x.txt.mine.tmp", ""), folder.Write("x.txt.tmp", "")];
        using (new FileStream(open, FileMode.Open, FileAccess.Write, FileShare.None))
        {
            AtomicFile.WriteAllText(path, "new");
        }

        Assert.False(File.Exists(left));
        Assert.Equal([.. ((string[])[path, young, open, .. others]).Order(StringComparer.Ordinal)],
            Directory.GetFiles(folder.Path).Order(StringComparer.Ordinal));

        string Temporary(string name, TimeSpan? age = null)
        {
            string file = folder.Write($".{name}.{Guid.NewGuid():N}.tmp", "half of");
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow - (age ?? TimeSpan.FromMinutes(2)));
            return file;
        }
    }

    [Fact]
    public void Follows_a_link_to_the_file_behind_it()
    {
        using var folder = new RunnerFolder();
        string file = folder.Write("real.txt", "old");
        string link = Path.Combine(folder.Path, "link.txt");
        File.CreateSymbolicLink(link, file);
        AtomicFile.WriteAllText(link, "new");
        Assert.Equal("new", File.ReadAllText(file));
        Assert.NotNull(new FileInfo(link).LinkTarget);
    }
}
