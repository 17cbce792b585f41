import { makeElement, setText } from "../page-element.js";
import { signedText } from "../number-text.js";

// What each channel adds to a sum, the largest first, as bars above and below a line; each is a button that opens its channel.
const BAR_WIDTH = 26;

export function createSubtotalBars(parent, onOpen) {
  const figure = makeElement("div", "subtotals", parent), heading = makeElement("p", "", figure), group = makeElement("div", "group", figure);
  const bars = [];
  let count = 1, width = 700;
  group.setAttribute("role", "group");

  new ResizeObserver(([entry]) => { width = entry.contentRect.width || width; fit(); }).observe(group);

  // Rows of equal length, as few as the width allows.
  function fit() {
    const columns = Math.ceil(count / Math.ceil(count * BAR_WIDTH / width)), template = `repeat(${columns}, minmax(0, 1fr))`;
    if (group.style.gridTemplateColumns !== template) { group.style.gridTemplateColumns = template; }
  }

  function bar(index) {
    const button = makeElement("button", "subtotal", group);
    button.type = "button";
    button.addEventListener("click", () => onOpen(bars[index].channel));
    const made = { button, fill: makeElement("i", "", makeElement("span", "column", button)), name: makeElement("span", "", button) };
    bars.push(made);
    return made;
  }

  group.addEventListener("keydown", event => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const next = step && bars[bars.findIndex(({ button }) => button === event.target) + step];
    if (!next || next.button.hidden) { return; }
    next.button.focus();
    onOpen(next.channel);
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    element: figure,
    show(subtotals, open, noun) {
      const largest = Math.abs(subtotals[0].sum) || 1;
      count = subtotals.length;
      fit();
      setText(heading, `What each ${noun} adds, the largest first. Choose one to see its products.`);
      group.setAttribute("aria-label", `What each ${noun} adds`);
      subtotals.forEach(({ channel, sum }, i) => {
        const { button, fill, name } = bars[i] || bar(i), isOpen = channel === open;
        bars[i].channel = channel;
        button.hidden = false;
        setText(name, String(channel));
        fill.style.height = 50 * Math.abs(sum) / largest + "%";
        fill.className = sum < 0 ? "below" : "above";
        button.setAttribute("aria-pressed", String(isOpen));
        button.setAttribute("aria-label", `${noun} ${channel}: ${signedText(sum)}`);
        button.title = `${noun} ${channel}: ${signedText(sum)}`;
        button.tabIndex = isOpen ? 0 : -1;
      });
      bars.slice(subtotals.length).forEach(({ button }) => { button.hidden = true; });
    },
  };
}
