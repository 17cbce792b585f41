// What the explorer shows side by side: the image, what each layer gives, the probabilities. Flatten only renames places, so it is
// no stage of its own: a dense layer behind it reads the maps. Each stage reads the one before it.
export function stagesOf(layers, values, probabilities) {
  const stages = [{ kind: "input", name: "the image", layer: null, value: values[0], flattened: false }];
  let flattened = false;
  layers.forEach((layer, i) => {
    if (layer.kind === "flatten") { flattened = values[i].rows > 1; return; }
    stages.push({ kind: layer.kind, name: layer.name, layer, value: values[i + 1], flattened });
    flattened = false;
  });
  const data = Float32Array.from(probabilities);
  stages.push({ kind: "softmax", name: "softmax", layer: null, value: { channels: data.length, rows: 1, columns: 1, data }, flattened: false });
  return stages;
}

export function isRow(stage) {
  return stage.value.rows === 1 && stage.value.columns === 1;
}

// A number's position in the data of its stage.
export function positionOf(value, channel, row, column) {
  return (channel * value.rows + row) * value.columns + column;
}

export function valueAt(stages, place) {
  const { value } = stages[place.stage];
  return value.data[positionOf(value, place.channel, place.row, place.column)];
}

// The place of a stage's largest number.
export function strongestPlace(stages, stage) {
  const { value } = stages[stage];
  let best = 0;
  value.data.forEach((number, i) => { if (number > value.data[best]) { best = i; } });
  return placeAt(stages, stage, best);
}

export function placeAt(stages, stage, position) {
  const { rows, columns } = stages[stage].value, size = rows * columns;
  return { stage, channel: Math.floor(position / size), row: Math.floor(position / columns) % rows, column: position % columns };
}

// A place moved by rows, columns and channels, kept inside its stage.
export function movedPlace(stages, place, rows, columns, channels) {
  const { value } = stages[place.stage], within = (number, size) => Math.max(0, Math.min(size - 1, number));
  return {
    ...place,
    row: within(place.row + rows, value.rows), column: within(place.column + columns, value.columns),
    channel: within(place.channel + channels, value.channels),
  };
}

// Two short lines: "32 maps", "26 × 26".
export function sizeLines({ channels, rows, columns }) {
  return rows === 1 && columns === 1 ? [`${channels}`, channels === 1 ? "unit" : "units"] : [`${channels} maps`, `${rows} × ${columns}`];
}

const STAGE_TITLES = {
  input: "Input", conv2d: "Conv2D", relu: "ReLU", maxPool: "MaxPool", dense: "Dense", softmax: "Softmax",
};

export function stageTitle(stage) {
  return STAGE_TITLES[stage.kind];
}

// How a place is called: "conv2d_3, map 4, row 10, column 12".
export function placeText(stages, place) {
  const stage = stages[place.stage];
  if (stage.kind === "input") { return `the image, row ${place.row}, column ${place.column}`; }
  if (stage.kind === "softmax") { return `softmax, digit ${place.channel}`; }
  return isRow(stage) ? `${stage.name}, unit ${place.channel}` : `${stage.name}, map ${place.channel}, row ${place.row}, column ${place.column}`;
}
