// A new element of the page, at the end of its parent.
export function makeElement(tag, className, parent, text) {
  const element = document.createElement(tag);
  if (className) { element.className = className; }
  if (text !== undefined && text !== null) { element.textContent = text; }
  if (parent) { parent.appendChild(element); }
  return element;
}

export function makeButton(className, parent, text, onClick) {
  const button = makeElement("button", className, parent, text);
  button.type = "button";
  button.addEventListener("click", onClick);
  return button;
}

// Writes a text only where it changes, so that a screen reader is not told the same twice.
export function setText(element, text) {
  if (element.textContent !== text) { element.textContent = text; }
}
