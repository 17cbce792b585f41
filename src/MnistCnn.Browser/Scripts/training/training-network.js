import { convolutionLayer } from "./training-convolution.js";
import { denseLayer, dropoutLayer, poolingLayer } from "./training-layers.js";

const MOMENTUM = 0.9;

/**
 * Two convolutions, each with ReLU and max-pooling, dropout, a dense layer and softmax. The second convolution has twice as
 * many filters as the first. `random` draws the first weights, and what dropout silences.
 */
export function trainingNetwork(side, filters, classes, random) {
  const first = convolutionLayer(side, side, 1, filters, 5);
  const firstPool = poolingLayer(first.outRows, first.outColumns, filters);
  const second = convolutionLayer(firstPool.outRows, firstPool.outColumns, filters, 2 * filters, 3);
  const secondPool = poolingLayer(second.outRows, second.outColumns, 2 * filters);
  const dropout = dropoutLayer(secondPool.output.length, random);
  const dense = denseLayer(secondPool.output.length, classes);
  const layers = [first, firstPool, second, secondPool, dropout, dense];
  const parameters = layers.flatMap(layer => layer.parameters);
  const velocities = parameters.map(parameter => new Float64Array(parameter.values.length));
  const probabilities = new Float64Array(classes), gradient = new Float64Array(classes);

  // He and others (2015): the values keep their size from layer to layer.
  for (const layer of [first, second, dense]) {
    const deviation = Math.sqrt((layer === dense ? 1 : 2) / layer.fanIn);
    for (let at = 0; at < layer.weights.length; at++) { layer.weights[at] = deviation * random.normal(); }
  }
  arrange();

  function arrange() {
    first.arrange();
    second.arrange();
  }

  function forward(image, rate) {
    const scores = dense.forward(dropout.forward(
      secondPool.forward(second.forward(firstPool.forward(first.forward(image)))), rate));
    let most = scores[0], sum = 0;
    for (let unit = 1; unit < classes; unit++) { most = Math.max(most, scores[unit]); }
    for (let unit = 0; unit < classes; unit++) { sum += probabilities[unit] = Math.exp(scores[unit] - most); }
    for (let unit = 0; unit < classes; unit++) { probabilities[unit] /= sum; }
    return probabilities;
  }

  /** The probabilities of the classes, in an array that the next image overwrites. */
  function predict(image) { return forward(image, 0); }

  /** The cross-entropy of an image, whose gradients are added to those of the batch. */
  function learn(image, label, dropoutRate) {
    forward(image, dropoutRate);
    for (let unit = 0; unit < classes; unit++) { gradient[unit] = probabilities[unit] - (unit === label ? 1 : 0); }
    first.backward(firstPool.backward(second.backward(
      secondPool.backward(dropout.backward(dense.backward(gradient))), true)), false);
    return crossEntropy(label);
  }

  /** The cross-entropy of the image last seen. */
  function crossEntropy(label) { return -Math.log(Math.max(probabilities[label], 1e-300)); }

  /** Whether ReLU silenced everything about the image last seen: then no gradient reaches the filters from it. */
  function isSilent() { return secondPool.output.every(value => value === 0); }

  /** A step against the mean gradient of the batch, with momentum: SGD as TorchSharp has it. */
  function update(rate, images) {
    for (let index = 0; index < parameters.length; index++) {
      const { values, gradients } = parameters[index], velocity = velocities[index];
      for (let at = 0; at < values.length; at++) {
        velocity[at] = MOMENTUM * velocity[at] + gradients[at] / images;
        values[at] -= rate * velocity[at];
      }
      gradients.fill(0);
    }
    arrange();
  }

  return { filters: first.weights, parameters, arrange, predict, learn, crossEntropy, isSilent, update, probabilities };
}
