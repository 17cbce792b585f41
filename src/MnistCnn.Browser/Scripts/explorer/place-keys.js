// The keys by which one walks over numbers and maps, the same wherever they are shown.
const PLACE_MOVES = {
  ArrowLeft: [0, -1, 0], ArrowRight: [0, 1, 0], ArrowUp: [-1, 0, 0], ArrowDown: [1, 0, 0], PageUp: [0, 0, -1], PageDown: [0, 0, 1],
};

export function placeKeys(element, actions) {
  element.addEventListener("keydown", event => {
    const move = PLACE_MOVES[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (move) { actions.move(...move); }
    else if (event.key === "Enter" || event.key === " ") { actions.keep(); }
    else if (event.key === "Escape") { actions.release(); }
    else { return; }
    event.preventDefault();
    event.stopPropagation(); // Notebooks have meanings of their own for these keys.
  });
}
