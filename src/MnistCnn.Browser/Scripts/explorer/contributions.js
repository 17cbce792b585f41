import { positionOf } from "./stages.js";

// How a convolution or a dense layer comes to a number: inputs × weights, added up, plus a bias. A dense layer over maps is a
// convolution whose window is the whole map.
function weighing(stages, place) {
  const { layer, kind } = stages[place.stage], { value } = stages[place.stage - 1];
  const rows = kind === "conv2d" ? layer.rows : value.rows, columns = kind === "conv2d" ? layer.columns : value.columns;
  return { layer, value, rows, columns, top: kind === "conv2d" ? place.row : 0, left: kind === "conv2d" ? place.column : 0 };
}

// The products of one channel, row by row: { rows, columns, inputs, weights, products, sum }.
export function productsOf(stages, place, channel) {
  const { layer, value, rows, columns, top, left } = weighing(stages, place), size = rows * columns;
  const inputs = new Float32Array(size), weights = new Float32Array(size), products = new Float32Array(size);
  const start = (place.channel * value.channels + channel) * size;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    inputs[i] = value.data[positionOf(value, channel, top + Math.floor(i / columns), left + i % columns)];
    weights[i] = layer.weights[start + i];
    products[i] = inputs[i] * weights[i];
    sum += inputs[i] * weights[i];
  }
  return { rows, columns, inputs, weights, products, sum };
}

// What each channel adds, the largest first regardless of its sign.
export function subtotalsOf(stages, place) {
  const { value } = weighing(stages, place);
  return Array.from({ length: value.channels }, (_, channel) => ({ channel, sum: productsOf(stages, place, channel).sum }))
    .sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum) || a.channel - b.channel);
}

export function biasOf(stages, place) {
  return stages[place.stage].layer.biases[place.channel];
}

// The largest single products, regardless of their sign: { channel, row, column, input, weight, product }.
export function largestProducts(stages, place, count) {
  const { value } = weighing(stages, place), found = [];
  for (let channel = 0; channel < value.channels; channel++) {
    const { columns, inputs, weights, products } = productsOf(stages, place, channel);
    products.forEach((product, i) => {
      if (product === 0 || found.length === count && Math.abs(product) <= Math.abs(found[count - 1].product)) { return; }
      found.push({ channel, row: Math.floor(i / columns), column: i % columns, input: inputs[i], weight: weights[i], product });
      found.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
      found.length = Math.min(found.length, count);
    });
  }
  return found;
}
