// A trained network as PackedNetwork writes it, computed in the page. Values are kept channel by channel, row by row:
// { channels, rows, columns, data }; a row of numbers has one row and one column, and a channel for each number.

// The weights are whole numbers times factors, inflated by the browser. Resolves to the layers with their weights.
export async function unpackNetwork(network) {
  const packed = new Blob([bytesOfBase64(network.weights)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const numbers = new Int8Array(await new Response(packed).arrayBuffer());
  let start = 0;
  return network.layers.map(layer => {
    if (!layer.factors) { return layer; }
    const each = layer.inputs * (layer.rows || 1) * (layer.columns || 1), weights = new Float32Array(each * layer.outputs);
    for (let i = 0; i < weights.length; i++) { weights[i] = numbers[start + i] * layer.factors[Math.floor(i / each)]; }
    start += weights.length;
    return { ...layer, weights, byPlace: layer.rows && transposed(weights, layer.outputs, each) };
  });
}

export function bytesOfBase64(base64) {
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0));
}

// What goes in, and then what each layer gives, in their order.
export function forwardPass(layers, image, rows, columns) {
  const values = [{ channels: 1, rows, columns, data: image }];
  for (const layer of layers) {
    const input = values[values.length - 1];
    switch (layer.kind) {
      case "conv2d": values.push(convolve(layer, input)); break;
      case "maxPool": values.push(maxPool(layer, input)); break;
      case "dense": values.push(denseLayer(layer, input)); break;
      case "relu": values.push({ ...input, data: input.data.map(value => Math.max(0, value)) }); break;
      case "flatten": values.push({ channels: input.data.length, rows: 1, columns: 1, data: input.data }); break;
    }
  }
  return values;
}

// Paper and silent places are 0, and more than half of all values are: each that is not is multiplied with the weights of all
// filters at the places whose window it lies in.
export function convolve(layer, input) {
  const rows = input.rows - layer.rows + 1, columns = input.columns - layer.columns + 1, size = rows * columns, { outputs } = layer;
  const weights = layer.byPlace || transposed(layer.weights, outputs, layer.inputs * layer.rows * layer.columns);
  const sums = new Float32Array(size * outputs); // place by place, the outputs of a place side by side
  for (let i = 0; i < size; i++) { sums.set(layer.biases, i * outputs); }
  for (let channel = 0; channel < input.channels; channel++) {
    for (let row = 0; row < input.rows; row++) {
      for (let column = 0; column < input.columns; column++) {
        const value = input.data[(channel * input.rows + row) * input.columns + column];
        if (value === 0) { continue; }
        for (let y = Math.max(0, row - rows + 1); y < layer.rows && y <= row; y++) {
          for (let x = Math.max(0, column - columns + 1); x < layer.columns && x <= column; x++) {
            const to = ((row - y) * columns + column - x) * outputs, from = ((channel * layer.rows + y) * layer.columns + x) * outputs;
            for (let output = 0; output < outputs; output++) { sums[to + output] += value * weights[from + output]; }
          }
        }
      }
    }
  }
  return { channels: outputs, rows, columns, data: transposed(sums, size, outputs) };
}

function transposed(matrix, rows, columns) {
  const result = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) { result[column * rows + row] = matrix[row * columns + column]; }
  }
  return result;
}

export function maxPool(layer, input) {
  const rows = Math.floor(input.rows / layer.rows), columns = Math.floor(input.columns / layer.columns);
  const data = new Float32Array(input.channels * rows * columns);
  for (let i = 0; i < data.length; i++) {
    const channel = Math.floor(i / (rows * columns)), row = Math.floor(i / columns) % rows, column = i % columns;
    let largest = -Infinity;
    for (let y = 0; y < layer.rows; y++) {
      const at = (channel * input.rows + row * layer.rows + y) * input.columns + column * layer.columns;
      for (let x = 0; x < layer.columns; x++) { largest = Math.max(largest, input.data[at + x]); }
    }
    data[i] = largest;
  }
  return { channels: input.channels, rows, columns, data };
}

function denseLayer(layer, input) {
  const data = new Float32Array(layer.outputs), from = input.data, { weights } = layer;
  for (let output = 0; output < layer.outputs; output++) {
    let sum = layer.biases[output];
    const start = output * layer.inputs;
    for (let i = 0; i < layer.inputs; i++) { sum += weights[start + i] * from[i]; }
    data[output] = sum;
  }
  return { channels: layer.outputs, rows: 1, columns: 1, data };
}

export function softmax(logits) {
  const largest = Math.max(...logits), powers = Array.from(logits, logit => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map(power => power / sum);
}
