using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using MnistCnn;
using MnistCnn.Native;

[assembly: MnistCnn.Tests.ForeignCulture]

// TorchSharp has one random generator and one dispose scope stack a thread; the tests share them one after the other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace MnistCnn.Tests;

internal static class TestAssembly
{
    [ModuleInitializer]
    internal static void StartNotebook() => MnistCnn.Notebook.Start();
}

/// <summary>
/// Tests run as in a country with decimal commas and a minus of its own (1.234,5 as in German, −1 as in Swedish): every text
/// that they compare is the same in every culture.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class ForeignCultureAttribute : Xunit.v3.BeforeAfterTestAttribute
{
    internal static readonly CultureInfo Foreign = MakeForeign();

    private CultureInfo? _before;

    public override void Before(MethodInfo methodUnderTest, Xunit.v3.IXunitTest test) =>
        (_before, CultureInfo.CurrentCulture) = (CultureInfo.CurrentCulture, Foreign);

    public override void After(MethodInfo methodUnderTest, Xunit.v3.IXunitTest test) =>
        CultureInfo.CurrentCulture = _before ?? CultureInfo.InvariantCulture;

    private static CultureInfo MakeForeign()
    {
        // Made by hand: the cultures of the machine are off (InvariantGlobalization), and differ from machine to machine.
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = culture.NumberFormat.PercentDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = culture.NumberFormat.PercentGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "−";
        culture.NumberFormat.PositiveInfinitySymbol = "∞";
        culture.DateTimeFormat.ShortDatePattern = "dd.MM.yyyy";
        culture.DateTimeFormat.LongTimePattern = "HH.mm.ss";
        return CultureInfo.ReadOnly(culture);
    }
}
