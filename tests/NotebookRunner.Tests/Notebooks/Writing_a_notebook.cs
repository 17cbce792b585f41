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
             "real": 1.0,
             "small": 1e-05
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
