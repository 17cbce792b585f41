using NotebookRunner.Kernel;
using Xunit;

namespace NotebookRunner.Tests.Kernel;

/// <summary>What the .NET Interactive kernel runs runs here, and what it refuses is refused.</summary>
public class CellDirectivesTests
{
    [Theory]
    [InlineData("#!csharp // c\n3", "\n3")]
    [InlineData("#!csharp /* c */\n3", "\n3")]
    [InlineData("#!csharp # c\n3", "\n3")]
    [InlineData("#!csharp \t \n3", "\n3")]
    [InlineData("#!csharp\tx y\n3", "\n3")]
    [InlineData("  #!csharp // c\n3", "\n3")]
    [InlineData("#!c# // c\n3", "\n3")]
    [InlineData("#!C#  \n3", "\n3")]
    [InlineData("#!csharp // a\n#!csharp // b\n3", "\n\n3")]
    [InlineData("var x = 1;\n#!csharp // c\nx", "var x = 1;\n\nx")]
    [InlineData("1\n#!csharp // c", "1\n")]
    [InlineData("#!csharp // c\r\n3", "\r\n3")]
    public void A_switch_to_CSharp_stands_with_a_comment_or_blanks_behind_it(string source, string code) =>
        Assert.Equal(code, CellDirectives.Read(source).Code);

    [Theory]
    [InlineData("#!csharp//c\n3")]
    [InlineData("#!csharp;\n3")]
    [InlineData("#!CSharp\n3")]
    [InlineData("#!cs // c\n3")]
    [InlineData("#! csharp\n3")]
    [InlineData("#!csharp -h\n3")]
    [InlineData("#!csharp x --name y\n3")]
    [InlineData("#!fsharp // csharp\n3")]
    [InlineData("#!time // c\n3")]
    [InlineData("#!about\n3")]
    [InlineData("#!import imp.csx // c\n3")]
    [InlineData("#!import \"imp.csx\" // c\n3")]
    [InlineData("#!import with blanks.csx\n3")]
    [InlineData("#!import 'imp.csx'\n3")]
    [InlineData("#!IMPORT imp.csx\n3")]
    [InlineData("#!import\n3")]
    [InlineData("#r \"nuget:Any\" // c\n3")]
    [InlineData("  #i \"nuget:https://example.org\" // c\n3")]
    public void Anything_else_is_refused_as_in_the_kernel_and_the_line_named(string source)
    {
        var exception = Assert.Throws<DirectiveException>(() => CellDirectives.Read("// first\n" + source));
        Assert.Equal(2, exception.Line);
        Assert.StartsWith(source.Split('\n')[0].Trim(), exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!import a/imp.csx", "a/imp.csx")]
    [InlineData("#!import\ta/imp.csx  ", "a/imp.csx")]
    [InlineData("#!import \"with blank/imp.csx\"", "with blank/imp.csx")]
    [InlineData("#!import --file \"with blank/imp.cs\" ", "with blank/imp.cs")]
    public void A_file_to_import_may_stand_in_quotes(string source, string path)
    {
        (string code, IReadOnlyList<ImportedFile> imports) = CellDirectives.Read("1;\n" + source);
        Assert.Equal("1;\n", code);
        Assert.Equal([new ImportedFile(path, 2)], imports);
    }

    [Theory]
    [InlineData("var s = \"#!csharp // c\";")]
    [InlineData("var s = @\"\n#!fsharp\n\";")]
    [InlineData("var s = \"\"\"\n    #!time // c\n    \"\"\";")]
    [InlineData("var s = $\"\"\"\n    #!csharp\n    \"\"\";")]
    [InlineData("// #!fsharp")]
    [InlineData("/*\n#!fsharp\n*/")]
    [InlineData("3 // #!fsharp")]
    [InlineData("#region a\n#endregion // b\n#pragma warning disable // c\n#nullable enable // d")]
    [InlineData("#r \"System.Net.Http\" // c\n3")]
    [InlineData("#load \"start.csx\" // c\n3")]
    [InlineData("int y = 1; #!csharp\ny")]
    public void What_is_no_directive_of_the_kernel_stays(string source) => Assert.Equal(source, CellDirectives.Read(source).Code);
}
