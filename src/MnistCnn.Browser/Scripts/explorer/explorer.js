import { isRow, movedPlace, placeText, stagesOf, strongestPlace } from "./stages.js";
import { createStrip } from "./strip.js";
import { createSumPanel } from "./sum-panel.js";
import { DIGIT_SIDE, normaliseDigit } from "../digit-normalisation.js";
import { createDrawingSheet } from "../drawing-sheet.js";
import { bytesOfBase64, forwardPass, softmax, unpackNetwork } from "../network.js";
import { makeButton, makeElement, setText } from "../page-element.js";

// The network as columns of maps, over a digit that one draws. No library, no request: the weights come with the output.
// `network` is what PackedNetwork writes, `images` are 28 × 28 bytes each in base64 (255 is ink), `style` is the style sheet.
const TOLD_AFTER = 400;

export function startExplorer(root, network, images, style) {
  if (root.explorer) { return; }
  const shadow = root.shadowRoot || root.attachShadow({ mode: "open" });
  shadow.textContent = "";
  makeElement("style", "", shadow, style);
  makeElement("slot", "", makeElement("div", "still", shadow)); // What stands there on paper.
  const all = makeElement("div", "explorer", shadow), head = makeElement("div", "head", all), answer = makeElement("p", "answer", head);
  makeElement("p", "hint", head, "Point at any number, or tap it: its window is framed in the layer before. A click keeps the map.");
  let layers = null, stages = null, probabilities = null, place = null, kept = false, open = null, next = 0, toldLater = 0;
  answer.setAttribute("aria-live", "polite");

  const isSameMap = to => to.stage === place.stage && to.channel === place.channel;
  const actions = {
    hover(to) { if (!kept || isSameMap(to)) { go(to); } },
    choose(to) { const release = kept && isSameMap(to); go(to); kept = !release; },
    point(to) { go(to); },
    enter(stage) { if (place.stage !== stage) { kept = false; go(strongestPlace(stages, stage)); } },
    move(rows, columns, channels) {
      const along = isRow(stages[place.stage]) ? [0, 0, columns || rows || channels] : [rows, columns, channels];
      go(movedPlace(stages, place, ...along));
    },
    keep() { kept = !kept; showSoon(); },
    release() { kept = false; showSoon(); },
    open(channel) { open = channel; kept = true; showSoon(); },
    walk(to) { place = to; kept = true; showSoon(); },
  };
  const strip = createStrip(all, actions), drawing = makeElement("section", "stage", strip.inputColumn);
  makeElement("p", "title", drawing, "Draw");
  const readSoon = onceAFrame(read), showSoon = onceAFrame(show), sheet = createDrawingSheet(drawing, readSoon);
  const buttons = makeElement("div", "buttons", drawing), panel = createSumPanel(strip.element, actions), told = makeElement("p", "told", all);
  makeButton("clear", buttons, "Clear", () => { sheet.clear(); read(); });
  makeButton("example", buttons, "Example", () => { next++; paint(example()); });
  told.setAttribute("aria-live", "polite");

  const example = () => bytesOfBase64(images[next % images.length]);

  function go(to) {
    panel.stop();
    if (to.stage !== place.stage) { open = null; }
    place = to;
    showSoon();
  }

  function paint(bytes) {
    sheet.paint(bytes);
    return read();
  }

  function clear() {
    sheet.clear();
    return read();
  }

  // Reads what is on the sheet, at once; an empty one is paper to the network.
  function read() {
    const image = sheet.isEmpty() ? null : normaliseDigit(sheet.ink(), sheet.side);
    const values = forwardPass(layers, image || new Float32Array(DIGIT_SIDE * DIGIT_SIDE), DIGIT_SIDE, DIGIT_SIDE);
    probabilities = softmax(values[values.length - 1].data);
    stages = stagesOf(layers, values, probabilities);
    strip.show(stages, probabilities, Boolean(image));
    setText(answer, image ? `I read a ${probabilities.indexOf(Math.max(...probabilities))}.` : "Draw a digit.");
    place = place || strongestPlace(stages, 1);
    showSoon();
    return image && { probabilities, image, values };
  }

  function show() {
    strip.place(panel.element, place.stage);
    strip.mark(place, kept);
    const words = panel.show(stages, place, open, probabilities);
    clearTimeout(toldLater);
    if (!panel.isWalking()) { toldLater = setTimeout(() => setText(told, `${placeText(stages, place)}: ${words}`), TOLD_AFTER); }
  }

  // A page may paint, read and choose through this; the tests do.
  root.explorer = { paint, clear, read, choose: actions.choose, stages: () => stages, place: () => place };

  return unpackNetwork(network).then(ready => {
    layers = ready;
    paint(example());
    show();
    new ResizeObserver(() => { if (strip.fit()) { show(); } }).observe(strip.element);
    root.dataset.ready = "1";
  }).catch(error => { answer.textContent = "The network's weights could not be read: " + error.message; });
}

// What may be asked for many times between two frames is done once, before the next.
function onceAFrame(work) {
  let isDue = false;
  return () => {
    if (isDue) { return; }
    isDue = true;
    requestAnimationFrame(() => { isDue = false; work(); });
  };
}
