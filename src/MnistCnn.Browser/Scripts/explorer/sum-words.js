import { biasOf, productsOf } from "./contributions.js";
import { isRow, positionOf, valueAt } from "./stages.js";
import { figuresText, numberText, signedText } from "../number-text.js";

// How a number came about, in one line: every term that is not named stands in "others", so that the line adds up.
const NAMED_TERMS = 3;

export function sumText(stages, place, subtotals, probabilities) {
  const stage = stages[place.stage], before = stages[place.stage - 1], result = numberText(valueAt(stages, place));
  switch (stage.kind) {
    case "input":
      return `Ink ${result}: 0 is paper, 1 is black.`;
    case "relu":
      return `max(0, ${numberText(before.value.data[positionOf(before.value, place.channel, place.row, place.column)])}) = ${result}`;
    case "maxPool":
      return `max(${windowValues(stages, place).map(value => numberText(value)).join(", ")}) = ${result}`;
    case "softmax": {
      const powers = Array.from(before.value.data, Math.exp), sum = powers.reduce((a, b) => a + b, 0), logit = before.value.data[place.channel];
      return `exp(${numberText(logit)}) ÷ sum of all ten = ${figuresText(powers[place.channel])} ÷ ${figuresText(sum)} = `
        + `${(100 * probabilities[place.channel]).toFixed(2)} %`;
    }
    default:
      return weighedText(stages, place, subtotals, before, result);
  }
}

function weighedText(stages, place, subtotals, before, result) {
  const bias = signedText(biasOf(stages, place)), name = isRow(before) ? "unit" : "map";
  if (subtotals.length === 1) {
    const { sum, products } = productsOf(stages, place, 0);
    return `${products.length} products ${signedText(sum)}, bias ${bias} = ${result}`;
  }
  const named = subtotals.slice(0, NAMED_TERMS).map(({ channel, sum }) => `${name} ${channel} ${signedText(sum)}`);
  const others = subtotals.slice(NAMED_TERMS).reduce((total, { sum }) => total + sum, 0), count = subtotals.length - named.length;
  if (count > 0) { named.push(`${count} other ${name}s ${signedText(others)}`); }
  return `${named.join(", ")}, bias ${bias} = ${result}`;
}

// The numbers that a pooling looks at.
export function windowValues(stages, place) {
  const { layer } = stages[place.stage], { value } = stages[place.stage - 1];
  return Array.from({ length: layer.rows * layer.columns }, (_, i) => value.data[positionOf(value, place.channel,
    place.row * layer.rows + Math.floor(i / layer.columns), place.column * layer.columns + i % layer.columns)]);
}

// What the kind of layer does, in words.
export function ruleText(stages, place) {
  const stage = stages[place.stage], before = stages[place.stage - 1];
  switch (stage.kind) {
    case "input":
      return "What the network is given: one number for each pixel.";
    case "relu":
      return "What is below 0 becomes 0, everything else stays as it is.";
    case "maxPool":
      return `Of each ${stage.layer.rows} × ${stage.layer.columns} numbers the largest is kept.`;
    case "softmax":
      return "Ten numbers become ten probabilities: each as a power of e, divided by the sum of all ten powers.";
    case "conv2d":
      return `A window of ${stage.layer.rows} × ${stage.layer.columns} over `
        + (before.value.channels === 1 ? "the image" : `each of the ${before.value.channels} maps before`)
        + ": each number times its weight, all added up, and the bias.";
    default:
      return `Each of the ${numberText(before.value.data.length, 0)} numbers before times its weight, all added up, and the bias.`
        + (stage.flattened ? ` Flatten has put ${before.value.channels} × ${before.value.rows} × ${before.value.columns} numbers in one row.` : "");
  }
}
