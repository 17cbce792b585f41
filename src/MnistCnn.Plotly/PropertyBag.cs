namespace MnistCnn.Plotly;

/// <summary>Fills Plotly.NET's objects in one expression.</summary>
internal static class PropertyBag
{
    /// <summary>Sets one attribute by plotly.js's name for it.</summary>
    public static T With<T>(this T bag, string name, object value)
        where T : DynamicObj.DynamicObj
    {
        bag.SetProperty(name, value);
        return bag;
    }
}
