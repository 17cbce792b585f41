using Plotly.NET;
using Plotly.NET.LayoutObjects;

namespace MnistCnn.Plotly;

/// <summary>Makes Plotly.NET's objects of the attributes of a figure, and one JSON object of these.</summary>
/// <remarks>
/// The typed <c>init</c> methods of Plotly.NET take F# options and up to fifty type arguments, which C# cannot infer; its
/// objects are open property bags, so they are filled by plotly.js's own names.
/// </remarks>
internal sealed class PlotlyRenderer : IFigureRenderer
{
    public string Render(IEnumerable<MnistCnn.Trace> traces, MnistCnn.Layout layout)
    {
        GenericChart chart = GenericChart.ofTraceObjects(
            false, traces.Select(trace => Fill(new global::Plotly.NET.Trace(trace.Type), trace)));
        chart = GenericChart.setLayout(Fill(new global::Plotly.NET.Layout(), layout), chart);
        return GenericChart.toJson(GenericChart.setConfig(Fill(new Config(), layout.Config), chart));
    }

    private static T Fill<T>(T target, Attributes attributes)
        where T : DynamicObj.DynamicObj
    {
        foreach ((string name, object value) in attributes)
        {
            target.SetProperty(name, Value(name, value));
        }

        return target;
    }

    private static object Value(string name, object value) => value switch
    {
        Attributes attributes => Fill(Create(name), attributes),
        IEnumerable<Attributes> items => items.Select(item => Fill(Create(name), item)).ToArray(),
        _ => value,
    };

    /// <summary>Plotly.NET's object for an attribute of a layout.</summary>
    private static DynamicObj.DynamicObj Create(string name) => name.TrimEnd('2') switch
    {
        "xaxis" or "yaxis" => new LinearAxis(),
        "annotations" => new Annotation(),
        "images" => new LayoutImage(),
        "shapes" => new global::Plotly.NET.LayoutObjects.Shape(),
        "legend" => new Legend(),
        "template" => new Template(),
        "layout" => new global::Plotly.NET.Layout(),
        _ => new DynamicObj.DynamicObj(),
    };
}
