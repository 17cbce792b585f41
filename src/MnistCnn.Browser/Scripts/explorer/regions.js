// The part of the stage before from which a number is computed: { stage, channel, row, column, rows, columns }; channel null: all.
// Null for the image, which comes from nowhere.
export function windowOf(stages, region) {
  const stage = stages[region.stage], before = stages[region.stage - 1];
  if (!before) { return null; }
  const { row, column, rows = 1, columns = 1, channel } = region;
  switch (stage.kind) {
    case "relu":
      return { ...region, stage: region.stage - 1, rows, columns };
    case "maxPool":
      return {
        stage: region.stage - 1, channel, row: row * stage.layer.rows, column: column * stage.layer.columns,
        rows: rows * stage.layer.rows, columns: columns * stage.layer.columns,
      };
    case "conv2d":
      return {
        stage: region.stage - 1, channel: null, row, column, rows: rows + stage.layer.rows - 1, columns: columns + stage.layer.columns - 1,
      };
    default:
      return { stage: region.stage - 1, channel: null, row: 0, column: 0, rows: before.value.rows, columns: before.value.columns };
  }
}

// All that a number depends on, back to the image, and where it goes as one number: through ReLU, and through a pooling.
export function pathOf(stages, place) {
  const path = stages.map(() => null);
  for (let region = { ...place, rows: 1, columns: 1 }; region; region = windowOf(stages, region)) { path[region.stage] = region; }
  let { row, column } = place;
  for (let next = place.stage + 1; next < stages.length; next++) {
    const { kind, layer, value } = stages[next];
    if (kind !== "relu" && kind !== "maxPool") { break; }
    if (kind === "maxPool") { row = Math.floor(row / layer.rows); column = Math.floor(column / layer.columns); }
    if (row >= value.rows || column >= value.columns) { break; }
    path[next] = { stage: next, channel: place.channel, row, column, rows: 1, columns: 1 };
  }
  return path;
}
