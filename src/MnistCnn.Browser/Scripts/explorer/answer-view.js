import { makeElement, setText } from "../page-element.js";

// The ten probabilities as bars; a bar is a button that opens its softmax.
export function createAnswerView(parent, index, outputs, actions) {
  const figure = makeElement("section", "stage answers", parent);
  makeElement("p", "title", figure, "Softmax");
  makeElement("p", "size", figure, `${outputs}\nprobabilities`);
  const bars = makeElement("div", "bars", figure);
  bars.setAttribute("role", "group");
  bars.setAttribute("aria-label", "Probabilities");
  const lines = Array.from({ length: outputs }, (_, digit) => {
    const line = makeElement("button", "line", bars);
    line.type = "button";
    makeElement("span", "digit", line, String(digit));
    const place = { stage: index, channel: digit, row: 0, column: 0 };
    line.addEventListener("pointermove", event => { if (event.pointerType === "mouse") { actions.hover(place); } });
    line.addEventListener("focus", () => { if (line.matches(":focus-visible")) { actions.hover(place); } });
    line.addEventListener("click", () => actions.choose(place));
    line.tabIndex = digit === 0 ? 0 : -1;
    return { line, fill: makeElement("i", "", makeElement("span", "bar", line)), percent: makeElement("span", "percent", line) };
  });
  bars.addEventListener("keydown", event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], now = lines.findIndex(({ line }) => line === event.target);
    if (event.key === "Escape") { actions.release(); } else if (!step || !lines[now + step]) { return; }
    if (step) { lines[now + step].line.focus(); }
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    element: figure,
    show(probabilities, isRead) {
      const best = isRead ? probabilities.indexOf(Math.max(...probabilities)) : -1;
      lines.forEach(({ line, fill, percent }, digit) => {
        fill.style.width = isRead ? 100 * probabilities[digit] + "%" : "0";
        setText(percent, isRead ? (100 * probabilities[digit]).toFixed(1) + " %" : "");
        line.classList.toggle("best", digit === best);
      });
    },
    mark(chosen) {
      lines.forEach(({ line }, digit) => {
        const is = Boolean(chosen) && chosen.channel === digit;
        line.classList.toggle("shown", is);
        line.tabIndex = (chosen ? is : digit === 0) ? 0 : -1;
      });
    },
  };
}
