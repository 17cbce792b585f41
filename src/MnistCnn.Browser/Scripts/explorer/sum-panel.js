import { productsOf, subtotalsOf } from "./contributions.js";
import { windowOf } from "./regions.js";
import { isRow, placeAt, placeText, positionOf, valueAt } from "./stages.js";
import { createSubtotalBars } from "./subtotal-bars.js";
import { ruleText, sumText } from "./sum-words.js";
import { showLargestTerms, showPoolWindow, showSoftmaxTerms } from "./term-tables.js";
import { placeKeys } from "./place-keys.js";
import { createMapView } from "../map-view.js";
import { numberText } from "../number-text.js";
import { makeElement, setText } from "../page-element.js";
import { createProductGrids } from "../product-grids.js";
import { largestOf } from "../value-colours.js";
import { createWalk } from "../walk-controls.js";

// How one number came about: the map before with the window, the products, the map with the number in it, and the sum.
export function createSumPanel(parent, actions) {
  const panel = makeElement("section", "panel", parent), head = makeElement("header", "", panel);
  const where = makeElement("p", "title", head), number = makeElement("strong", "", head), rule = makeElement("p", "rule", panel);
  const views = makeElement("div", "views", panel);
  let stages = null, place = null, open = 0;
  const source = createMapView(views, "source", (at, isClick) => {
    if (isClick) { actions.choose({ stage: place.stage - 1, channel: open, ...at }); }
  });
  source.canvas.title = "Click: to this place in the layer before";
  const middle = makeElement("div", "middle", views), grids = createProductGrids(middle), tables = makeElement("div", "", middle);
  const target = createMapView(views, "target", at => actions.point({ ...place, ...at }));
  target.canvas.tabIndex = 0;
  target.canvas.setAttribute("role", "application");
  placeKeys(target.canvas, actions);
  const sum = makeElement("p", "sum", panel);
  const walk = createWalk(panel, position => {
    const { value } = stages[place.stage], size = value.rows * value.columns;
    actions.walk(placeAt(stages, place.stage, isRow(stages[place.stage]) ? position : place.channel * size + position));
  }, () => actions.walk(place)), bars = createSubtotalBars(panel, channel => actions.open(channel));
  panel.setAttribute("aria-label", "How one number is computed");

  function mapOf(stage, channel) {
    const { value } = stages[stage], size = value.rows * value.columns;
    return { values: value.data.subarray(channel * size, (channel + 1) * size), rows: value.rows, columns: value.columns,
      largest: largestOf(value.data), isInk: stage === 0, text: stage === 0 ? "the image" : `${stages[stage].name}, map ${channel}` };
  }

  function showMiddle(stage, subtotals, probabilities) {
    const isDense = stage.kind === "dense", isWeighed = isDense || stage.kind === "conv2d", before = stages[place.stage - 1];
    grids.element.hidden = !isWeighed || isRow(before);
    tables.textContent = "";
    if (!grids.element.hidden) {
      const name = place.stage === 1 ? "pixels" : `map ${open}`;
      grids.show({ ...productsOf(stages, place, open), largest: largestOf(before.value.data), isInk: place.stage === 1,
        captions: [name, "weights", "products"] });
    }
    if (isDense) { showLargestTerms(tables, stages, place, subtotals, isRow(before) ? 10 : 5); }
    if (stage.kind === "maxPool") { showPoolWindow(tables, stages, place); }
    if (stage.kind === "softmax") { showSoftmaxTerms(tables, stages, place, probabilities); }
    if (stage.kind === "relu") { makeElement("p", "formula", tables, sumText(stages, place)); }
  }

  return {
    element: panel, isWalking: walk.isPlaying, stop: walk.stop,
    show(newStages, newPlace, chosenOpen, probabilities) {
      [stages, place] = [newStages, newPlace];
      const stage = stages[place.stage], before = stages[place.stage - 1], { value } = stage, size = value.rows * value.columns;
      const isWeighed = stage.kind === "conv2d" || stage.kind === "dense", subtotals = isWeighed ? subtotalsOf(stages, place) : null;
      open = !isWeighed ? place.channel : chosenOpen !== null && chosenOpen < subtotals.length ? chosenOpen : subtotals[0].channel;
      setText(where, placeText(stages, place));
      setText(number, stage.kind === "softmax" ? (100 * probabilities[place.channel]).toFixed(2) + " %" : numberText(valueAt(stages, place)));
      setText(rule, ruleText(stages, place));
      const window = windowOf(stages, place), hasSource = before && !isRow(before) && stage.kind !== "dense", hasTarget = !isRow(stage);
      source.element.hidden = !hasSource;
      target.element.hidden = !hasTarget;
      if (hasSource) { source.show({ ...mapOf(place.stage - 1, open), frame: window }); }
      showMiddle(stage, subtotals, probabilities);
      const index = positionOf(value, hasTarget ? 0 : place.channel, place.row, place.column);
      if (hasTarget) {
        target.show({ ...mapOf(place.stage, place.channel), until: walk.isPlaying() ? index + 1 : undefined,
          frame: { row: place.row, column: place.column, rows: 1, columns: 1 } });
      }
      const words = sumText(stages, place, subtotals, probabilities);
      setText(sum, words.replace(/ (?=[+−=])/g, "\u00a0")); // A term stays in one line.
      sum.hidden = stage.kind === "relu";
      bars.element.hidden = !isWeighed || isRow(before) || subtotals.length === 1;
      if (!bars.element.hidden) { bars.show(subtotals, open, "map"); }
      const [count, noun] = hasTarget ? [size, ""] : [value.channels, stage.kind === "softmax" ? "digit" : "unit"];
      walk.set(index, count, hasTarget ? `row ${place.row}, column ${place.column}` : `${noun} ${place.channel}`);
      return words;
    },
  };
}
