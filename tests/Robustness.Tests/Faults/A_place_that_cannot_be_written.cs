using Writer;
using Xunit;

namespace Robustness.Tests.Faults;

/// <summary>Full disks and folders that are read-only: a clear error, the old file as it was, nothing beside it.</summary>
public sealed class A_place_that_cannot_be_written : IDisposable
{
    // A disk of its own for one command, in a namespace of its own: it goes when the command ends. Tests of an ordinary user can
    // do so too where the system lets users make namespaces.
    private const string OnSmallDisk = """
        mount -t tmpfs -o size=8m none "$1" || exit 99
        shift; folder=$1; before=$2; shift 2
        if [ "$before" = old ]; then "$@" >/dev/null || exit 98; fi
        dd if=/dev/zero of="$folder/filler" bs=4k 2>/dev/null
        find "$folder" -type f -exec sha256sum {} + | sort > /dev/shm/before.$$
        "$@"; code=$?
        find "$folder" -type f -exec sha256sum {} + | sort | cmp - /dev/shm/before.$$; same=$?
        rm /dev/shm/before.$$
        [ $same = 0 ] || exit 97
        exit $code
        """;

    // No process may make files there, whoever starts it; "chmod" would not hold root back.
    private const string ReadOnly = "/sys/kernel";

    private readonly TemporaryFolder _folder = new();
    private readonly Mirror _mirror = new((_, stream, token) =>
        Mirror.SendAsync(File.ReadAllBytes(Repository.PathOf("data", "mnist", DataWriting.Name + ".gz")), stream, token));

    public static TheoryData<string> KindNames => [.. Kinds.Names];

    public void Dispose()
    {
        _mirror.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(KindNames))]
    public async Task A_full_disk_is_named_and_the_old_file_stays(string kind)
    {
        // Data and the patched library are written where there is no file; the others over one.
        string before = kind is "data" or "native" ? "none" : "old";
        (int exitCode, string output, string error) = await OnSmallDiskAsync(
            _folder.Path, before, "dotnet", Child.Writer, kind, _folder.Path, _mirror.Address.AbsoluteUri, "once");
        Assert.True(exitCode == 1, $"{exitCode}: {output}{error}");
        Assert.Contains("No space left on device", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task The_runner_says_so_too_after_the_run_has_been_shown()
    {
        string notebook = Path.Combine(Directory.CreateDirectory(_folder.File("in")).FullName, "n.ipynb");
        await File.WriteAllTextAsync(notebook, """{"nbformat":4,"cells":[{"cell_type":"code","source":"\"shown\""}]}""",
            TestContext.Current.CancellationToken);
        string disk = Directory.CreateDirectory(_folder.File("disk")).FullName;
        (int exitCode, string output, string error) = await OnSmallDiskAsync(
            disk, "none", "dotnet", Child.Runner, notebook, "--output", disk);
        Assert.True(exitCode == 2, $"{exitCode}: {output}{error}");
        Assert.Contains("shown", output, StringComparison.Ordinal);
        Assert.Contains("n.ipynb cannot be written: No space left on device", error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(KindNames))]
    public void A_read_only_folder_is_named(string kind)
    {
        Assert.SkipUnless(Directory.Exists(ReadOnly), $"There is no {ReadOnly} here.");
        Exception refusal = Record.Exception(() => Kinds.Create(kind, ReadOnly, _mirror.Address).Write(1))!;
        Assert.True(refusal is IOException or UnauthorizedAccessException or DllNotFoundException, refusal?.ToString());
        Assert.Contains(ReadOnly, refusal!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(ReadOnly), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_runner_names_a_read_only_folder_before_any_cell_runs()
    {
        Assert.SkipUnless(Directory.Exists(ReadOnly), $"There is no {ReadOnly} here.");
        string notebook = _folder.File("n.ipynb");
        await File.WriteAllTextAsync(notebook, """{"nbformat":4,"cells":[{"cell_type":"code","source":"\"shown\""}]}""",
            TestContext.Current.CancellationToken);
        (int exitCode, string output, string error) = await Child.RunAsync(
            "dotnet", Child.Runner, notebook, "--output", ReadOnly);
        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains($"{ReadOnly}/n.ipynb cannot be written", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 2>/dev/full")]
    public async Task A_run_that_is_shown_into_a_full_disk_is_written_all_the_same(string andErrors)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        string notebook = _folder.File("n.ipynb"), made = _folder.File("out");
        await File.WriteAllTextAsync(notebook, """{"nbformat":4,"cells":[{"cell_type":"code","source":"\"shown\""}]}""",
            TestContext.Current.CancellationToken);
        (int exitCode, _, string error) = await Child.RunAsync(
            "sh", "-c", $"\"$@\" >/dev/full{andErrors}", "sh", "dotnet", Child.Runner, notebook, "--output", made);
        Assert.Equal(2, exitCode);
        Assert.Equal(
            andErrors.Length > 0 ? "" : "the output cannot be written: No space left on device", error.Split(" : ")[0].TrimEnd());
        Assert.Contains("shown", await File.ReadAllTextAsync(Path.Combine(made, "n.html"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Error)> OnSmallDiskAsync(
        string folder, string before, params string[] command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The small disk is a tmpfs of Linux.");
        var result = await Child.RunAsync("unshare", ["-rm", "sh", "-c", OnSmallDisk, "sh", folder, folder, before, .. command]);
        Assert.SkipWhen(
            result.ExitCode == 99 || result.Error.StartsWith("unshare:", StringComparison.Ordinal),
            $"No disk may be mounted here: {result.Error.Trim()}");
        return result;
    }
}
