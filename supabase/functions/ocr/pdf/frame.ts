/** A box in the frame of a text: x along its lines, y downwards from line to line. */
export type Box = { x0: number; y0: number; x1: number; y1: number };
export type Turn = 0 | 1 | 2 | 3;

const SLANT = 0.2; // radians off a quarter turn

/** By how many quarters text is turned; null at a slant. Angles count clockwise, as PDFium's do. */
export function turnOf(angle: number): Turn | null {
  const quarters = -angle / (Math.PI / 2);
  const nearest = Math.round(quarters);
  return Math.abs(quarters - nearest) * (Math.PI / 2) > SLANT ? null : ((((nearest % 4) + 4) % 4) as Turn);
}

/** A box of the page, whose y goes upwards, in the frame of its text. */
export function placed(turn: Turn, left: number, top: number, right: number, bottom: number): Box {
  if (turn === 0) return { x0: left, y0: -top, x1: right, y1: -bottom };
  if (turn === 1) return { x0: bottom, y0: left, x1: top, y1: right };
  if (turn === 2) return { x0: -right, y0: bottom, x1: -left, y1: top };
  return { x0: -top, y0: -right, x1: -bottom, y1: -left };
}

/** A matrix of PDF 32000-1, 8.3.3: x becomes ax + cy + e, y becomes bx + dy + f. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Where a matrix moves a point. */
export const moved = ([a, b, c, d, e, f]: Matrix, x: number, y: number): [x: number, y: number] => [
  a * x + c * y + e,
  b * x + d * y + f,
];

/** The matrix that makes a second matrix of a first; null where none does. */
export function between(first: Matrix, second: Matrix): Matrix | null {
  const [a, b, c, d, e, f] = first;
  const area = a * d - b * c;
  if (!(Math.abs(area) > 1e-12)) return null;
  const back: Matrix = [d / area, -b / area, -c / area, a / area, (c * f - d * e) / area, (b * e - a * f) / area];
  const [x, y] = moved(second, back[4], back[5]);
  const direction = (dx: number, dy: number): [number, number] => {
    const [toX, toY] = moved(second, dx, dy);
    return [toX - second[4], toY - second[5]];
  };
  return [...direction(back[0], back[1]), ...direction(back[2], back[3]), x, y];
}
