// A convolution without padding, stride 1. Values lie row by row, column by column, the channels of a place side by side.
// Weights lie filter by filter in the same order, so that a window's row and a filter's row are both one piece of memory.
// Doubles throughout: JavaScript computes in them, and arrays of 32-bit floats would be converted at each step.
export function convolutionLayer(rows, columns, channels, filters, size) {
  const outRows = rows - size + 1, outColumns = columns - size + 1;
  const window = size * size * channels, line = size * channels, width = columns * channels;
  const weights = new Float64Array(filters * window), weightGradients = new Float64Array(weights.length);
  const biases = new Float64Array(filters), biasGradients = new Float64Array(filters);
  const output = new Float64Array(outRows * outColumns * filters), inputGradient = new Float64Array(rows * width);
  // What a place needs, for four filters at a time: the inks of its window that are not 0, and where their weights begin.
  const four = (filters + 3) & ~3, byPlace = new Float64Array(window * four), constants = new Float64Array(four);
  const inks = new Float64Array(window), starts = new Int32Array(window);
  let input;

  /** To be called when the weights have changed. */
  function arrange() {
    constants.set(biases);
    for (let filter = 0; filter < filters; filter++) {
      for (let at = 0; at < window; at++) { byPlace[at * four + filter] = weights[filter * window + at]; }
    }
  }

  // Most of what comes in is 0: paper, or silenced by ReLU. So a window is gathered once and then meets all filters.
  function forward(values) {
    input = values;
    for (let row = 0, at = 0; row < outRows; row++) {
      for (let column = 0; column < outColumns; column++, at += filters) {
        const count = gather(row * width + column * channels);
        for (let filter = 0; filter < filters; filter += 4) {
          let a = constants[filter], b = constants[filter + 1], c = constants[filter + 2], d = constants[filter + 3];
          for (let index = 0; index < count; index++) {
            const ink = inks[index], weight = starts[index] + filter;
            a += ink * byPlace[weight];
            b += ink * byPlace[weight + 1];
            c += ink * byPlace[weight + 2];
            d += ink * byPlace[weight + 3];
          }
          output[at + filter] = a;
          if (filter + 1 < filters) { output[at + filter + 1] = b; }
          if (filter + 2 < filters) { output[at + filter + 2] = c; }
          if (filter + 3 < filters) { output[at + filter + 3] = d; }
        }
      }
    }
    return output;
  }

  function gather(corner) {
    let count = 0;
    for (let y = 0, weight = 0; y < size; y++) {
      let from = corner + y * width;
      for (const end = from + line; from < end; from++, weight += four) {
        const ink = input[from];
        if (ink !== 0) {
          inks[count] = ink;
          starts[count++] = weight;
        }
      }
    }
    return count;
  }

  // Most gradients are 0, too: max-pooling hands each to one place of four.
  function backward(gradient, wanted) {
    if (wanted) { inputGradient.fill(0); }
    for (let row = 0, at = 0; row < outRows; row++) {
      for (let column = 0; column < outColumns; column++) {
        const corner = row * width + column * channels;
        for (let filter = 0; filter < filters; filter++, at++) {
          const value = gradient[at];
          if (value === 0) { continue; }
          biasGradients[filter] += value;
          let weight = filter * window;
          for (let y = 0; y < size; y++) {
            let from = corner + y * width;
            const end = from + line;
            if (wanted) {
              for (; from < end; from++, weight++) {
                weightGradients[weight] += value * input[from];
                inputGradient[from] += value * weights[weight];
              }
            } else {
              for (; from < end; from++, weight++) { weightGradients[weight] += value * input[from]; }
            }
          }
        }
      }
    }
    return inputGradient;
  }

  return {
    outRows, outColumns, weights, output, fanIn: window, arrange, forward, backward,
    parameters: [{ values: weights, gradients: weightGradients }, { values: biases, gradients: biasGradients }],
  };
}
