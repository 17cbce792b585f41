using System.Text.Json;
using CsCheck;
using MnistCnn.Lab;
using Xunit;

namespace Robustness.Tests.BadData;

/// <summary>
/// Whatever a file or a command line holds: right data come of it, or the documented exception, at a bounded cost.
/// </summary>
public class Bad_data
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static readonly FuzzTarget[] s_targets =
    [
        .. ImageTargets.All, .. WeightTargets.All, .. SafetensorsTargets.All, .. ExperimentTargets.All, .. NotebookTargets.All,
        .. CommandLineTargets.All,
    ];

    public static TheoryData<string> Names => [.. s_targets.Select(target => target.Name)];

    private static string Figures => Repository.PathOf("tests", "Robustness.Tests", "bad-data.json");

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_read_right_or_refused_as_documented(string name) => Run(Target(name), inputs: 1000);

    [Theory]
    [MemberData(nameof(Names))]
    public void Starts_from_data_that_are_right(string name)
    {
        // Of command lines those are right that name a notebook which is there.
        Assert.All(Target(name).Seeds, seed => Assert.True(Target(name).Take(seed) || name == "command line"));
    }

    /// <summary>What was found once: each of these ended in some other exception, or in wrong data.</summary>
    [Theory]
    [InlineData("checkpoint", "68030002000000")]
    [InlineData(
        "checkpoint with a right checksum",
        "68030000000000007B225F5F6D657461646174615F5F223A7B226B696E64223A224D6E697374436E6E20636865636B706F69"
        + "6E742031222C2265706F6368223A2231222C22737465707353696E6365223A"
        + "2230222C226176657261676555706461746573223A2230222C226F7074696D697A6572223A224164616D222C226C6561726E"
        + "696E6731617465223A22302E303031222C22736861323536223A2231306365"
        + "3738353239333832623938316361633734353733373064353939393332303136346437653839666364393561303738316434"
        + "64663934656235636235227D2C226D6F64656C2E64656E73652E7765696768"
        + "74223A7B226474797065223A22463332222C227368617065223A5B332C345D2C22646174615F6F666673657473223A5B302C34385D7D")]
    [InlineData("runs of an experiment",
        "7B22666F726D6174223A226D6E697374636E6E2D6578706572696D656E74222C2276657273696F6E223A312C2272756E73223A5B6E756C6C5D7D")]
    [InlineData(
        "runs of an experiment",
        "7B22666F726D6174223A226D6E697374636E6E2D6578706572696D656E74222C2276657273696F6E223A312C2272756E7322"
        + "3A5B7B22706172616D6574657273223A312C2265706F636873223A5B7B22"
        + "65706F6368223A312C226C6F7373223A312C226163637572616379223A312C227365636F6E6473223A31653330307D5D2C22"
        + "73657474696E6773223A5B5D7D5D7D")]
    [InlineData("command line", "63846D70616E620A40622E687404000000622E68746D6C")]
    public void Stays_mended_where_it_was_broken(string name, string input) =>
        Assert.False(Target(name).Take(Convert.FromHexString(input)));

    [Fact]
    public void Was_tried_a_million_times()
    {
        FuzzRow[] rows = JsonSerializer.Deserialize<FuzzRow[]>(File.ReadAllText(Figures))!;
        Assert.Equal(s_targets.Select(target => target.Name), rows.Select(row => row.Target));
        Assert.InRange(rows.Sum(row => row.Inputs), 1_000_000, int.MaxValue);
        Assert.All(rows, row => Assert.Equal(row.Inputs, row.Taken + row.Refused));
        Assert.All(rows, row => Assert.InRange(row.LongestMilliseconds, 0, 1000));
    }

    /// <summary>The long run. The README has the command; the figures it writes are committed.</summary>
    [Fact(Explicit = true)]
    public void Long_run()
    {
        FuzzRow[] rows = [.. s_targets.Select(target => Run(target, target.LongRun))];
        File.WriteAllText(Figures, JsonSerializer.Serialize(rows, s_indented) + "\n");
    }

    private static FuzzTarget Target(string name) => s_targets.Single(target => target.Name == name);

    private static FuzzRow Run(FuzzTarget target, int inputs)
    {
        // The first time compiles and fills caches.
        _ = target.Take(target.Seeds[0]);
        int count = 0, taken = 0, longestInput = 0;
        TimeSpan longest = default;
        long most = 0;
        Mutation.Of(target).Sample(
            input =>
            {
                long allocated = GC.GetAllocatedBytesForCurrentThread();
                TimeSpan time = Environment.CpuUsage.TotalTime;
                taken += target.Take(input) ? 1 : 0;
                time = Environment.CpuUsage.TotalTime - time;
                longest = time > longest ? time : longest;
                allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
                Assert.InRange(allocated, 0, FuzzTarget.BytesAtLeast + ((long)target.BytesPerByte * input.Length));
                most = Math.Max(most, allocated);
                longestInput = Math.Max(longestInput, input.Length);
                count++;
            },
            iter: inputs,
            threads: 1,
            print: Convert.ToHexString);
        return new FuzzRow(
            target.Name, count, taken, count - taken, Math.Round(longest.TotalMilliseconds, 1), most >> 10, longestInput);
    }
}
