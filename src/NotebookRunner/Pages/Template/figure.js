// What a figure leaves open, for the page and for static images alike.
const figureDefaults = {
  width: 700,
  height: 450,
  font: { family: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif', size: 13 },
};
