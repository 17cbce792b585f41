import assert from "node:assert/strict";
import { test } from "node:test";
import { figuresText, numberText, signedText } from "../../../../src/MnistCnn.Browser/Scripts/number-text.js";
import { cellColour, largestOf, valueColour } from "../../../../src/MnistCnn.Browser/Scripts/value-colours.js";

test("numbers have a true minus, and 0 has none", () => {
  assert.deepEqual([-1.2345, -0.0001, 0, 1234.5].map(value => numberText(value)), ["−1.235", "0.000", "0.000", "1,234.500"]);
  assert.deepEqual([-0.5, 0.5, -0.0001].map(value => signedText(value, 2)), ["−0.50", "+0.50", "+0.00"]);
});

test("three figures count, and all before the point", () => {
  assert.deepEqual([0, 0.00123456, 0.5, 12.345, 1186925.4, 3.33e-6, 4.851e12].map(figuresText),
    ["0", "0.00123", "0.5", "12.3", "1,186,925", "3.33 × 10⁻⁶", "4.85 × 10¹²"]);
});

test("0 is white, above is orange, below is blue, and beyond the largest nothing changes", () => {
  assert.deepEqual(valueColour(0, 2), [255, 255, 255]);
  assert.deepEqual(valueColour(2, 2), [213, 94, 0]);
  assert.deepEqual(valueColour(-5, 2), [0, 114, 178]);
  assert.deepEqual(valueColour(1, 1, true), [0, 0, 0]);
  assert.equal(largestOf([1, -3, 2]), 3);
  assert.equal(largestOf([0, 0]), 1);
});

test("ink is legible on every ground of a number", () => {
  const light = ([r, g, b]) => [r, g, b].map(part => part / 255)
    .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  for (const [value, isInk] of [[1, false], [-1, false], [1, true], [0, false]]) {
    const ground = cellColour(value, 1, isInk).match(/\d+/g).map(Number);
    assert.ok((light(ground) + 0.05) / (light([27, 31, 36]) + 0.05) >= 4.5);
  }
});
