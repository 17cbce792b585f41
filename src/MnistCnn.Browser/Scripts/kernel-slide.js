import { createMapView } from "./map-view.js";
import { bytesOfBase64, convolve } from "./network.js";
import { numberText } from "./number-text.js";
import { makeButton, makeElement, setText } from "./page-element.js";
import { createProductGrids } from "./product-grids.js";
import { largestOf } from "./value-colours.js";
import { createWalk } from "./walk-controls.js";

// One kernel over one image, before there is a network: the window is led over the image, its nine products add up to one number,
// and the numbers make a map. `images` is one image in base64, `shape` its rows and columns, `kernel` nine weights.
const KERNEL_SIDE = 3;
const KERNEL_PRESETS = {
  "Vertical edge": [-1, 0, 1, -1, 0, 1, -1, 0, 1],
  "Horizontal edge": [-1, -1, -1, 0, 0, 0, 1, 1, 1],
  "Blur": Array(9).fill(1 / 9),
  "Sharpen": [0, -1, 0, -1, 5, -1, 0, -1, 0],
  "Copy": [0, 0, 0, 0, 1, 0, 0, 0, 0],
};

export function startKernelSlide(root, images, shape, kernel, style) {
  if (root.kernelSlide) { return; }
  const shadow = root.shadowRoot || root.attachShadow({ mode: "open" });
  shadow.textContent = "";
  makeElement("style", "", shadow, style);
  makeElement("slot", "", makeElement("div", "still", shadow)); // What stands there on paper.
  const all = makeElement("div", "slide", shadow), [rows, columns] = shape, weights = Float32Array.from(kernel);
  const image = { channels: 1, rows, columns, data: Float32Array.from(bytesOfBase64(images[0]), byte => byte / 255) };
  makeElement("p", "hint", all, "Lead the window over the image. Take another kernel, or write weights of your own into it.");
  const presets = makeElement("div", "presets", all);
  presets.setAttribute("role", "group");
  presets.setAttribute("aria-label", "Kernels to try");
  const buttons = Object.entries(KERNEL_PRESETS).map(([name, values]) =>
    ({ values, button: makeButton("", presets, name, () => { weights.set(values); compute(); }) }));
  const views = makeElement("div", "views", all), last = { row: rows - KERNEL_SIDE, column: columns - KERNEL_SIDE };
  const source = createMapView(views, "source", at => go(at.row - 1, at.column - 1));
  const grids = createProductGrids(views, (index, weight) => { weights[index] = weight; compute(); });
  const target = createMapView(views, "target", at => go(at.row, at.column));
  const sum = makeElement("p", "sum", all), told = makeElement("p", "told", all);
  const walk = createWalk(all, index => { move(Math.floor(index / map.columns), index % map.columns); }, show);
  told.setAttribute("aria-live", "polite");
  let map = null, place = { row: 0, column: 0 }, toldLater = 0;

  for (const { canvas } of [source, target]) {
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "application");
    canvas.addEventListener("keydown", event => {
      const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
      if (!step) { return; }
      go(place.row + step[0], place.column + step[1]);
      event.preventDefault();
      event.stopPropagation(); // Notebooks have meanings of their own for these keys.
    });
  }

  function go(row, column) {
    walk.stop();
    move(row, column);
  }

  function move(row, column) {
    place = { row: Math.max(0, Math.min(last.row, row)), column: Math.max(0, Math.min(last.column, column)) };
    show();
  }

  // The whole map at once: the window only shows where each of its numbers comes from.
  function compute() {
    map = convolve({ rows: KERNEL_SIDE, columns: KERNEL_SIDE, inputs: 1, outputs: 1, biases: [0], weights }, image);
    for (const { button, values } of buttons) {
      button.setAttribute("aria-pressed", String(values.every((value, i) => Math.abs(value - weights[i]) < 1e-6)));
    }
    show();
  }

  function show() {
    const size = KERNEL_SIDE * KERNEL_SIDE, index = place.row * map.columns + place.column;
    const inputs = Float32Array.from({ length: size }, (_, i) =>
      image.data[(place.row + Math.floor(i / KERNEL_SIDE)) * columns + place.column + i % KERNEL_SIDE]);
    const products = inputs.map((input, i) => input * weights[i]), where = `row ${place.row}, column ${place.column}`;
    source.show({ values: image.data, rows, columns, largest: 1, isInk: true, text: "the image",
      frame: { ...place, rows: KERNEL_SIDE, columns: KERNEL_SIDE } });
    target.show({ values: map.data, rows: map.rows, columns: map.columns, largest: largestOf(map.data), text: "the feature map",
      frame: { ...place, rows: 1, columns: 1 }, until: walk.isPlaying() ? index + 1 : undefined });
    grids.show({ rows: KERNEL_SIDE, columns: KERNEL_SIDE, inputs, weights, products, largest: 1, isInk: true,
      captions: ["pixels", "weights", "products"] });
    const words = `The sum of the nine products is ${numberText(map.data[index])}`;
    setText(sum, words);
    walk.set(index, map.data.length, where);
    clearTimeout(toldLater);
    if (!walk.isPlaying()) { toldLater = setTimeout(() => setText(told, `${where}: ${words}`), 400); }
  }

  // A page may move and weigh through this; the tests do.
  root.kernelSlide = { go, weigh(values) { weights.set(values); compute(); }, map: () => map, place: () => place };
  compute();
  go(...strongestEdge(map));
  root.dataset.ready = "1";
}

// Where there is something to see: the largest number of a map.
function strongestEdge({ data, columns }) {
  const index = data.indexOf(Math.max(...data));
  return [Math.floor(index / columns), index % columns];
}
