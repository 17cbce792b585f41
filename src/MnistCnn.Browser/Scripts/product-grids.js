import { makeElement, setText } from "./page-element.js";
import { cellColour, largestOf, pictureOf } from "./value-colours.js";
import { numberText } from "./number-text.js";

// Inputs × weights = products, place by place: numbers in a window that is small enough, colours in a larger one.
const MOST_CELLS_ACROSS = 5;

export function createProductGrids(parent, onWeight) {
  const holder = makeElement("div", "products", parent);
  const grids = ["input", "weights", "products"].map((name, i) => {
    if (i > 0) { makeElement("span", "operator", holder, i === 1 ? "×" : "="); }
    const figure = makeElement("figure", "", holder), caption = makeElement("figcaption", "", figure);
    return { name, figure, caption, cells: [], canvas: null, shape: "" };
  });

  function build(grid, rows, columns, editable) {
    const shape = `${rows} ${columns}`;
    if (grid.shape === shape) { return; }
    grid.shape = shape;
    grid.cells = [];
    if (grid.body) { grid.body.remove(); }
    if (columns > MOST_CELLS_ACROSS) {
      grid.body = grid.canvas = makeElement("canvas", "picture", grid.figure);
      grid.canvas.setAttribute("role", "img");
      return;
    }
    grid.canvas = null;
    grid.body = makeElement("table", "", grid.figure);
    for (let row = 0; row < rows; row++) {
      const line = makeElement("tr", "", grid.body);
      for (let column = 0; column < columns; column++) {
        const cell = makeElement("td", "", line);
        grid.cells.push(editable ? weightInput(cell, row, column, row * columns + column) : cell);
      }
    }
  }

  function weightInput(cell, row, column, index) {
    const input = makeElement("input", "", cell);
    Object.assign(input, { type: "number", step: "0.5", value: "0" });
    input.setAttribute("aria-label", `Weight in row ${row}, column ${column}`);
    input.addEventListener("input", () => { if (Number.isFinite(input.valueAsNumber)) { onWeight(index, input.valueAsNumber); } });
    input.addEventListener("keydown", event => event.stopPropagation());
    return input;
  }

  return {
    element: holder,
    // `largest` colours the inputs and the products; the weights have colours of their own.
    show({ rows, columns, inputs, weights, products, largest, isInk, captions }) {
      const scales = [largest, largestOf(weights), largestOf(products)];
      [inputs, weights, products].forEach((values, i) => {
        const grid = grids[i], ink = isInk && i === 0, scale = i === 2 ? Math.max(scales[2], 0.001) : scales[i];
        build(grid, rows, columns, i === 1 && onWeight);
        setText(grid.caption, (captions || ["input", "weights", "products"])[i]);
        if (grid.canvas) {
          pictureOf(values, rows, columns, scale, ink, grid.canvas);
          grid.canvas.setAttribute("aria-label", `${grid.caption.textContent}, ${rows} by ${columns} numbers in colours`);
          return;
        }
        grid.cells.forEach((cell, k) => {
          (cell.parentElement.tagName === "TD" ? cell.parentElement : cell).style.background = cellColour(values[k], scale, ink);
          if (cell.tagName !== "INPUT") { setText(cell, numberText(values[k], 2)); }
          else if (cell.valueAsNumber !== values[k] && !(cell.getRootNode().activeElement === cell && !Number.isFinite(cell.valueAsNumber))) {
            cell.value = String(Math.round(1000 * values[k]) / 1000);
          }
        });
      });
    },
  };
}
