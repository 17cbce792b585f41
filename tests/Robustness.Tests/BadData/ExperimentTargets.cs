using System.Text;
using MnistCnn;
using MnistCnn.Lab;
using Xunit;

namespace Robustness.Tests.BadData;

/// <summary>The reader of the runs of an experiment.</summary>
internal static class ExperimentTargets
{
    private static readonly string[] s_words =
        ["null", "\"NaN\"", "\"Infinity\"", "1e999", "1e300", "-1", "[]", "{}", "{", "[", "\"", ",",
            "\\ud800", "\"seconds\":", "\"epochs\":[null],", "\"settings\":", "\"name\":null,"];

    private static readonly string s_file = Path.Combine(Directory.CreateTempSubdirectory("mnistcnn-").FullName, "runs.json");

    public static IEnumerable<FuzzTarget> All
    {
        get
        {
            var experiment = new Experiment("kernels");
            var history = new History([new(1, 0.5, 0.8, 0.4, 0.9, TimeSpan.FromSeconds(1.5)),
                new(2, 0.3, 0.9, null, null, TimeSpan.FromSeconds(1)) { LearningRate = 0.01 }]);
            experiment.Add(new { kernelSize = 3 }, history, 100, 1, new(0.1, 0.9));
            experiment.Add(new { kernelSize = 5 }, history, 200);
            experiment.Save(s_file);
            return [new("runs of an experiment", [File.ReadAllBytes(s_file)],
                [.. s_words.Select(Encoding.UTF8.GetBytes)], Read, BytesPerByte: 400, LongRun: 60_000)];
        }
    }

    private static bool Read(byte[] file)
    {
        File.WriteAllBytes(s_file, file);
        try
        {
            var experiment = Experiment.Load(s_file);
            experiment.Save(s_file);
            byte[] written = File.ReadAllBytes(s_file);
            Experiment.Load(s_file).Save(s_file);
            Assert.Equal(written, File.ReadAllBytes(s_file));
            return true;
        }
        catch (InvalidDataException refusal)
        {
            Assert.StartsWith("runs.json ", refusal.Message, StringComparison.Ordinal);
            return false;
        }
    }
}
