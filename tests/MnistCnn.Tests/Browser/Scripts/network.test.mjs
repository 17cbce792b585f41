import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import { convolve, forwardPass, maxPool, softmax, unpackNetwork } from "../../../../src/MnistCnn.Browser/Scripts/network.js";
import { image, layers } from "./small-network.mjs";

test("every layer gives what one computes by hand", () => {
  const [input, conv, relu, pool, flat, dense, bent, out] = forwardPass(layers, image, 4, 4);
  assert.deepEqual(input, { channels: 1, rows: 4, columns: 4, data: image });
  // The first filter: right column less left column of each window, and 0.5. The second: twice the middle, less 1.
  assert.deepEqual([...conv.data], [0.5, 1.5, 0.5, 1.5, 1, -1, 1, -1]);
  assert.deepEqual([...relu.data], [0.5, 1.5, 0.5, 1.5, 1, 0, 1, 0]);
  assert.deepEqual(pool, { channels: 2, rows: 1, columns: 1, data: Float32Array.from([1.5, 1]) });
  assert.deepEqual([...flat.data], [1.5, 1]);
  assert.deepEqual([...dense.data], [2.5, -2, -7.5]);
  assert.deepEqual([...bent.data], [2.5, 0, 0]);
  assert.deepEqual([...out.data], [2.5, 1]);
});

test("a layer leaves what it is given as it is", () => {
  const before = forwardPass(layers, image, 4, 4)[1].data.slice();
  const values = forwardPass(layers, image, 4, 4);
  assert.deepEqual(values[1].data, before);
  assert.ok(values[1].data.some(value => value < 0));
});

test("a convolution of several channels is the plain sum", () => {
  const random = seededNumbers(7), fill = length => Float32Array.from({ length }, random);
  const layer = { rows: 2, columns: 3, inputs: 3, outputs: 4, biases: fill(4), weights: fill(4 * 3 * 6) };
  const input = { channels: 3, rows: 5, columns: 6, data: fill(3 * 30).map((value, i) => i % 4 ? value : 0) };
  const { rows, columns, data } = convolve(layer, input);
  assert.deepEqual([rows, columns], [4, 4]);
  for (let o = 0; o < 4; o++) for (let y = 0; y < 4; y++) for (let x = 0; x < 4; x++) {
    let sum = layer.biases[o];
    for (let c = 0; c < 3; c++) for (let r = 0; r < 2; r++) for (let k = 0; k < 3; k++) {
      sum += layer.weights[((o * 3 + c) * 2 + r) * 3 + k] * input.data[(c * 5 + y + r) * 6 + x + k];
    }
    assert.ok(Math.abs(data[(o * 4 + y) * 4 + x] - sum) < 1e-5);
  }
});

test("a pooling leaves out the row that fills no window", () => {
  const data = Float32Array.from([-5, -1, -9, -2, -3, -4, 9, 9, 9]);
  assert.deepEqual(maxPool({ rows: 2, columns: 2 }, { channels: 1, rows: 3, columns: 3, data }),
    { channels: 1, rows: 1, columns: 1, data: Float32Array.from([-1]) });
});

test("probabilities add up to 1, however large the numbers", () => {
  assert.deepEqual(softmax([1000, 1000]), [0.5, 0.5]);
  const [a, b] = softmax([Math.log(3), 0]);
  assert.ok(Math.abs(a - 0.75) < 1e-12 && Math.abs(b - 0.25) < 1e-12);
});

test("the weights are whole numbers times the factor of their output", async () => {
  const weights = deflateSync(Int8Array.from([127, -127, 0, 5, 1, -1])).toString("base64");
  const dense = { kind: "dense", name: "d", inputs: 3, outputs: 2, factors: [0.5, 2], biases: [0, 0] };
  const [relu, unpacked] = await unpackNetwork({ layers: [{ kind: "relu", name: "r" }, dense], weights });
  assert.deepEqual(relu, { kind: "relu", name: "r" });
  assert.deepEqual([...unpacked.weights], [63.5, -63.5, 0, 10, 2, -2]);
});

function seededNumbers(seed) {
  return () => (seed = seed * 16807 % 2147483647) / 2147483647 - 0.5;
}
