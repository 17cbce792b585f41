using MnistCnn;
using MnistCnn.Lab;
using Xunit;

namespace MnistCnn.Tests.Lab.Experiments;

public class SettingsTests
{
    [Fact]
    public void Come_from_an_anonymous_object_in_its_order()
    {
        var settings = Settings.From(new
        {
            kernelSize = 3, learningRate = 0.001, optimizer = "adam", flip = true, sizes = new[] { 1, 2 }, none = (string?)null,
        });

        Assert.Equal("kernelSize 3, learningRate 0.001, optimizer adam, flip true, sizes 1, 2, none none", settings.ToString());
        Assert.Equal("3", settings["kernelSize"]);
        Assert.Null(settings["filters"]);
        Assert.Equal(0.001, settings[1].Number);
        Assert.Null(settings[2].Number);
    }

    [Fact]
    public void Come_from_a_dictionary_too() => Assert.Equal(
        "epochs 3", Settings.From(new Dictionary<string, object>(StringComparer.Ordinal) { ["epochs"] = 3 }).ToString());

    [Fact]
    public void Are_equal_when_the_same_knobs_stand_alike_in_whatever_order()
    {
        Settings settings = Settings.From(new { a = 1, b = 2 });

        Assert.Equal(settings, Settings.From(new { b = 2, a = 1 }));
        Assert.Equal(settings.GetHashCode(), Settings.From(new { b = 2, a = 1 }).GetHashCode());
        Assert.NotEqual(settings, Settings.From(new { a = 1, b = 3 }));
        Assert.NotEqual(settings, Settings.From(new { a = 1 }));
        Assert.NotEqual(settings, Settings.From(new { a = 1, c = 2 }));
    }

    [Fact]
    public void Have_each_knob_once_and_with_a_name()
    {
        Assert.Contains("epochs is there twice", Assert.Throws<ArgumentException>(
            () => new Settings([new("epochs", "1"), new("epochs", "2")])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Settings([new(" ", "1")]));
    }
}
