import { createAnswerView } from "./answer-view.js";
import { largestProducts } from "./contributions.js";
import { pathOf, windowOf } from "./regions.js";
import { createStageView } from "./stage-view.js";
import { stripLayout } from "./strip-layout.js";
import { makeElement } from "../page-element.js";

// All stages side by side, or one below the other: from the image, in the column of the sheet, to the probabilities.
const ANSWER_WIDTH = 84;
const MARKED_TERMS = 12;

export function createStrip(parent, actions) {
  const element = makeElement("div", "strip", parent), inputColumn = makeElement("div", "input-column", element);
  let views = [], stages = null, layout = null, width = 0;

  function build() {
    const last = stages.length - 1;
    views = stages.map((stage, i) => i === last
      ? createAnswerView(element, i, stage.value.channels, actions)
      : createStageView(i === 0 ? inputColumn : element, i, actions));
    views.forEach((view, i) => { view.element.style.order = String(2 * i); });
  }

  function draw() {
    width = element.clientWidth || width || 900;
    const side = Math.max(120, Math.min(168, Math.round(width * 0.17)));
    layout = stripLayout(stages, width, side, ANSWER_WIDTH);
    layout.tiles[0] = { tile: layout.stacked ? 140 : side, gap: 0, columns: 1 };
    element.classList.toggle("stacked", layout.stacked);
    element.style.setProperty("--side", (layout.stacked ? Math.min(280, width) : side) + "px");
    views.slice(0, -1).forEach((view, i) => view.show(stages, layout.tiles[i]));
  }

  return {
    element, inputColumn,
    show(newStages, probabilities, isRead) {
      stages = newStages;
      if (!views.length) { build(); }
      draw();
      views[views.length - 1].show(probabilities, isRead);
    },
    // Where the room has changed, everything is drawn in its new size.
    fit() {
      const changed = element.clientWidth > 0 && element.clientWidth !== width;
      if (changed) { draw(); }
      return changed;
    },
    // Frames the chosen number and what it is computed from: in the stage before, or, for one that is kept, on its whole path.
    mark(place, isKept) {
      const chosen = { ...place, rows: 1, columns: 1 }, { kind } = stages[place.stage];
      const path = isKept ? pathOf(stages, place) : stages.map((_, i) => i === place.stage - 1 ? windowOf(stages, chosen) : null);
      const spots = kind === "dense" ? largestProducts(stages, place, MARKED_TERMS)
        : kind === "softmax" ? Array.from(stages[place.stage].value.data, (_, channel) => ({ channel, row: 0, column: 0 })) : null;
      views.forEach((view, i) => {
        const own = i === place.stage ? place : null;
        if (i === views.length - 1) { view.mark(own); return; }
        view.mark(own ? chosen : path[i], own, i === place.stage - 1 ? spots : null, isKept && (i <= place.stage || Boolean(path[i])));
      });
    },
    // On a narrow page the panel stands below the stage that it explains, and that stage stays where the finger is.
    place(panel, stage) {
      const order = String(layout.stacked ? 2 * stage + 1 : 999);
      if (panel.style.order === order) { return; }
      const top = views[stage].element.getBoundingClientRect().top, isFirst = !panel.style.order;
      panel.style.order = order;
      if (layout.stacked && !isFirst) { window.scrollBy({ top: views[stage].element.getBoundingClientRect().top - top, behavior: "instant" }); }
    },
  };
}
