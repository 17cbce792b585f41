// Draws one figure and returns it as a PNG data URL. White paper, since the places that show static images have either theme.
async figure => {
  const { data, layout = {} } = JSON.parse(figure);
  const width = layout.width || figureDefaults.width;
  const height = layout.height || figureDefaults.height;
  const element = document.createElement('div');
  document.body.append(element);
  try {
    const font = { ...figureDefaults.font, ...layout.font };
    const drawn = { ...layout, width, height, autosize: false, paper_bgcolor: '#ffffff', font };
    await Plotly.newPlot(element, data || [], drawn, { staticPlot: true });
    return await Plotly.toImage(element, { format: 'png', width, height, scale: 1 });
  } finally {
    Plotly.purge(element);
    element.remove();
  }
}
