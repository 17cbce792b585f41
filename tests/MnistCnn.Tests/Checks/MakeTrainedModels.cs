using System.Globalization;
using MnistCnn;
using MnistCnn.Course;
using TorchSharp.Modules;
using Xunit;

namespace MnistCnn.Tests.Checks;

/// <summary>Makes the files of data/models; its README has the command. Never part of a normal test run.</summary>
public class MakeTrainedModels
{
    [Theory(Explicit = true)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void Train_and_write(int number, int epochs)
    {
        Backend.ImageDataFormat = ImageDataFormat.ChannelsLast;
        var (train, val, test) = CorrectState.PreparedData();
        Sequential model = CorrectState.NewModel(number);
        model.Fit(train, val, epochs: epochs, batchSize: 128, seed: CorrectState.Seed, verbose: false);
        double before = model.Evaluate(test.X, test.Y).Accuracy;
        string path = Repository.PathOf("data", "models", CorrectState.FileName(number));
        WeightFile.Write(path, model);
        double after = CorrectState.TrainedModel(number).Evaluate(test.X, test.Y).Accuracy;
        TestContext.Current.SendDiagnosticMessage(string.Create(CultureInfo.InvariantCulture,
            $"model {number}: {epochs} epochs, test accuracy {before:F4} before rounding and {after:F4} after, {new FileInfo(path).Length:N0} bytes"));
    }
}
