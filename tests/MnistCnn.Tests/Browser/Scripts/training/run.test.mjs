import assert from "node:assert/strict";
import { after, test } from "node:test";
import { deflateSync } from "node:zlib";
import { readTrainingImage, unpackTrainingImages } from "../../../../../src/MnistCnn.Browser/Scripts/training/training-images.js";
import { randomNumbers } from "../../../../../src/MnistCnn.Browser/Scripts/training/training-random.js";
import { trainingRun } from "../../../../../src/MnistCnn.Browser/Scripts/training/training-run.js";
import { serveTraining } from "../../../../../src/MnistCnn.Browser/Scripts/training/training-server.js";
import { curveText, goalText, progressText, resultText } from "../../../../../src/MnistCnn.Browser/Scripts/training/training-words.js";

const SIDE = 14;
const settings = { filters: 2, seed: 5, batch: 8, rate: 0.05, dropout: 0.25, every: 0 };

// Node.js runs as long as a channel is open, and the server never closes its own.
const channels = [], Channel = globalThis.MessageChannel;
globalThis.MessageChannel = class extends Channel {
  constructor() {
    super();
    channels.push(this);
  }
};
after(() => channels.forEach(channel => channel.port1.close()));

/** A bar for each of ten places, with noise on it. */
function bars(train, heldOut) {
  const random = randomNumbers(1), count = train + heldOut;
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 10);
  const pixels = Uint8Array.from({ length: count * SIDE * SIDE }, (_, at) => {
    const image = Math.floor(at / SIDE / SIDE), row = Math.floor(at / SIDE) % SIDE, column = at % SIDE, label = labels[image];
    const bar = label < 5 ? Math.floor(row / 2) === label + 1 : Math.floor(column / 2) === label - 4;
    return bar ? 12 + Math.floor(4 * random.next()) : random.next() < 0.05 ? 9 : 0;
  });
  return { side: SIDE, train, labels, pixels };
}

function advanceTo(run, seen) {
  while (run.seen < seen && !run.failure) { run.advance(); }
  return run;
}

test("random numbers are those of the seed, spread over 0 to 1, and normal ones are normal", () => {
  const [a, b] = [randomNumbers(9), randomNumbers(9)], many = Array.from({ length: 20_000 }, () => a.next());
  assert.deepEqual(many.slice(0, 100), Array.from({ length: 100 }, () => b.next()));
  assert.ok(many.every(number => number >= 0 && number < 1));
  assert.ok(Math.abs(many.reduce((sum, number) => sum + number) / many.length - 0.5) < 0.01);
  const normal = Array.from({ length: 20_000 }, () => a.normal());
  assert.ok(Math.abs(normal.reduce((sum, number) => sum + number * number) / normal.length - 1) < 0.05);
  assert.deepEqual(a.shuffle([1, 2, 3, 4, 5]).sort(), [1, 2, 3, 4, 5]);
});

test("images come out as they were packed", async () => {
  const packed = deflateSync(Uint8Array.of(0x0f, 0x80, 0x12, 0x34)).toString("base64");
  const images = await unpackTrainingImages({ side: 2, train: 1, labels: "70", pixels: packed });
  assert.deepEqual([...images.pixels], [0, 15, 8, 0, 1, 2, 3, 4]);
  assert.deepEqual([...images.labels], [7, 0]);
  assert.deepEqual([...readTrainingImage(images, 1, new Float64Array(4))], [1, 2, 3, 4].map(shade => shade / 15));
});

test("the loss falls, and the held-out images come right", () => {
  const { points, wrong } = advanceTo(trainingRun(bars(300, 100), { ...settings, filters: 4, dropout: 0 }), 6000), last = points.at(-1);
  assert.equal(points[0].seen, 0);
  assert.equal(points[0].loss, null);
  assert.ok(last.loss < 0.5 * points[1].loss && last.heldOutLoss < 0.5 * points[0].heldOutLoss);
  assert.ok(last.heldOutAccuracy > 0.9);
  assert.equal(wrong.length, Math.round(100 * (1 - last.heldOutAccuracy)));
});

