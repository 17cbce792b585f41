import { makeElement } from "./page-element.js";

// A sheet to draw on with a mouse, a finger, a pen or the keys. It is 280 × 280 whatever its size on the page: ten for a pixel
// of an image of 28 × 28. The pen is two to three such pixels wide, as MNIST's strokes are.
const SHEET_SIDE = 280;
const SHEET_PEN = 18;
const SHEET_STEP = 8;
const SHEET_MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function createDrawingSheet(parent, onChange) {
  const holder = makeElement("div", "holder", parent), surface = makeElement("canvas", "surface", holder);
  const pen = surface.getContext("2d", { willReadFrequently: true }), mark = makeElement("div", "pen", holder);
  surface.width = surface.height = SHEET_SIDE;
  surface.tabIndex = 0;
  surface.setAttribute("role", "application");
  surface.setAttribute("aria-label", "Sheet to draw a digit on, with the mouse, a finger or a pen. With the keyboard: the arrow keys "
    + "move the pen, the space bar puts it down and lifts it, Escape clears the sheet.");
  mark.hidden = true;
  const key = { x: SHEET_SIDE / 2, y: 60, down: false };
  let empty = true, pointer = null;

  function clear() {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, SHEET_SIDE, SHEET_SIDE);
    empty = true;
  }

  // Puts an image of side × side bytes on the sheet as if it had been drawn; 255 is ink.
  function paint(bytes) {
    const side = Math.sqrt(bytes.length), fine = SHEET_SIDE / side, picture = pen.createImageData(SHEET_SIDE, SHEET_SIDE);
    for (let i = 0; i < SHEET_SIDE * SHEET_SIDE; i++) {
      const row = Math.floor(Math.floor(i / SHEET_SIDE) / fine), column = Math.floor(i % SHEET_SIDE / fine);
      picture.data.fill(255 - bytes[row * side + column], 4 * i, 4 * i + 3);
      picture.data[4 * i + 3] = 255;
    }
    pen.putImageData(picture, 0, 0);
    empty = false;
  }

  function ink() {
    const { data } = pen.getImageData(0, 0, SHEET_SIDE, SHEET_SIDE), values = new Float32Array(SHEET_SIDE * SHEET_SIDE);
    for (let i = 0; i < values.length; i++) { values[i] = (255 - data[4 * i]) / 255; }
    return values;
  }

  function stroke(from, to) {
    pen.strokeStyle = "#000";
    pen.lineWidth = SHEET_PEN;
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(to.x, to.y);
    pen.stroke();
    empty = false;
    onChange();
  }

  function placeOf(event) {
    const box = surface.getBoundingClientRect();
    return { x: (event.clientX - box.left) * SHEET_SIDE / box.width, y: (event.clientY - box.top) * SHEET_SIDE / box.height };
  }

  surface.addEventListener("pointerdown", event => {
    if (event.button !== 0 || pointer) { return; }
    pointer = { id: event.pointerId, at: placeOf(event) };
    surface.setPointerCapture(event.pointerId);
    stroke(pointer.at, pointer.at);
    event.preventDefault();
    surface.focus({ preventScroll: true });
  });
  surface.addEventListener("pointermove", event => {
    if (!pointer || event.pointerId !== pointer.id) { return; }
    const events = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
    for (const each of events.length ? events : [event]) {
      const to = placeOf(each);
      stroke(pointer.at, to);
      pointer.at = to;
    }
  });
  for (const name of ["pointerup", "pointercancel"]) {
    surface.addEventListener(name, event => { if (pointer && event.pointerId === pointer.id) { pointer = null; } });
  }

  // A small mark shows where the keyboard's pen is while the sheet has the focus by key.
  function showPen(visible) {
    mark.hidden = !visible;
    mark.style.left = 100 * key.x / SHEET_SIDE + "%";
    mark.style.top = 100 * key.y / SHEET_SIDE + "%";
    mark.classList.toggle("down", key.down);
  }

  surface.addEventListener("keydown", event => {
    const move = SHEET_MOVES[event.key];
    if (move) {
      const to = {
        x: Math.min(SHEET_SIDE, Math.max(0, key.x + SHEET_STEP * move[0])),
        y: Math.min(SHEET_SIDE, Math.max(0, key.y + SHEET_STEP * move[1])),
      };
      if (key.down) { stroke(key, to); }
      Object.assign(key, to);
    } else if (event.key === " ") {
      key.down = !key.down;
      if (key.down) { stroke(key, key); }
    } else if (event.key === "Escape") {
      key.down = false;
      clear();
      onChange();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation(); // Notebooks have meanings of their own for these keys.
    showPen(true);
  });
  surface.addEventListener("blur", () => { key.down = false; showPen(false); });
  clear();
  return { side: SHEET_SIDE, paint, clear, ink, isEmpty: () => empty };
}
