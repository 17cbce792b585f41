import assert from "node:assert/strict";
import { test } from "node:test";
import { biasOf, largestProducts, productsOf, subtotalsOf } from "../../../../src/MnistCnn.Browser/Scripts/explorer/contributions.js";
import { pathOf, windowOf } from "../../../../src/MnistCnn.Browser/Scripts/explorer/regions.js";
import { isRow, movedPlace, placeAt, placeText, stagesOf, strongestPlace, valueAt } from "../../../../src/MnistCnn.Browser/Scripts/explorer/stages.js";
import { stripLayout } from "../../../../src/MnistCnn.Browser/Scripts/explorer/strip-layout.js";
import { ruleText, sumText, windowValues } from "../../../../src/MnistCnn.Browser/Scripts/explorer/sum-words.js";
import { forwardPass, softmax } from "../../../../src/MnistCnn.Browser/Scripts/network.js";
import { image, layers } from "./small-network.mjs";

const values = forwardPass(layers, image, 4, 4), probabilities = softmax(values[7].data), stages = stagesOf(layers, values, probabilities);
const at = (stage, channel, row = 0, column = 0) => ({ stage, channel, row, column });

test("flatten is no stage of its own, and the probabilities are the last one", () => {
  assert.deepEqual(stages.map(stage => stage.kind), ["input", "conv2d", "relu", "maxPool", "dense", "relu", "dense", "softmax"]);
  assert.deepEqual(stages.map(isRow), [false, false, false, true, true, true, true, true]);
});

test("places are moved inside their stage, counted and named", () => {
  assert.deepEqual(movedPlace(stages, at(1, 0, 1, 1), 1, 5, 1), at(1, 1, 1, 1));
  assert.deepEqual(movedPlace(stages, at(1, 1, 0, 0), -1, -1, 1), at(1, 1, 0, 0));
  assert.deepEqual(placeAt(stages, 1, 7), at(1, 1, 1, 1));
  assert.deepEqual(strongestPlace(stages, 1), at(1, 0, 0, 1));
  assert.equal(placeText(stages, at(1, 1, 0, 1)), "conv, map 1, row 0, column 1");
  assert.equal(placeText(stages, at(4, 2)), "dense, unit 2");
  assert.equal(placeText(stages, at(7, 1)), "softmax, digit 1");
});

test("a number knows its window in the stage before", () => {
  assert.equal(windowOf(stages, at(0, 0, 1, 1)), null);
  assert.deepEqual(windowOf(stages, at(1, 1, 1, 0)), { stage: 0, channel: null, row: 1, column: 0, rows: 3, columns: 3 });
  assert.deepEqual(windowOf(stages, at(2, 1, 1, 0)), { ...at(1, 1, 1, 0), rows: 1, columns: 1 });
  assert.deepEqual(windowOf(stages, at(3, 1)), { ...at(2, 1), rows: 2, columns: 2 });
  assert.deepEqual(windowOf(stages, at(4, 2)), { stage: 3, channel: null, row: 0, column: 0, rows: 1, columns: 1 });
});

test("a path goes back to the image, and on through ReLU and pooling", () => {
  const path = pathOf(stages, at(1, 1, 1, 0));
  assert.deepEqual(path[0], { stage: 0, channel: null, row: 1, column: 0, rows: 3, columns: 3 });
  assert.deepEqual(path[2], { ...at(2, 1, 1, 0), rows: 1, columns: 1 });
  assert.deepEqual(path[3], { ...at(3, 1), rows: 1, columns: 1 });
  assert.equal(path[4], null);
  assert.deepEqual(pathOf(stages, at(4, 2))[5], { ...at(5, 2), rows: 1, columns: 1 });
  // A pooled number depends on 2 × 2 of the convolution, and these on 4 × 4 of the image.
  assert.deepEqual(pathOf(stages, at(3, 0))[0], { stage: 0, channel: null, row: 0, column: 0, rows: 4, columns: 4 });
});

test("products, subtotals and bias add up to every number of every weighing layer", () => {
  stages.forEach((stage, i) => {
    if (stage.kind !== "conv2d" && stage.kind !== "dense") { return; }
    stage.value.data.forEach((value, position) => {
      const place = placeAt(stages, i, position);
      const sum = subtotalsOf(stages, place).reduce((total, each) => total + each.sum, biasOf(stages, place));
      assert.ok(Math.abs(sum - value) < 1e-6);
      assert.equal(valueAt(stages, place), value);
    });
  });
  assert.deepEqual(Array.from(productsOf(stages, at(1, 0, 0, 1), 0).products, product => product + 0), [0, 0, 1, -1, 0, 1, -1, 0, 1]);
});

test("the largest come first, whatever their sign", () => {
  assert.deepEqual(subtotalsOf(stages, at(4, 1)), [{ channel: 0, sum: -3 }, { channel: 1, sum: 0.5 }]);
  assert.deepEqual(largestProducts(stages, at(4, 1), 1), [{ channel: 0, row: 0, column: 0, input: 1.5, weight: -2, product: -3 }]);
  assert.equal(largestProducts(stages, at(6, 0), 5).length, 1); // Products of 0 are none.
});

test("a number is told in one line that adds up", () => {
  const told = place => sumText(stages, place, stages[place.stage].layer?.weights && subtotalsOf(stages, place), probabilities);
  assert.equal(told(at(0, 0, 1, 1)), "Ink 1.000: 0 is paper, 1 is black.");
  assert.equal(told(at(1, 0, 0, 1)), "9 products +1.000, bias +0.500 = 1.500");
  assert.equal(told(at(2, 1, 0, 1)), "max(0, −1.000) = 0.000");
  assert.equal(told(at(3, 0)), "max(0.500, 1.500, 0.500, 1.500) = 1.500");
  assert.equal(told(at(4, 1)), "unit 0 −3.000, unit 1 +0.500, bias +0.500 = −2.000");
  assert.equal(told(at(7, 0)), "exp(2.500) ÷ sum of all ten = 12.2 ÷ 14.9 = 81.76 %");
  assert.deepEqual(windowValues(stages, at(3, 1)), [1, 0, 1, 0]);
  assert.match(ruleText(stages, at(1, 0)), /window of 3 × 3 over the image/);
});

for (const width of [358, 600, 700, 736, 900, 1180]) {
  test(`in ${width} pixels all stages of the sheet's third network find room`, () => {
    const sizes = [[1, 28], [32, 26], [32, 26], [64, 24], [64, 24], [64, 12], [128, 1], [128, 1], [10, 1], [10, 1]];
    const all = sizes.map(([channels, side]) => ({ value: { channels, rows: side, columns: side } }));
    const { stacked, tiles } = stripLayout(all, width, Math.max(120, Math.min(168, width * 0.17)), 84), inner = tiles.slice(1, -1);
    const widths = inner.map(({ tile, gap, columns }) => columns * (tile + gap));
    assert.equal(stacked, width < 660);
    if (stacked) {
      assert.ok(widths.every(each => each <= width));
    } else {
      const used = widths.reduce((sum, each) => sum + Math.max(46, each), 0) + Math.max(120, Math.min(168, width * 0.17)) + 84 + 8 * 9;
      assert.ok(used <= width, `${used}`);
      inner.forEach(({ tile, gap, columns }, i) => assert.ok(Math.ceil(sizes[i + 1][0] / columns) * (tile + gap) <= 372));
    }
    assert.ok(inner.slice(0, 5).every(({ tile }) => tile >= 14));
  });
}
