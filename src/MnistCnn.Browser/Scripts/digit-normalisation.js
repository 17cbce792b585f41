// MNIST's digits fit into 20 × 20 pixels and lie in 28 × 28, their centre of mass on pixel 14.
export const DIGIT_SIDE = 28;
const DIGIT_BOX = 20;
const DIGIT_CENTRE = 14;

// As MNIST was made (LeCun, Cortes and Burges): the ink's box is fitted into 20 × 20 with its proportions kept and soft edges,
// and moved by whole pixels until the centre of mass lies on pixel (14, 14). Null for an empty sheet. An image that is made
// this way already comes out as it went in.
export function normaliseDigit(ink, side) {
  const found = inkBox(ink, side);
  if (!found) { return null; }
  const { top, left, height, width } = found, step = Math.max(height, width) / DIGIT_BOX;
  const rows = Math.min(DIGIT_BOX, Math.ceil(height / step)), columns = Math.min(DIGIT_BOX, Math.ceil(width / step));
  const box = new Float64Array(rows * columns);
  let mass = 0, massY = 0, massX = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = meanInk(ink, side, top + row * step, left + column * step, step, top + height, left + width);
      box[row * columns + column] = value;
      mass += value; massY += value * row; massX += value * column;
    }
  }
  const down = Math.round(DIGIT_CENTRE - massY / mass), across = Math.round(DIGIT_CENTRE - massX / mass);
  const image = new Float32Array(DIGIT_SIDE * DIGIT_SIDE);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const y = row + down, x = column + across;
      if (y >= 0 && y < DIGIT_SIDE && x >= 0 && x < DIGIT_SIDE) { image[y * DIGIT_SIDE + x] = box[row * columns + column]; }
    }
  }
  return image;
}

function inkBox(ink, side) {
  let top = side, bottom = -1, left = side, right = -1;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (ink[y * side + x] > 0) {
        top = Math.min(top, y); bottom = Math.max(bottom, y);
        left = Math.min(left, x); right = Math.max(right, x);
      }
    }
  }
  return bottom < 0 ? null : { top, left, height: bottom - top + 1, width: right - left + 1 };
}

// The mean ink of a square whose sides may lie between pixels; what lies beyond the ink's box is paper.
function meanInk(ink, side, y0, x0, size, yEnd, xEnd) {
  const y1 = Math.min(y0 + size, yEnd), x1 = Math.min(x0 + size, xEnd);
  let sum = 0;
  for (let y = Math.floor(y0); y < y1; y++) {
    const high = Math.min(y + 1, y1) - Math.max(y, y0);
    for (let x = Math.floor(x0); x < x1; x++) { sum += ink[y * side + x] * high * (Math.min(x + 1, x1) - Math.max(x, x0)); }
  }
  return sum / (size * size);
}
