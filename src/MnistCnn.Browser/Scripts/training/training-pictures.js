import { MOST_INK } from "./training-images.js";
import { largestOf, pictureOf } from "../value-colours.js";

/** The filters of the first convolution, a small square each. */
export function filterPictures(parent) {
  return (weights, filters) => {
    const each = weights.length / filters, side = Math.sqrt(each), most = largestOf(weights);
    canvases(parent, filters).forEach((canvas, filter) =>
      pictureOf(weights.slice(filter * each, (filter + 1) * each), side, side, most, false, canvas));
  };
}

/** Digits that were read wrong, each with what it is and what it was read as. */
export function digitPictures(list, images) {
  const { side, pixels } = images, each = side * side;
  return wrong => {
    while (list.children.length > wrong.length) { list.lastChild.remove(); }
    while (list.children.length < wrong.length) {
      const item = list.appendChild(document.createElement("li"));
      canvases(item, 1)[0].setAttribute("aria-hidden", "true");
      item.appendChild(document.createElement("span"));
    }
    wrong.forEach(({ index, read }, place) => {
      const item = list.children[place], label = images.labels[index];
      if (item.dataset.index !== String(index)) {
        item.dataset.index = index;
        pictureOf(pixels.slice(index * each, (index + 1) * each), side, side, MOST_INK, true, item.firstChild);
      }
      item.lastChild.textContent = `${label} → ${read}`;
      item.lastChild.setAttribute("aria-label", `a ${label}, read as ${read}`);
    });
  };
}

function canvases(parent, count) {
  const there = [...parent.querySelectorAll("canvas")];
  for (const extra of there.slice(count)) { extra.remove(); }
  while (there.length < count) { there.push(parent.appendChild(document.createElement("canvas"))); }
  return there.slice(0, count);
}
