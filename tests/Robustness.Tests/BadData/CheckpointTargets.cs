using System.Text;
using MnistCnn;
using MnistCnn.Native;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Robustness.Tests.BadData;

/// <summary>The reader of checkpoints, which hold a checksum: damaged as damage comes, and made by someone who knows how.</summary>
internal static class CheckpointTargets
{
    private const int DigestLength = 64;

    private static readonly byte[] s_digestName = [.. "\"sha256\":\""u8];
    private static readonly string s_file = Path.Combine(Directory.CreateTempSubdirectory("mnistcnn-").FullName, "c.safetensors");
    private static readonly Sequential s_model = Sequential(("dense", Linear(4, 3)), ("softmax", Softmax(1))).Compile(new Shape(4), seed: 1);

    public static IEnumerable<FuzzTarget> All
    {
        get
        {
            Tensor x = rand(8, 4);
            s_model.Fit((x, (arange(8) % 3).to(int64).ToCategorical(3)), batchSize: 8, seed: 1, verbose: false);
            s_model.SaveCheckpoint(s_file);
            byte[] sound = File.ReadAllBytes(s_file);
            byte[][] tokens = [.. ((string[])["\"", "{", "}", "[", "]", ",", "null", "-1", "1e99", "9223372036854775807", "\\ud800", "\"F32\"", "\"I64\"", "\"epoch\"", "\"kind\""])
                .Select(Encoding.ASCII.GetBytes)];
            return
            [
                new("checkpoint", [sound], tokens, Read, BytesPerByte: 64, LongRun: 30_000),
                new("checkpoint with a right checksum", [sound], tokens, bytes => Read(WithDigest(bytes)), BytesPerByte: 64, LongRun: 30_000),
            ];
        }
    }

    private static byte[] WithDigest(byte[] bytes)
    {
        int at = bytes.AsSpan().IndexOf(s_digestName) + s_digestName.Length;
        if (at < s_digestName.Length || at + DigestLength > bytes.Length)
        {
            return bytes;
        }

        byte[] signed = [.. bytes];
        signed.AsSpan(at, DigestLength).Fill((byte)'0');
        Encoding.ASCII.GetBytes(Sha256.HexOf(signed)).CopyTo(signed, at);
        return signed;
    }

    private static bool Read(byte[] file)
    {
        File.WriteAllBytes(s_file, file);
        float[] before = Weights();
        try
        {
            s_model.LoadCheckpoint(s_file);
            return true;
        }
        catch (InvalidDataException refusal)
        {
            Assert.StartsWith(s_file, refusal.Message, StringComparison.Ordinal);
            Assert.Equal(before, Weights());
            return false;
        }
    }

    private static float[] Weights() => [.. s_model.parameters().SelectMany(parameter => parameter.data<float>())];
}
