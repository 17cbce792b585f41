import { isRow, sizeLines, stageTitle } from "./stages.js";
import { largestOf, pictureOf, strokeFrames } from "../value-colours.js";
import { makeElement } from "../page-element.js";
import { placeKeys } from "./place-keys.js";

// All maps of a stage in one canvas, and over it one for frames: what changes while the pointer moves is small. A row of
// numbers is drawn as maps of one pixel each.
export function createStageView(parent, index, actions) {
  const figure = makeElement("section", "stage", parent), heading = makeElement("p", "title", figure), size = makeElement("p", "size", figure);
  const holder = makeElement("div", "tiles", figure), base = makeElement("canvas", "base", holder);
  const marks = makeElement("canvas", "marks", holder), scratch = document.createElement("canvas");
  let stages = null, layout = null;
  base.tabIndex = 0;
  base.setAttribute("role", "application");

  const side = () => layout.tile + layout.gap;
  const cornerOf = channel => [channel % layout.columns * side(), Math.floor(channel / layout.columns) * side()];

  function placeOf(event) {
    const { value } = stages[index], box = base.getBoundingClientRect(), scale = (layout.columns * side() - layout.gap) / box.width;
    const x = (event.clientX - box.left) * scale, y = (event.clientY - box.top) * scale;
    const channel = Math.floor(y / side()) * layout.columns + Math.min(layout.columns - 1, Math.floor(x / side()));
    if (x < 0 || y < 0 || channel >= value.channels) { return null; }
    const within = (position, count) => Math.min(count - 1, Math.floor(position % side() / layout.tile * count));
    return { stage: index, channel, row: within(y, value.rows), column: within(x, value.columns) };
  }

  base.addEventListener("pointermove", event => {
    const place = event.pointerType === "mouse" && placeOf(event);
    if (place) { actions.hover(place); }
  });
  base.addEventListener("click", event => {
    const place = placeOf(event);
    if (place) { actions.choose(place); }
  });
  base.addEventListener("focus", () => { if (base.matches(":focus-visible")) { actions.enter(index); } });
  placeKeys(base, actions);

  function fit(canvas) {
    const { value } = stages[index], rows = Math.ceil(value.channels / layout.columns), ratio = Math.max(2, devicePixelRatio || 1);
    const width = layout.columns * side() - layout.gap, height = rows * side() - layout.gap;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = width + "px";
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    return context;
  }

  return {
    element: figure,
    show(newStages, newLayout) {
      [stages, layout] = [newStages, newLayout];
      const stage = stages[index], { value } = stage, each = value.rows * value.columns;
      heading.textContent = stageTitle(stage);
      size.textContent = sizeLines(value).join("\n");
      heading.title = stage.name;
      base.dataset.columns = String(layout.columns);
      base.setAttribute("aria-label", `${stage.name}: `
        + (isRow(stage) ? `${value.channels} numbers. The arrow keys move from one to the next.`
          : `${value.channels} maps of ${value.rows} by ${value.columns}. The arrow keys move the pixel, Page Up and Page Down change the map.`)
        + " Enter keeps it, Escape lets it go.");
      const context = fit(base), largest = largestOf(value.data);
      fit(marks);
      context.imageSmoothingEnabled = layout.tile * 2 < value.columns;
      for (let channel = 0; channel < value.channels; channel++) {
        const [x, y] = cornerOf(channel);
        pictureOf(value.data.subarray(channel * each, (channel + 1) * each), value.rows, value.columns, largest, index === 0, scratch);
        context.drawImage(scratch, x, y, layout.tile, layout.tile);
        context.strokeStyle = "rgba(128,128,128,0.45)";
        context.lineWidth = 0.5;
        context.strokeRect(x + 0.25, y + 0.25, layout.tile - 0.5, layout.tile - 0.5);
      }
    },
    // Frames a region in one map or in all; where something is kept, the maps that do not belong to it are veiled.
    mark(region, chosen, spots, isKept) {
      const { value } = stages[index], context = marks.getContext("2d"), { tile } = layout, frames = [];
      context.clearRect(0, 0, marks.width, marks.height);
      context.fillStyle = "rgba(128,128,128,0.6)";
      const whole = region && region.rows === value.rows && region.columns === value.columns && region.channel === null;
      const add = (channel, { row, column, rows = 1, columns = 1 }) => {
        const [x, y] = cornerOf(channel), width = columns * tile / value.columns, height = rows * tile / value.rows;
        const wide = Math.max(2.5, width), high = Math.max(2.5, height); // A pixel of a small map is still seen.
        frames.push({ x: x + column * tile / value.columns - (wide - width) / 2, y: y + row * tile / value.rows - (high - height) / 2,
          width: wide, height: high });
      };
      for (let channel = 0; channel < value.channels; channel++) {
        const [x, y] = cornerOf(channel);
        if (!region || region.channel !== null && region.channel !== channel) {
          if (isKept) { context.fillRect(x, y, tile, tile); }
        } else if (!whole && !(chosen && isRow(stages[index]))) {
          add(channel, region);
        }
      }
      for (const spot of spots || []) { add(spot.channel, spot); }
      strokeFrames(context, frames, 1);
      if (chosen) {
        const [x, y] = cornerOf(chosen.channel);
        strokeFrames(context, [{ x: x + 0.5, y: y + 0.5, width: tile - 1, height: tile - 1 }], tile < 12 ? 1 : 1.5);
      }
    },
  };
}
