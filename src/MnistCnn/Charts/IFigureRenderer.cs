namespace MnistCnn;

/// <summary>
/// Draws plain descriptions with Plotly.NET. It is implemented in MnistCnn.Plotly, which lives in a load context of its own:
/// nothing but strings and the types of this assembly crosses.
/// </summary>
internal interface IFigureRenderer
{
    /// <summary>Draws curves in panels side by side.</summary>
    /// <returns>One JSON object with <c>data</c>, <c>layout</c> and <c>config</c>.</returns>
    string Render(CurvesDrawing drawing);

    /// <summary>Draws a matrix of coloured cells.</summary>
    /// <inheritdoc cref="Render(CurvesDrawing)" path="/returns"/>
    string Render(HeatMapDrawing drawing);

    /// <summary>Draws a grid of small images.</summary>
    /// <inheritdoc cref="Render(CurvesDrawing)" path="/returns"/>
    string Render(ImagesDrawing drawing);

    /// <summary>Draws overlaid histograms.</summary>
    /// <inheritdoc cref="Render(CurvesDrawing)" path="/returns"/>
    string Render(BarsDrawing drawing);

    /// <summary>Draws rows of dots.</summary>
    /// <inheritdoc cref="Render(CurvesDrawing)" path="/returns"/>
    string Render(DotsDrawing drawing);

    /// <summary>Draws lines over a logarithmic axis.</summary>
    /// <inheritdoc cref="Render(CurvesDrawing)" path="/returns"/>
    string Render(SweepDrawing drawing);

    /// <summary>Draws points in a plane.</summary>
    /// <inheritdoc cref="Render(CurvesDrawing)" path="/returns"/>
    string Render(PointsDrawing drawing);
}
