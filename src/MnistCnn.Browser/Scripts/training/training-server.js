import { trainingRun } from "./training-run.js";

// One press of the button trains this long: a page that somebody forgot does not compute for ever.
const EPOCHS_AT_ONCE = 50;
const SHOWN = 24;

/**
 * Trains on the other side of a port: in a worker, or in the page itself where there are none. It is told `start` (images and
 * settings), `set` (settings), `play`, `pause` and `step`, and answers with how far it is, `settings.every` milliseconds at
 * most. For `slice` milliseconds it does not listen.
 */
export function serveTraining(port, slice = 40) {
  const turn = new MessageChannel();
  let images, settings, run, number, mode = "paused", told, toldAt, milliseconds, clock, end, isNext = false;
  turn.port1.onmessage = work;

  port.onmessage = event => {
    const { order, ...given } = event.data;
    if (order === "start") {
      images = given.images ?? images;
      ({ settings, number } = given);
      run = trainingRun(images, settings);
      [mode, told, toldAt, milliseconds] = ["paused", 0, 0, 0];
    } else if (order === "set") {
      Object.assign(settings, given.settings);
    } else if (order === "pause") {
      mode = "paused";
      tell();
    } else {
      if (mode === "paused") { clock = performance.now(); }
      mode = order === "play" ? "running" : "first";
      end = run.seen + EPOCHS_AT_ONCE * images.train;
      takeTurn();
    }
  };

  function takeTurn() {
    if (!isNext) { turn.port2.postMessage(null); }
    isNext = true;
  }

  // A step: what of a test is left from before, one batch, and the test after it.
  function work() {
    isNext = false;
    if (mode === "paused") { return; }
    const start = performance.now();
    do {
      const batches = run.batches, isNew = run.advance();
      if (mode === "first" && run.batches > batches) {
        run.askNow();
        mode = "test";
      } else if (isNew && (mode === "test" || run.seen >= end) || run.failure) {
        mode = "paused";
      }
    } while (mode !== "paused" && performance.now() - start < slice);
    milliseconds += performance.now() - clock;
    clock = performance.now();
    if (mode === "paused" || performance.now() - toldAt > settings.every) { tell(); }
    if (mode !== "paused") { takeTurn(); }
  }

  function tell() {
    toldAt = performance.now();
    port.postMessage({
      number, running: mode !== "paused", seen: run.seen, batches: run.batches, milliseconds, failure: run.failure,
      filters: run.filters, points: run.points.slice(told), wrong: run.wrong.slice(0, SHOWN), wrongs: run.wrong.length,
    });
    told = run.points.length;
  }
}
