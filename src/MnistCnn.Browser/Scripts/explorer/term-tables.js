import { largestProducts } from "./contributions.js";
import { isRow } from "./stages.js";
import { windowValues } from "./sum-words.js";
import { figuresText, numberText, signedText } from "../number-text.js";
import { makeElement } from "../page-element.js";
import { cellColour, largestOf } from "../value-colours.js";

function tableOf(parent, headings, rows, boldRow = -1) {
  const table = makeElement("table", "terms", parent), head = makeElement("tr", "", makeElement("thead", "", table));
  const body = makeElement("tbody", "", table);
  headings.forEach(heading => { makeElement("th", "", head, heading).scope = "col"; });
  rows.forEach((cells, i) => {
    const row = makeElement("tr", i === boldRow ? "best" : "", body);
    cells.forEach(cell => makeElement("td", "", row, cell));
  });
}

// The four numbers of a pooling, the largest in a frame.
export function showPoolWindow(parent, stages, place) {
  const { layer, value } = stages[place.stage], values = windowValues(stages, place), most = values.indexOf(Math.max(...values));
  const figure = makeElement("figure", "", makeElement("div", "products", parent)), largest = largestOf(value.data);
  makeElement("figcaption", "", figure, "the largest is kept");
  const table = makeElement("table", "", figure);
  for (let row = 0; row < layer.rows; row++) {
    const line = makeElement("tr", "", table);
    for (let column = 0; column < layer.columns; column++) {
      const i = row * layer.columns + column, cell = makeElement("td", i === most ? "kept" : "", line, numberText(values[i], 2));
      cell.style.background = cellColour(values[i], largest);
    }
  }
}

// The largest single products of a dense unit, and what all the others add.
export function showLargestTerms(parent, stages, place, subtotals, count) {
  const before = stages[place.stage - 1], terms = largestProducts(stages, place, count), isUnit = isRow(before);
  const rest = subtotals.reduce((sum, each) => sum + each.sum, 0) - terms.reduce((sum, each) => sum + each.product, 0);
  const others = before.value.data.length - terms.length;
  tableOf(parent, [isUnit ? "unit" : "map, row, column", "input", "weight", "product"], [
    ...terms.map(({ channel, row, column, input, weight, product }) => [
      isUnit ? String(channel) : `${channel}, ${row}, ${column}`, numberText(input), numberText(weight), signedText(product),
    ]),
    [`${numberText(others, 0)} others`, "", "", signedText(rest)],
  ]);
}

export function showSoftmaxTerms(parent, stages, place, probabilities) {
  const logits = Array.from(stages[place.stage - 1].value.data), powers = logits.map(Math.exp);
  tableOf(parent, ["digit", "z", "exp(z)", "probability"], [
    ...logits.map((logit, digit) => [
      String(digit), numberText(logit), figuresText(powers[digit]), (100 * probabilities[digit]).toFixed(2) + " %",
    ]),
    ["sum", "", figuresText(powers.reduce((a, b) => a + b, 0)), "100.00 %"],
  ], place.channel);
}
