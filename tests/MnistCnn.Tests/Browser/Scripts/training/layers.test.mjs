import assert from "node:assert/strict";
import { test } from "node:test";
import { convolutionLayer } from "../../../../../src/MnistCnn.Browser/Scripts/training/training-convolution.js";
import { denseLayer, dropoutLayer, poolingLayer } from "../../../../../src/MnistCnn.Browser/Scripts/training/training-layers.js";
import { trainingNetwork } from "../../../../../src/MnistCnn.Browser/Scripts/training/training-network.js";
import { randomNumbers } from "../../../../../src/MnistCnn.Browser/Scripts/training/training-random.js";

const STEP = 1e-5;
const random = randomNumbers(7);
const values = (count, share = 1) => Float64Array.from({ length: count }, () => random.next() < share ? random.normal() : 0);
const dot = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);

/** The slope of a number in each element of an array, by finite differences. */
function slopes(array, number) {
  return array.map((value, index) => {
    const at = moved => {
      array[index] = moved;
      return number();
    };
    const slope = (at(value + STEP) - at(value - STEP)) / (2 * STEP);
    array[index] = value;
    return slope;
  });
}

function assertSame(actual, expected) {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, index) => assert.ok(
    Math.abs(value - expected[index]) <= 1e-6 * Math.max(1, Math.abs(expected[index])), `${index}: ${value}, not ${expected[index]}`));
}

/** Holds the gradients of a weighted sum of a layer's outputs against finite differences. */
function holdsGradients(layer, inputs, outputWeights, ...more) {
  for (const { values: weights } of layer.parameters) { weights.set(values(weights.length)); }
  const objective = () => {
    layer.arrange?.();
    return dot(layer.forward(inputs, ...more), outputWeights);
  };
  objective();
  const gradient = Float64Array.from(layer.backward(outputWeights, true));
  const gradients = layer.parameters.map(parameter => Float64Array.from(parameter.gradients));
  assertSame(gradient, slopes(inputs, objective));
  layer.parameters.forEach((parameter, index) => assertSame(gradients[index], slopes(parameter.values, objective)));
}

for (const [filters, channels, size] of [[1, 1, 5], [3, 1, 3], [4, 2, 3], [6, 3, 2], [8, 1, 5]]) {
  test(`a convolution with ${filters} filters of ${size} × ${size} over ${channels} channels has the right gradients`, () => {
    const layer = convolutionLayer(7, 6, channels, filters, size);
    assert.deepEqual([layer.outRows, layer.outColumns], [8 - size, 7 - size]);
    holdsGradients(layer, values(7 * 6 * channels, 0.6), values(layer.output.length, 0.5));
  });
}

test("a convolution is the sum over the window", () => {
  const layer = convolutionLayer(3, 3, 1, 1, 2);
  layer.weights.set([1, 2, 3, 4]);
  layer.parameters[1].values[0] = 10;
  layer.arrange();
  assert.deepEqual([...layer.forward(Float64Array.of(1, 0, 2, 0, 1, 0, 3, 0, 1))], [15, 17, 21, 15]);
});

test("max-pooling with ReLU has the right gradients", () => {
  const layer = poolingLayer(4, 6, 3);
  holdsGradients(layer, values(4 * 6 * 3), values(layer.output.length));
});

test("max-pooling keeps the largest of four, nothing below 0, and leaves out an odd row", () => {
  const layer = poolingLayer(3, 4, 1);
  assert.deepEqual([...layer.forward(Float64Array.of(1, 2, -1, -2, 4, 3, -4, -3, 9, 9, 9, 9))], [4, 0]);
  assert.deepEqual([...layer.backward(Float64Array.of(5, 6))], [0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]);
});

test("max-pooling does not hide a number that is none any more", () => {
  assert.ok(Number.isNaN(poolingLayer(2, 2, 1).forward(Float64Array.of(NaN, NaN, NaN, NaN))[0]));
});

test("a dense layer has the right gradients", () => holdsGradients(denseLayer(7, 5), values(7), values(5)));

test("dropout silences a share, keeps the sum, and lets the gradient through where it let the value through", () => {
  const layer = dropoutLayer(20_000, random), ones = new Float64Array(20_000).fill(1);
  const output = layer.forward(ones, 0.25), silent = output.filter(value => value === 0).length;
  assert.ok(Math.abs(silent / 20_000 - 0.25) < 0.02);
  assert.ok(output.every(value => value === 0 || Math.abs(value - 4 / 3) < 1e-12));
  assert.deepEqual(layer.backward(ones), output);
  assert.deepEqual(layer.forward(ones, 0), ones);
});

test("the whole network has the right gradients, softmax and cross-entropy with it", () => {
  const network = trainingNetwork(14, 3, 4, randomNumbers(3)), image = values(196, 0.4), label = 2;
  network.learn(image, label, 0);
  const gradients = network.parameters.map(parameter => Float64Array.from(parameter.gradients));
  network.parameters.forEach((parameter, index) => assertSame(gradients[index], slopes(parameter.values, () => {
    network.arrange();
    network.predict(image);
    return network.crossEntropy(label);
  })));
});

test("a step follows the mean gradient of the batch, with momentum", () => {
  const network = trainingNetwork(14, 1, 4, randomNumbers(3)), { values: weights, gradients } = network.parameters[5];
  const before = weights[0];
  gradients[0] = 6;
  network.update(0.1, 3);
  gradients[0] = 3;
  network.update(0.1, 3);
  assert.ok(Math.abs(weights[0] - (before - 0.1 * 2 - 0.1 * (0.9 * 2 + 1))) < 1e-12);
  assert.equal(gradients[0], 0);
});
