import { makeButton, makeElement, setText } from "./page-element.js";

// A slider that leads the window over the image, place after place, and a button that lets it walk by itself. Whoever asks the
// system for less motion has the slider alone.
const WALK_MILLISECONDS = 55;

export function createWalk(parent, onStep, onStop) {
  const holder = makeElement("div", "walk", parent), button = makeButton("play", holder, "▶ Play", () => playing ? stop() : play());
  const slider = makeElement("input", "", holder), text = makeElement("output", "", holder), still = matchMedia("(prefers-reduced-motion: reduce)");
  let playing = false, timer = 0, count = 1;
  Object.assign(slider, { type: "range", min: "0", step: "1", value: "0" });
  slider.setAttribute("aria-label", "Place of the window");

  function play() {
    if (still.matches) { return; }
    playing = true;
    if (Number(slider.value) >= count - 1) { slider.value = "0"; }
    show();
    timer = setInterval(() => {
      const next = Number(slider.value) + 1;
      if (next >= count || !holder.isConnected) { stop(); return; }
      slider.value = String(next);
      onStep(next);
    }, WALK_MILLISECONDS);
  }

  function stop() {
    clearInterval(timer);
    if (!playing) { return; }
    playing = false;
    show();
    onStop();
  }

  function show() {
    button.hidden = still.matches;
    setText(button, playing ? "❚❚ Pause" : "▶ Play");
  }

  slider.addEventListener("input", () => { stop(); onStep(Number(slider.value)); });
  slider.addEventListener("keydown", event => event.stopPropagation());
  still.addEventListener("change", () => { if (still.matches) { stop(); } show(); });
  show();
  return {
    element: holder, stop,
    isPlaying: () => playing,
    set(position, newCount, description) {
      count = newCount;
      slider.max = String(count - 1);
      slider.value = String(position);
      slider.setAttribute("aria-valuetext", description);
      setText(text, description);
    },
  };
}
