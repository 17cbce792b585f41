using System.Globalization;
using MnistCnn;
using MnistCnn.Native;
using Writer;

// Writes one kind of file over and over until it is killed, or once:
//   Writer KIND FOLDER MIRROR [once]
TorchNatives.EnsureLoaded();
IWriting writing = Kinds.Create(args[0], args[1], new Uri(args[2]));
if (args is [_, _, _, "once"])
{
    try
    {
        writing.Write(1);
        return 0;
    }
    catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DllNotFoundException)
    {
        Console.Error.WriteLine(failure.Message);
        return 1;
    }
}

for (int i = 0; ; i++)
{
    writing.Write(1 + (i % 2));
    if (i == 0)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"writing {writing.Target}"));
    }
}
