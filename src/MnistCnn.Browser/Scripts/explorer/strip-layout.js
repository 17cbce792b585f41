import { isRow } from "./stages.js";

// How large the maps are drawn. Where there is room, the stages stand side by side; else one below the other, as wide as the page.
const SIDE_BY_SIDE = 660;
const COLUMN_GAP = 9;
const STRIP_HEIGHT = 372;
const LARGEST_TILE = 46;
const SMALLEST_TILE = 8;
const TILE_GAP = 2;
const HEADING_WIDTH = 46;

export function stripLayout(stages, width, inputWidth, answerWidth) {
  return width < SIDE_BY_SIDE ? stackedLayout(stages, width) : rowLayout(stages, width - inputWidth - answerWidth);
}

// As many maps below each other as makes them largest; a column is never narrower than its heading.
function rowLayout(stages, width) {
  const inner = stages.slice(1, -1), room = width - COLUMN_GAP * (stages.length - 1);
  const tilesOf = (stage, rows, tile) => isRow(stage) ? numbersLayout(stage)
    : { tile, gap: TILE_GAP, columns: Math.ceil(stage.value.channels / rows) };
  const fits = (rows, tile) => rows * (tile + TILE_GAP) <= STRIP_HEIGHT
    && room >= inner.map(stage => tilesOf(stage, rows, tile)).reduce((sum, { columns, tile: side, gap }) =>
      sum + Math.max(HEADING_WIDTH, columns * (side + gap)), 0);
  let best = { rows: 32, tile: SMALLEST_TILE };
  for (let rows = 1; rows <= 32; rows++) {
    while (best.tile < LARGEST_TILE && fits(rows, best.tile + 1)) { best = { rows, tile: best.tile + 1 }; }
  }
  return { stacked: false, tiles: [null, ...inner.map(stage => tilesOf(stage, best.rows, best.tile)), null] };
}

// A column of numbers is as high as the maps beside it.
function numbersLayout(stage) {
  const count = stage.value.channels, columns = count <= 16 ? 1 : Math.min(8, Math.ceil(count / 32)), rows = Math.ceil(count / columns);
  const tile = Math.max(4, Math.min(26, Math.floor(STRIP_HEIGHT / rows) - 1));
  return { tile, gap: 1, columns };
}

function stackedLayout(stages, width) {
  const columns = width < 480 ? 8 : 16;
  return {
    stacked: true,
    tiles: stages.map((stage, i) => {
      if (i === 0 || i === stages.length - 1) { return null; }
      const across = isRow(stage) ? Math.min(stage.value.channels, 16) : Math.min(stage.value.channels, columns);
      return { tile: Math.min(64, Math.floor(width / Math.max(across, 4)) - TILE_GAP), gap: TILE_GAP, columns: across };
    }),
  };
}
