// Computes what TorchSharp computed: `node against-torch.mjs FILE` with its weights, images, loss, gradients, and weights after
// two steps. Prints by how much the two differ at most.
import { readFileSync } from "node:fs";
import { trainingNetwork } from "../../../../../src/MnistCnn.Browser/Scripts/training/training-network.js";
import { randomNumbers } from "../../../../../src/MnistCnn.Browser/Scripts/training/training-random.js";

const torch = JSON.parse(readFileSync(process.argv[2], "utf8")), count = torch.Labels.length;
const network = trainingNetwork(28, 4, 10, randomNumbers(1));
network.parameters.forEach(({ values }, index) => values.set(torch.Weights[index]));
network.arrange();
const furthest = (name, theirs, scale) => Math.max(...network.parameters.flatMap((parameter, index) =>
  [...parameter[name]].map((value, at) => Math.abs(value * scale - theirs[index][at]))));

function learnAll() {
  return torch.Labels.reduce((sum, label, index) =>
    sum + network.learn(Float64Array.from(torch.Images.slice(784 * index, 784 * index + 784)), label, 0), 0) / count;
}

const loss = Math.abs(learnAll() - torch.Loss), gradients = furthest("gradients", torch.Gradients, 1 / count);
network.update(torch.Rate, count);
learnAll();
network.update(torch.Rate, count);
console.log(JSON.stringify({ loss, gradients, weights: furthest("values", torch.After, 1) }));
