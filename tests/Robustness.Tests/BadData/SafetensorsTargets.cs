using System.Text;
using MnistCnn;
using MnistCnn.Native;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Robustness.Tests.BadData;

/// <summary>
/// The reader of safetensors: checkpoints, which hold a checksum, damaged as damage comes and made by someone who knows how;
/// and files of other programs, which have none.
/// </summary>
internal static class SafetensorsTargets
{
    private const int DigestLength = 64;

    /// <summary>Three tensors of 24, 0 and 5 bytes, in another order in the header.</summary>
    private const string Plain =
        """
        {
         "b":{"dtype":"I8","shape":[5],"data_offsets":[24,29]}, "__metadata__":{"format":"pt"},
         "c":{"dtype":"F16","shape":[0,7],"data_offsets":[24,24]}, "a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}
        }
        """;

    private static readonly byte[] s_digestName = [.. "\"sha256\":\""u8];
    private static readonly string s_file = Path.Combine(Directory.CreateTempSubdirectory("mnistcnn-").FullName, "c.safetensors");
    private static readonly Sequential s_model =
        Sequential(("dense", Linear(4, 3)), ("softmax", Softmax(1))).Compile(new Shape(4), seed: 1);

    public static IEnumerable<FuzzTarget> All
    {
        get
        {
            Tensor x = rand(8, 4);
            s_model.Fit((x, (arange(8) % 3).to(int64).ToCategorical(3)), batchSize: 8, seed: 1, verbose: false);
            s_model.SaveCheckpoint(s_file);
            byte[] sound = File.ReadAllBytes(s_file);
            string[] words =
            [
                "\"", "{", "}", "[", "]", ",", "null", "-1", "1e99", "9223372036854775807", "\\ud800", "\"F32\"", "\"I64\"",
                "\"epoch\"", "\"kind\"",
            ];
            byte[][] tokens = [.. words.Select(Encoding.ASCII.GetBytes)];
            byte[] plain = [.. BitConverter.GetBytes((long)Plain.Length), .. Encoding.ASCII.GetBytes(Plain), .. new byte[29]];
            return
            [
                new("checkpoint", [sound], tokens, Read, BytesPerByte: 64, LongRun: 30_000),
                new(
                    "checkpoint with a right checksum", [sound], tokens, bytes => Read(WithDigest(bytes)),
                    BytesPerByte: 64, LongRun: 30_000),
                new("safetensors of another program", [plain], tokens, ReadPlain, BytesPerByte: 64, LongRun: 30_000),
            ];
        }
    }

    /// <summary>The same file with the checksum that belongs to it, where there is one.</summary>
    public static byte[] WithDigest(byte[] bytes)
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

    /// <summary>
    /// Of a file that is taken every byte belongs to the header or to one tensor: that bounds their memory, too.
    /// </summary>
    private static bool ReadPlain(byte[] bytes)
    {
        try
        {
            using SafetensorsFile file = SafetensorsFile.Parse("a", bytes);
            long start = sizeof(ulong) + BitConverter.ToInt64(bytes);
            Assert.Equal(bytes.Length - start, file.Tensors.Values.Sum(tensor => tensor.numel() * tensor.ElementSize));
            return true;
        }
        catch (InvalidDataException refusal)
        {
            Assert.StartsWith("a: ", refusal.Message, StringComparison.Ordinal);
            return false;
        }
    }

    private static float[] Weights() => [.. s_model.parameters().SelectMany(parameter => parameter.data<float>())];
}
