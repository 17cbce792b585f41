// The colours of numbers: white is 0, blue below, orange above, whatever the page's own colours are.
const COLOUR_BELOW = [0, 114, 178];
const COLOUR_ABOVE = [213, 94, 0];
const COLOUR_INK = [0, 0, 0];

export function valueColour(value, largest, isInk = false) {
  const share = Math.max(-1, Math.min(1, value / (largest || 1)));
  const full = isInk ? COLOUR_INK : share < 0 ? COLOUR_BELOW : COLOUR_ABOVE;
  return full.map(part => Math.round(255 + (part - 255) * Math.abs(share)));
}

// All colours from the lowest to the highest, for pictures of many numbers.
const SHADES = 255;
const VALUE_SHADES = shadesOf(false);
const INK_SHADES = shadesOf(true);

function shadesOf(isInk) {
  return Uint8ClampedArray.from(Array.from({ length: 2 * SHADES + 1 }, (_, i) => valueColour(i - SHADES, SHADES, isInk)).flat());
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
  const shades = isInk ? INK_SHADES : VALUE_SHADES, scale = SHADES / (largest || 1);
  for (let i = 0; i < rows * columns; i++) {
    const shade = 3 * (SHADES + Math.round(Math.max(-SHADES, Math.min(SHADES, values[i] * scale))));
    data[4 * i] = shades[shade]; data[4 * i + 1] = shades[shade + 1]; data[4 * i + 2] = shades[shade + 2]; data[4 * i + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}

// Frames of windows, { x, y, width, height }: dark, with a bright line around, so that they show on white, blue, orange and black.
export function strokeFrames(context, frames, thickness) {
  context.beginPath();
  for (const { x, y, width, height } of frames) { context.rect(x, y, width, height); }
  context.strokeStyle = "rgba(255,255,255,0.9)";
  context.lineWidth = 3 * thickness;
  context.stroke();
  context.strokeStyle = "#111418";
  context.lineWidth = thickness;
  context.stroke();
}
