import { MOST_INK } from "./training-images.js";

// Orange asks for ink, blue for paper, as in the figures of the filters.
const INK_COLOUR = [213, 94, 0];
const PAPER_COLOUR = [0, 114, 178];

/** The filters of the first convolution, a small square each. */
export function filterPictures(parent) {
  return (weights, filters) => {
    const size = Math.sqrt(weights.length / filters), most = Math.max(...weights.map(Math.abs)) || 1;
    canvases(parent, filters, size).forEach((canvas, filter) => paint(canvas, size, at => {
      const weight = weights[filter * size * size + at] / most, colour = weight > 0 ? INK_COLOUR : PAPER_COLOUR;
      return colour.map(value => Math.round(255 + (value - 255) * Math.abs(weight)));
    }));
  };
}

/** Digits that were read wrong, each with what it is and what it was read as. */
export function digitPictures(list, images) {
  return wrong => {
    while (list.children.length > wrong.length) { list.lastChild.remove(); }
    while (list.children.length < wrong.length) {
      const item = list.appendChild(document.createElement("li"));
      canvases(item, 1, images.side)[0].setAttribute("aria-hidden", "true");
      item.appendChild(document.createElement("span"));
    }
    wrong.forEach(({ index, read }, place) => {
      const item = list.children[place], label = images.labels[index];
      if (item.dataset.index !== String(index)) {
        item.dataset.index = index;
        paint(item.firstChild, images.side, at => {
          const paper = Math.round(255 - 255 * images.pixels[index * images.side * images.side + at] / MOST_INK);
          return [paper, paper, paper];
        });
      }
      item.lastChild.textContent = `${label} → ${read}`;
      item.lastChild.setAttribute("aria-label", `a ${label}, read as ${read}`);
    });
  };
}

function canvases(parent, count, size) {
  const there = [...parent.querySelectorAll("canvas")];
  for (const extra of there.slice(count)) { extra.remove(); }
  for (let index = there.length; index < count; index++) {
    const canvas = parent.appendChild(document.createElement("canvas"));
    canvas.width = canvas.height = size;
    there.push(canvas);
  }
  return there.slice(0, count);
}

function paint(canvas, size, colour) {
  const context = canvas.getContext("2d"), picture = context.createImageData(size, size);
  for (let at = 0; at < size * size; at++) { picture.data.set([...colour(at), 255], 4 * at); }
  context.putImageData(picture, 0, 0);
}
