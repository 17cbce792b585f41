// The colours of numbers: white is 0, blue below, orange above, whatever the page's own colours are.
const COLOUR_BELOW = [0, 114, 178], COLOUR_ABOVE = [213, 94, 0], COLOUR_INK = [0, 0, 0];

export function valueColour(value, largest, isInk = false) {
  const share = Math.max(-1, Math.min(1, value / (largest || 1)));
  const full = isInk ? COLOUR_INK : share < 0 ? COLOUR_BELOW : COLOUR_ABOVE;
  return full.map(part => Math.round(255 + (part - 255) * Math.abs(share)));
}

// The ground of a number in print: so pale that dark ink is legible on it.
export function cellColour(value, largest, isInk = false) {
  return "rgb(" + valueColour(value, largest, isInk).map(part => Math.round(255 + (part - 255) * (isInk ? 0.4 : 0.62))).join(",") + ")";
}

export function largestOf(values) {
  let largest = 0;
  for (const value of values) { largest = Math.max(largest, Math.abs(value)); }
  return largest || 1;
}

// A canvas with a pixel for each number, to be drawn larger or smaller elsewhere.
export function pictureOf(values, rows, columns, largest, isInk = false, canvas = document.createElement("canvas")) {
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d"), picture = context.createImageData(columns, rows), { data } = picture;
  for (let i = 0; i < rows * columns; i++) {
    const colour = valueColour(values[i], largest, isInk);
    data[4 * i] = colour[0]; data[4 * i + 1] = colour[1]; data[4 * i + 2] = colour[2]; data[4 * i + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}

// The frame of a window: dark, with a bright line around it, so that it shows on white, blue, orange and black.
export function strokeFrame(context, x, y, width, height, thickness) {
  context.lineJoin = "miter";
  context.strokeStyle = "rgba(255,255,255,0.9)";
  context.lineWidth = 3 * thickness;
  context.strokeRect(x, y, width, height);
  context.strokeStyle = "#111418";
  context.lineWidth = thickness;
  context.strokeRect(x, y, width, height);
}
