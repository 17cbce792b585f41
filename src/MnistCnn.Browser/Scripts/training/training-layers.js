// The layers without a window of weights. One image at a time goes through a layer: forward keeps what backward needs, and
// backward adds to the gradients of the weights and returns the gradient of what came in.

/** Max-pooling over squares of 2 × 2, then ReLU, which is the same as ReLU first. An odd row or column is left out. */
export function poolingLayer(rows, columns, channels) {
  const outRows = rows >> 1, outColumns = columns >> 1, width = columns * channels;
  const output = new Float64Array(outRows * outColumns * channels), kept = new Int32Array(output.length);
  const inputGradient = new Float64Array(rows * width);

  function forward(values) {
    for (let row = 0, at = 0; row < outRows; row++) {
      for (let column = 0; column < outColumns; column++) {
        for (let channel = 0; channel < channels; channel++, at++) {
          const first = 2 * row * width + 2 * column * channels + channel;
          let best = first, most = values[first];
          if (values[first + channels] > most) { most = values[best = first + channels]; }
          if (values[first + width] > most) { most = values[best = first + width]; }
          if (values[first + width + channels] > most) { most = values[best = first + width + channels]; }
          output[at] = most < 0 ? 0 : most; // a number that is none any more stays visible
          kept[at] = best;
        }
      }
    }
    return output;
  }

  function backward(gradient) {
    inputGradient.fill(0);
    for (let at = 0; at < output.length; at++) {
      if (output[at] !== 0) { inputGradient[kept[at]] = gradient[at]; }
    }
    return inputGradient;
  }

  return { outRows, outColumns, output, forward, backward, parameters: [] };
}

/** A weighted sum of all inputs for each output; the weights of an output side by side. */
export function denseLayer(inputs, outputs) {
  const weights = new Float64Array(inputs * outputs), weightGradients = new Float64Array(weights.length);
  const biases = new Float64Array(outputs), biasGradients = new Float64Array(outputs);
  const output = new Float64Array(outputs), inputGradient = new Float64Array(inputs);
  let input;

  function forward(values) {
    input = values;
    for (let unit = 0, weight = 0; unit < outputs; unit++) {
      let sum = biases[unit];
      for (let at = 0; at < inputs; at++, weight++) { sum += values[at] * weights[weight]; }
      output[unit] = sum;
    }
    return output;
  }

  function backward(gradient) {
    inputGradient.fill(0);
    for (let unit = 0, weight = 0; unit < outputs; unit++) {
      const value = gradient[unit];
      biasGradients[unit] += value;
      for (let at = 0; at < inputs; at++, weight++) {
        weightGradients[weight] += value * input[at];
        inputGradient[at] += value * weights[weight];
      }
    }
    return inputGradient;
  }

  return {
    weights, output, fanIn: inputs, forward, backward,
    parameters: [{ values: weights, gradients: weightGradients }, { values: biases, gradients: biasGradients }],
  };
}

/** Silences a share of the values and scales up the others, so that their sum stays about the same; only while it learns. */
export function dropoutLayer(inputs, random) {
  const output = new Float64Array(inputs), factors = new Float64Array(inputs), inputGradient = new Float64Array(inputs);

  function forward(values, rate) {
    for (let at = 0; at < inputs; at++) {
      factors[at] = rate === 0 ? 1 : random.next() < rate ? 0 : 1 / (1 - rate);
      output[at] = values[at] * factors[at];
    }
    return output;
  }

  function backward(gradient) {
    for (let at = 0; at < inputs; at++) { inputGradient[at] = gradient[at] * factors[at]; }
    return inputGradient;
  }

  return { output, forward, backward, parameters: [] };
}
