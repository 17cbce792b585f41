import { unpackTrainingImages } from "./training-images.js";
import { trainingRun } from "./training-run.js";
import { linkTraining } from "./training-link.js";
import { trainingCurves } from "./training-curves.js";
import { filterPictures, digitPictures } from "./training-pictures.js";
import { trainingForm, TRAINING_PAGE } from "./training-form.js";
import { GOAL, WHY_STOPPED, goalText, inThousands, progressText, resultText } from "./training-words.js";

const SPEAKS_EVERY = 10_000;

/** Puts a training into an output. `packed` is what BrowserTraining writes, `source` what a worker runs. */
export async function startTraining(root, packed, style, source) {
  if (root.dataset.started) { return; }
  root.dataset.started = "1";
  const images = await unpackTrainingImages(packed), heldOut = images.labels.length - images.train;
  const page = root.attachShadow({ mode: "open" });
  page.innerHTML = `<style>${style}</style>${TRAINING_PAGE}`;
  const find = name => page.querySelector(name);
  const settings = trainingForm(page, change), drawCurves = trainingCurves(find(".curves"), images.train);
  const drawFilters = filterPictures(find(".filters div")), drawDigits = digitPictures(find(".wrong"), images);
  const link = linkTraining(source, show), still = matchMedia("(prefers-reduced-motion: reduce)");
  let points, reached, progress, spokeAt = 0, number = 0;

  find(".play").addEventListener("click", () => order(progress?.running ? "pause" : "play"));
  find(".step").addEventListener("click", () => order("step"));
  find(".reset").addEventListener("click", startAnew);

  // Whoever deletes the cell or runs it again ends the training.
  const removal = new MutationObserver(() => {
    if (link.isOpen && !root.isConnected) {
      link.close();
      progress = null;
      startAnew();
    }
  });
  startAnew();
  root.dataset.ready = "1";

  function change(values, anew) {
    if (anew) {
      startAnew();
    } else if (progress) {
      link.send({ order: "set", settings: values });
    }
  }

  function order(name) {
    if (!progress) {
      const given = link.isOpen ? null : images;
      link.send({ order: "start", number, images: given, settings: { ...settings(), every: still.matches ? 1000 : 120 } });
      removal.observe(root.getRootNode(), { childList: true, subtree: true });
      progress = { running: false };
    }
    link.send({ order: name });
    if (name === "play") {
      progress.running = true;
      find(".play").textContent = "Pause";
      say("Training.");
    }
  }

  // The new network is made here, to be shown; the training makes the same from the same seed when it begins.
  function startAnew() {
    if (progress?.running) { link.send({ order: "pause" }); }
    progress = null;
    number++;
    [points, reached] = [[], null];
    const run = trainingRun({ ...images, labels: images.labels.slice(0, images.train + 40) }, settings());
    while (!run.advance()) { /* the first test, of a few digits */ }
    const weights = run.network.parameters.reduce((sum, parameter) => sum + parameter.values.length, 0);
    find(".play").textContent = "Train";
    find(".progress").textContent = "";
    find(".failure").hidden = true;
    find(".result strong").textContent = `A new network: ${inThousands(weights)} random weights`;
    find(".result span").textContent = "";
    find(".caption").textContent = "Held-out digits, and what the network takes them for (true → read)";
    drawFilters(run.filters, settings().filters);
    find(".filters div").setAttribute("aria-label", `${settings().filters} filters of 5 × 5 weights.`);
    drawCurves(points);
    drawDigits(run.wrong.slice(0, 24));
  }

  function show(told) {
    if (told.number !== number) { return; } // from before a reset
    const ended = progress.running && !told.running;
    progress = told;
    points.push(...told.points);
    find(".play").textContent = told.running ? "Pause" : "Train";
    find(".progress").textContent = progressText(told, images.train);
    drawFilters(told.filters, settings().filters);
    if (told.points.length) {
      const first = told.points.find(point => point.heldOutAccuracy >= GOAL);
      if (!reached && first) { reached = { seen: first.seen, milliseconds: told.milliseconds }; }
      find(".result strong").textContent = resultText(points, heldOut);
      find(".result span").textContent = goalText(reached);
      find(".caption").textContent = `Wrong: ${inThousands(told.wrongs)} of ${inThousands(heldOut)} held-out digits (true → read)`;
      drawCurves(points);
      drawDigits(told.wrong);
    }
    find(".failure").hidden = !told.failure;
    find(".failure").textContent = WHY_STOPPED[told.failure] ?? "";
    if (told.failure) {
      say(WHY_STOPPED[told.failure]);
    } else if (ended) {
      say(`Paused. ${progressText(told, images.train)}. ${points.length ? resultText(points, heldOut) : ""}`);
    } else if (told.running && points.length && performance.now() - spokeAt > SPEAKS_EVERY) {
      say(resultText(points, heldOut));
    }
  }

  function say(text) {
    find(".said").textContent = text;
    spokeAt = performance.now();
  }
}