test("the same seed gives the same to the last bit, however often it is asked; another seed gives another", () => {
  const images = bars(100, 50), [one, same, other] = [5, 5, 6].map(seed => trainingRun(images, { ...settings, seed }));
  advanceTo(one, 250);
  while (advanceTo(same, same.seen + 1).seen < one.seen) { same.askNow(); }
  advanceTo(other, one.seen);
  assert.deepEqual(same.filters, one.filters);
  assert.notDeepEqual(other.filters, one.filters);
});

test("every image is seen once an epoch, in the last batch too", () => {
  const run = trainingRun(bars(50, 10), settings);
  advanceTo(run, 50);
  assert.deepEqual([run.seen, run.batches], [50, 7]);
});

test("a loss that is no number stops it", () => {
  const run = trainingRun(bars(50, 10), settings);
  advanceTo(run, 8);
  run.network.parameters[4].values[0] = Infinity;
  advanceTo(run, 100);
  assert.equal(run.failure, "not-a-number");
  const { seen } = run;
  run.advance();
  assert.equal(run.seen, seen);
});

test("a network that ReLU silenced stops it", () => {
  const run = trainingRun(bars(50, 10), settings);
  run.network.parameters[3].values.fill(-1e9);
  run.network.arrange();
  advanceTo(run, 1000);
  assert.equal(run.failure, "silent");
});

/** What the server answers to orders, one after the other, each after the answer to the one before. */
async function answers(...orders) {
  const channel = new MessageChannel(), told = [];
  serveTraining(channel.port1);
  const nextPause = () => new Promise(resolve => channel.port2.onmessage = ({ data }) => {
    told.push(data);
    if (!data.running) { resolve(); }
  });
  channel.port2.postMessage({ order: "start", number: 3, images: bars(100, 50), settings });
  for (const order of orders) {
    const paused = nextPause();
    for (const part of [order].flat()) { channel.port2.postMessage({ order: part }); }
    await paused;
  }
  return told;
}

test("a step is one batch and the test after it", async () => {
  const [first, second] = await answers("step", "step");
  assert.deepEqual([first.number, first.batches, first.seen, first.running], [3, 1, 8, false]);
  assert.deepEqual(first.points.map(point => point.seen), [0, 8]);
  assert.deepEqual([second.batches, second.points.map(point => point.seen)], [2, [16]]);
  assert.equal(second.filters.length, 2 * 25);
});

test("a pause stops it, whoever plays it again goes on, and it pauses itself after 50 epochs", async () => {
  const told = await answers(["play", "pause"], "play");
  const paused = told.findIndex(answer => !answer.running);
  assert.ok(told[paused].seen < 5000);
  assert.ok(told.at(-1).seen >= told[paused].seen + 5000);
  assert.ok(told.slice(1).every((answer, index) => answer.seen >= told[index].seen && answer.milliseconds >= told[index].milliseconds));
});

test("words say how far it is", () => {
  const points = [
    { seen: 0, loss: null, accuracy: null, heldOutLoss: 2.31, heldOutAccuracy: 0.1 },
    { seen: 1500, loss: 0.5, accuracy: 0.8, heldOutLoss: 0.25, heldOutAccuracy: 0.952 },
  ];
  assert.equal(progressText({ seen: 7500, batches: 1235, milliseconds: 3140 }, 3000), "Epoch 2.50, batch 1,235, 7,500 images, 3.1 s");
  assert.equal(resultText(points, 1000), "95.2 % of the 1,000 held-out digits are right");
  assert.equal(goalText(null), "");
  assert.equal(goalText({ seen: 1500, milliseconds: 900 }), "95 % after 1,500 images, 0.9 s.");
  const read = (point, heldOut) => heldOut ? point.heldOutLoss : point.loss, shown = value => value.toFixed(2);
  assert.equal(curveText("Loss", [], 3000, read, shown), "Loss: nothing yet.");
  assert.equal(curveText("Loss", points, 3000, read, shown),
    "Loss over 0.50 epochs: held-out digits 2.31 at first, 0.25 now; training images 0.50 now.");
});
