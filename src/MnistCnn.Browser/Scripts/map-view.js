import { makeElement, setText } from "./page-element.js";
import { pictureOf, strokeFrames } from "./value-colours.js";

// One map, large, with a frame that can be led over it.
const MAP_PIXELS = 560;

export function createMapView(parent, className, onPlace) {
  const figure = makeElement("figure", "map " + className, parent), canvas = makeElement("canvas", "", figure);
  const caption = makeElement("figcaption", "", figure), context = canvas.getContext("2d"), scratch = document.createElement("canvas");
  let shown = null;
  canvas.width = canvas.height = MAP_PIXELS;

  function placeOf(event) {
    const box = canvas.getBoundingClientRect(), within = (share, count) => Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    return {
      row: within((event.clientY - box.top) / box.height, shown.rows), column: within((event.clientX - box.left) / box.width, shown.columns),
    };
  }

  if (onPlace) {
    canvas.addEventListener("pointermove", event => { if (shown) { onPlace(placeOf(event), false); } });
    canvas.addEventListener("click", event => { if (shown) { onPlace(placeOf(event), true); } });
  } else {
    canvas.setAttribute("role", "img");
  }

  return {
    element: figure, canvas,
    // `until`: how many of the numbers are there yet, for a map that grows.
    show({ values, rows, columns, largest, isInk, text, frame, until }) {
      shown = { rows, columns };
      const tall = MAP_PIXELS / columns, high = MAP_PIXELS / rows;
      context.clearRect(0, 0, MAP_PIXELS, MAP_PIXELS);
      context.imageSmoothingEnabled = false;
      context.drawImage(pictureOf(values, rows, columns, largest, isInk, scratch), 0, 0, MAP_PIXELS, MAP_PIXELS);
      if (until !== undefined && until < rows * columns) {
        const row = Math.floor(until / columns), column = until % columns;
        context.clearRect(column * tall, row * high, MAP_PIXELS, high);
        context.clearRect(0, (row + 1) * high, MAP_PIXELS, MAP_PIXELS);
      }
      if (frame) {
        strokeFrames(context, [{ x: frame.column * tall, y: frame.row * high, width: frame.columns * tall, height: frame.rows * high }], 4);
      }
      setText(caption, text);
      canvas.setAttribute("aria-label", text);
    },
  };
}
