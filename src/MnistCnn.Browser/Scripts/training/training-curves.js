import { GOAL } from "./training-words.js";
import { curveText } from "./training-words.js";
import { inPercent } from "./training-words.js";

const WIDTH = 260, HEIGHT = 170, LEFT = 38, RIGHT = 8, TOP = 8, BOTTOM = 24, MOST_POINTS = 300, SVG = "http://www.w3.org/2000/svg";

const ACCURACY = {
  name: "Accuracy", read: (point, heldOut) => heldOut ? point.heldOutAccuracy : point.accuracy, shown: inPercent,
  tick: value => Math.round(100 * value) + " %", goal: GOAL,
  axis(values) {
    const least = Math.min(1, ...values), from = [0.8, 0.5].find(bound => least >= bound) ?? 0;
    return { from, to: 1, ticks: from === 0.8 ? [0.8, 0.85, 0.9, GOAL, 1] : from ? [0.5, 0.75, GOAL] : [0, 0.25, 0.5, 0.75, GOAL] };
  },
};

const LOSS = {
  name: "Loss", read: (point, heldOut) => heldOut ? point.heldOutLoss : point.loss, shown: value => value.toFixed(3),
  tick: value => String(value),
  axis(values) {
    const most = Math.max(0, ...values);
    let to = [0.2, 0.4, 0.6, 1, 2, 3].find(bound => most <= bound) ?? Math.pow(10, Math.ceil(Math.log10(most)));
    return { from: 0, to, ticks: [0, to / 2, to] };
  },
};

/** Two charts that grow: accuracy and loss of the images trained on and of those held out. */
export function trainingCurves(parent, train) {
  const charts = [ACCURACY, LOSS].map(measure => {
    const figure = parent.appendChild(document.createElement("figure"));
    figure.appendChild(document.createElement("figcaption")).textContent = measure.name;
    const svg = figure.appendChild(document.createElementNS(SVG, "svg"));
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute("role", "img");
    return { measure, svg };
  });
  return points => {
    for (const { measure, svg } of charts) { drawCurves(svg, measure, points, train); }
  };
}

function drawCurves(svg, measure, points, train) {
  svg.replaceChildren();
  svg.setAttribute("aria-label", curveText(measure.name, points, train, measure.read, measure.shown));
  const step = Math.ceil(points.length / MOST_POINTS);
  const shown = points.filter((_, index) => index % step === 0 || index === points.length - 1);

  // The axis fits the later three quarters: what goes on at the end is small beside the start.
  const late = shown.slice(Math.floor(shown.length / 4)).flatMap(point => [false, true].map(heldOut => measure.read(point, heldOut)));
  const { from, to, ticks } = measure.axis(late.filter(value => Number.isFinite(value) && value !== null));
  const epochs = Math.max(1, (points.at(-1)?.seen ?? 0) / train);
  const x = seen => LEFT + (WIDTH - LEFT - RIGHT) * seen / train / epochs;
  const y = value => TOP + (HEIGHT - TOP - BOTTOM) * (1 - Math.min(1, Math.max(0, (value - from) / (to - from))));

  for (const tick of ticks) {
    const goal = tick === measure.goal;
    add("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick), class: goal ? "goal" : "grid" });
    add("text", { x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end", class: goal ? "strong" : "" }).textContent = measure.tick(tick);
  }
  const apart = [1, 2, 5, 10, 20, 50, 100, 200].find(count => epochs / count <= 5) ?? 1000;
  for (let epoch = 0; epoch <= epochs; epoch += apart) {
    add("text", { x: x(epoch * train), y: HEIGHT - 6, "text-anchor": "middle" }).textContent = epoch;
  }
  if (epochs % apart > apart / 2 || epochs === 1) {
    add("text", { x: WIDTH - RIGHT - (epochs === 1 ? 12 : 0), y: HEIGHT - 6, "text-anchor": "end" }).textContent = "epochs";
  }
  for (const heldOut of [false, true]) {
    const line = shown.filter(point => Number.isFinite(measure.read(point, heldOut)) && measure.read(point, heldOut) !== null)
      .map(point => [x(point.seen).toFixed(1), y(measure.read(point, heldOut)).toFixed(1)]);
    if (line.length === 0) { continue; }
    const kind = heldOut ? "heldout" : "train";
    add("polyline", { points: line.map(place => place.join(",")).join(" "), class: kind });
    add("circle", { cx: line.at(-1)[0], cy: line.at(-1)[1], r: 3, class: kind });
  }

  function add(name, attributes) {
    const element = svg.appendChild(document.createElementNS(SVG, name));
    for (const [key, value] of Object.entries(attributes)) { element.setAttribute(key, value); }
    return element;
  }
}
