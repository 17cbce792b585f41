import assert from "node:assert/strict";
import { test } from "node:test";
import { normaliseDigit } from "../../../../src/MnistCnn.Browser/Scripts/digit-normalisation.js";

test("an empty sheet is no image", () => assert.equal(normaliseDigit(new Float32Array(100), 10), null));

for (const [name, left, top, width, height] of [["large", 20, 10, 60, 200], ["small, in a corner", 2, 250, 9, 24], ["lying", 40, 90, 200, 30]]) {
  test(`a stroke that is ${name} becomes 20 long, its centre of mass on pixel 14`, () => {
    const side = 280, ink = new Float32Array(side * side);
    for (let y = top; y < top + height; y++) { ink.fill(1, y * side + left, y * side + left + width); }
    const image = normaliseDigit(ink, side), rows = new Set(), columns = new Set();
    let mass = 0, massY = 0, massX = 0;
    image.forEach((value, i) => {
      if (value > 0) { rows.add(Math.floor(i / 28)); columns.add(i % 28); }
      mass += value; massY += value * Math.floor(i / 28); massX += value * (i % 28);
    });
    assert.equal(Math.max(rows.size, columns.size), 20);
    assert.ok(Math.abs(massY / mass - 14) <= 0.5 && Math.abs(massX / mass - 14) <= 0.5);
  });
}

test("an image that is prepared already stays as it is", () => {
  const side = 280, ink = new Float32Array(side * side), image = new Float32Array(784);
  for (let row = 4; row < 24; row++) { for (let column = 13; column < 16; column++) { image[row * 28 + column] = 0.3 + row / 500 + column % 2 / 10; } }
  for (let i = 0; i < ink.length; i++) { ink[i] = image[Math.floor(Math.floor(i / side) / 10) * 28 + Math.floor(i % side / 10)]; }
  normaliseDigit(ink, side).forEach((value, i) => assert.ok(Math.abs(value - image[i]) < 1e-6));
});
