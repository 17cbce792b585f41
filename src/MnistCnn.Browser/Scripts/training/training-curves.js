import { GOAL, curveText, inPercent } from "./training-words.js";

const WIDTH = 260;
const HEIGHT = 170;
const LEFT = 42;
const RIGHT = 8;
const TOP = 8;
const BOTTOM = 24;
const MOST_POINTS = 300;
const SVG = "http://www.w3.org/2000/svg";

const ACCURACY = {
  name: "Accuracy", read: (point, heldOut) => heldOut ? point.heldOutAccuracy : point.accuracy, shown: inPercent,
  tick: value => Math.round(100 * value) + " %", goal: GOAL,
  axis(least) {
    const ticks = least >= 0.8 ? [0.8, 0.85, 0.9, GOAL, 1] : least >= 0.5 ? [0.5, 0.6, 0.7, 0.8, GOAL] : [0, 0.25, 0.5, 0.75, GOAL];
    return { from: ticks[0], to: 1, ticks };
  },
};

const LOSS = {
  name: "Loss", read: (point, heldOut) => heldOut ? point.heldOutLoss : point.loss, shown: value => value.toFixed(3),
  tick: String,
  axis(least, most) {
    const to = [0.2, 0.4, 0.6, 1, 2, 3].find(bound => most <= bound) ?? Math.pow(10, Math.ceil(Math.log10(most)));
    return { from: 0, to, ticks: [0, to / 2, to] };
  },
};

/** Two charts that grow: accuracy and loss of the images trained on and of those held out. */
export function trainingCurves(parent, train) {
  const charts = [ACCURACY, LOSS].map(measure => {
    const figure = parent.appendChild(document.createElement("figure"));
    figure.appendChild(document.createElement("figcaption")).textContent = measure.name;
    const svg = drawn(figure, "svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" });
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
  const [least, most] = rangeOf(shown, measure.read), { from, to, ticks } = measure.axis(least, most);
  const epochs = Math.max(1, (points.at(-1)?.seen ?? 0) / train);
  const width = WIDTH - LEFT - RIGHT, height = HEIGHT - TOP - BOTTOM;
  const x = seen => width * seen / train / epochs, y = value => height * (to - value) / (to - from);

  for (const tick of ticks) {
    const at = TOP + y(tick), isGoal = tick === measure.goal;
    drawn(svg, "line", { x1: LEFT, x2: WIDTH - RIGHT, y1: at, y2: at, class: isGoal ? "goal" : "grid" });
    drawn(svg, "text", { x: LEFT - 6, y: at + 4, "text-anchor": "end", class: isGoal ? "strong" : "" }, measure.tick(tick));
  }
  const apart = [1, 2, 5, 10, 20, 50, 100, 200, 500].find(count => epochs / count <= 4) ?? 1000;
  for (let epoch = 0; epoch <= epochs; epoch += apart) {
    const at = LEFT + x(epoch * train), isLast = epoch + apart > epochs, isAtEdge = isLast && at > WIDTH - RIGHT - 24;
    drawn(svg, "text", { x: isAtEdge ? WIDTH - RIGHT : at, y: HEIGHT - 6, "text-anchor": isAtEdge ? "end" : "middle" },
      isLast ? `${epoch} epoch${epoch === 1 ? "" : "s"}` : epoch);
  }

  // What lies outside the axis is cut off where the lines are drawn, a little beyond it for their width.
  const plot = drawn(svg, "svg", {
    x: LEFT - 4, y: TOP - 4, width: width + 8, height: height + 8, viewBox: `-4 -4 ${width + 8} ${height + 8}`,
  });
  for (const heldOut of [false, true]) {
    const line = shown.map(point => [x(point.seen), measure.read(point, heldOut)])
      .filter(([, value]) => value !== null && Number.isFinite(value)).map(([at, value]) => [at.toFixed(1), y(value).toFixed(1)]);
    const kind = heldOut ? "heldout" : "train";
    if (line.length) {
      drawn(plot, "polyline", { points: line.map(place => place.join(",")).join(" "), class: kind });
      drawn(plot, "circle", { cx: line.at(-1)[0], cy: line.at(-1)[1], r: 3, class: kind });
    }
  }
  if (points.length < 2) {
    drawn(svg, "text", { x: LEFT + width / 2, y: TOP + 0.625 * height + 4, "text-anchor": "middle" }, "grows while it trains");
  }
}

// The axis fits the later three quarters, since what goes on at the end is small beside the start; all of it while it is short.
function rangeOf(points, read) {
  const late = points.slice(points.length < 6 ? 0 : Math.floor(points.length / 4));
  const values = late.flatMap(point => [read(point, false), read(point, true)])
    .filter(value => value !== null && Number.isFinite(value));
  return values.length ? [Math.min(...values), Math.max(...values)] : [0, 3];
}

function drawn(parent, name, attributes, text) {
  const element = parent.appendChild(document.createElementNS(SVG, name));
  for (const [key, value] of Object.entries(attributes)) { element.setAttribute(key, value); }
  if (text !== undefined) { element.textContent = text; }
  return element;
}
