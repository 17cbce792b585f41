import { randomNumbers } from "./training-random.js";
import { trainingNetwork } from "./training-network.js";
import { readTrainingImage } from "./training-images.js";

const DIGITS = 10;
const PORTION = 50;

/**
 * A training from the first weights on, cut into short pieces: a batch, or some of the held-out images. With the same settings
 * at the same batches it is the same to the last bit, however fast it runs.
 * `settings`: filters and seed, which it keeps; batch, rate and dropout, which may change at any time.
 */
export function trainingRun(images, settings) {
  const random = randomNumbers(settings.seed);
  const network = trainingNetwork(images.side, settings.filters, DIGITS, random);
  const image = new Float64Array(images.side * images.side), heldOut = images.labels.length - images.train;
  const order = Array.from({ length: images.train }, (_, index) => index);
  const often = Math.min(images.train, Math.max(200, Math.round(images.train / 4)));
  const run = { seen: 0, batches: 0, filters: network.filters, points: [], wrong: [], failure: null, network, advance, askNow };
  let next = order.length, sinceTest = { images: 0, loss: 0, right: 0 }, test = newTest();

  /** Does the next piece. True if the results of the held-out images are new. */
  function advance() {
    if (run.failure) { return false; }
    if (test) { return testSome(); }
    learnBatch();
    if (sinceTest.images >= often) { askNow(); }
    return false;
  }

  /** Has the held-out images read after the batch that was last. */
  function askNow() { test ??= newTest(); }

  function newTest() { return { next: 0, loss: 0, wrong: [], silent: true }; }

  function learnBatch() {
    if (next >= order.length) {
      random.shuffle(order);
      next = 0;
    }
    const end = Math.min(next + settings.batch, order.length);
    let loss = 0;
    for (let at = next; at < end; at++) {
      const label = images.labels[order[at]];
      loss += network.learn(readTrainingImage(images, order[at], image), label, settings.dropout);
      sinceTest.right += likeliest(network.probabilities) === label ? 1 : 0;
    }
    network.update(settings.rate, end - next);
    sinceTest.images += end - next;
    sinceTest.loss += loss;
    run.seen += end - next;
    run.batches++;
    next = end;
    if (!Number.isFinite(loss)) { run.failure = "not-a-number"; }
  }

  function testSome() {
    for (const end = Math.min(test.next + PORTION, heldOut); test.next < end; test.next++) {
      const index = images.train + test.next, label = images.labels[index];
      const read = likeliest(network.predict(readTrainingImage(images, index, image)));
      if (read !== label) { test.wrong.push({ index, read }); }
      test.loss += network.crossEntropy(label);
      test.silent &&= network.isSilent();
    }
    if (test.next < heldOut) { return false; }
    run.points.push({
      seen: run.seen,
      loss: sinceTest.images ? sinceTest.loss / sinceTest.images : null,
      accuracy: sinceTest.images ? sinceTest.right / sinceTest.images : null,
      heldOutLoss: test.loss / heldOut,
      heldOutAccuracy: 1 - test.wrong.length / heldOut,
    });
    run.wrong = test.wrong;
    if (test.silent) { run.failure = "silent"; }
    if (!Number.isFinite(test.loss)) { run.failure = "not-a-number"; }
    sinceTest = { images: 0, loss: 0, right: 0 };
    test = null;
    return true;
  }

  return run;
}

/** The class of the largest probability. */
export function likeliest(probabilities) {
  let best = 0;
  for (let index = 1; index < probabilities.length; index++) {
    if (probabilities[index] > probabilities[best]) { best = index; }
  }
  return best;
}
