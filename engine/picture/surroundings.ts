import { type Grey, WHITE } from "./grey.ts";

const CELL = 16; // pixels
/** Paper is brighter than this share of the picture's usual paper; tables, lids of scanners and hands are not. */
const PAPER_SHARE = 0.55;
/** A table ends where the paper begins, a shadow fades: by how much of the paper's brightness cells must differ across the edge. */
const ABRUPT = 0.25;

/**
 * The picture with what lies around the paper made white. It is darker, touches the picture's edge and ends abruptly. It would be
 * taken for print, and its edge for letters.
 */
export function withoutSurroundings(picture: Grey): Grey {
  const { width, height, data } = picture;
  const cells = brightnessOf(picture);
  const paper = cells.data.toSorted()[Math.floor(cells.data.length * 0.6)]!;
  const limit = paper * PAPER_SHARE;
  const outside = regionsAtTheEdge(cells, limit)
    .filter((region) => isAbrupt(region, cells, limit, paper * ABRUPT))
    .flat();
  if (outside.length === 0) return picture;
  const result = data.slice();
  const stack: number[] = [];
  const blank = (at: number): void => {
    if (result[at]! >= limit) return;
    result[at] = WHITE;
    stack.push(at);
  };
  for (const cell of outside) {
    const [left, top] = [(cell % cells.width) * CELL, Math.floor(cell / cells.width) * CELL];
    for (let y = top; y < Math.min(height, top + CELL); y++)
      for (let at = y * width + left; at < y * width + Math.min(width, left + CELL); at++) blank(at);
  }
  // What hangs together with it beyond whole cells: the edge itself
  const isNear = nearTo(outside, cells);
  while (stack.length > 0) {
    const at = stack.pop()!;
    const [x, y] = [at % width, Math.floor(at / width)];
    if (!isNear[Math.floor(y / CELL) * cells.width + Math.floor(x / CELL)]) continue;
    if (x > 0) blank(at - 1);
    if (x < width - 1) blank(at + 1);
    if (y > 0) blank(at - width);
    if (y < height - 1) blank(at + width);
  }
  return { width, height, data: result };
}

/** The mean brightness of each cell. */
function brightnessOf({ width, height, data }: Grey): Grey {
  const [columns, rows] = [Math.ceil(width / CELL), Math.ceil(height / CELL)];
  const cells = new Uint8Array(columns * rows);
  for (let cell = 0; cell < cells.length; cell++) {
    const [left, top] = [(cell % columns) * CELL, Math.floor(cell / columns) * CELL];
    let [sum, count] = [0, 0];
    for (let y = top; y < Math.min(height, top + CELL); y += 2)
      for (let x = left; x < Math.min(width, left + CELL); x += 2, count++) sum += data[y * width + x]!;
    cells[cell] = sum / count;
  }
  return { width: columns, height: rows, data: cells };
}

function neighborsOf(cell: number, { width, height }: Grey): number[] {
  const x = cell % width;
  const y = (cell - x) / width;
  return [
    ...(x > 0 ? [cell - 1] : []),
    ...(x < width - 1 ? [cell + 1] : []),
    ...(y > 0 ? [cell - width] : []),
    ...(y < height - 1 ? [cell + width] : []),
  ];
}

/** Dark cells that hang together and reach the edge of the picture. */
function regionsAtTheEdge(cells: Grey, limit: number): number[][] {
  const seen = new Uint8Array(cells.data.length);
  const regions: number[][] = [];
  for (let start = 0; start < seen.length; start++) {
    const [x, y] = [start % cells.width, Math.floor(start / cells.width)];
    if (seen[start] || cells.data[start]! >= limit || (x > 0 && y > 0 && x < cells.width - 1 && y < cells.height - 1))
      continue;
    const region = [start];
    seen[start] = 1;
    for (let at = 0; at < region.length; at++) {
      for (const next of neighborsOf(region[at]!, cells)) {
        if (seen[next] || cells.data[next]! >= limit) continue;
        seen[next] = 1;
        region.push(next);
      }
    }
    regions.push(region);
  }
  return regions;
}

/** Whether a region ends within two cells, in most places. */
function isAbrupt(region: number[], cells: Grey, limit: number, jump: number): boolean {
  let [edges, abrupt] = [0, 0];
  for (const cell of region) {
    for (const next of neighborsOf(cell, cells)) {
      if (cells.data[next]! < limit) continue;
      edges += 1;
      const beyond = Math.max(cells.data[next]!, ...neighborsOf(next, cells).map((other) => cells.data[other]!));
      if (beyond - cells.data[cell]! > jump) abrupt += 1;
    }
  }
  return edges > 0 && abrupt > edges * 0.7;
}

/** The cells of a region, and those beside them. */
function nearTo(region: number[], cells: Grey): Uint8Array {
  const near = new Uint8Array(cells.data.length);
  for (const cell of region) for (const at of [cell, ...neighborsOf(cell, cells)]) near[at] = 1;
  return near;
}
