// What the page says in words.
export const GOAL = 0.95;

export const WHY_STOPPED = {
  "not-a-number": "The loss is no longer a number: the steps were so large that the weights grew beyond all bounds. "
    + "Choose a smaller learning rate and press Reset.",
  "silent": "The network has fallen silent: after steps that were too large, ReLU turns everything into 0, every image gets the "
    + "same answer, and no gradient reaches the filters any more. Choose a smaller learning rate and press Reset.",
};

export function inThousands(count) { return count.toLocaleString("en-US"); }

export function inPercent(share) { return (100 * share).toFixed(1) + " %"; }

/** How far a training is: <c>Epoch 2.50, batch 235, 7,500 images, 3.1 s</c>. */
export function progressText(progress, train) {
  return `Epoch ${(progress.seen / train).toFixed(2)}, batch ${inThousands(progress.batches)}, `
    + `${inThousands(progress.seen)} images, ${(progress.milliseconds / 1000).toFixed(1)} s`;
}

/** The share of the held-out digits that are right; `heldOut` is how many there are. */
export function resultText(points, heldOut) {
  const last = points[points.length - 1];
  return `${inPercent(last.heldOutAccuracy)} of the ${inThousands(heldOut)} held-out digits are right`;
}

/** When the goal was reached for the first time; empty if it was not. `reached` has images and milliseconds. */
export function goalText(reached) {
  return reached
    ? `${100 * GOAL} % after ${inThousands(reached.seen)} images, ${(reached.milliseconds / 1000).toFixed(1)} s.`
    : "";
}

/** A curve for those who cannot see it. `measure` is Loss or Accuracy, `shown` writes a value. */
export function curveText(measure, points, train, read, shown) {
  const last = points[points.length - 1];
  if (!last) { return `${measure}: nothing yet.`; }
  const [first, now] = [points[0], last].map(point => shown(read(point, true)));
  const trained = read(last, false);
  return `${measure} over ${(last.seen / train).toFixed(2)} epochs: held-out digits ${first} at first, ${now} now`
    + (trained === null ? "." : `; training images ${shown(trained)} now.`);
}
