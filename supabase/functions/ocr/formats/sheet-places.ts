/** The places of a sheet by their names: a cell is `B7`, a column its letters. */

/** The letters of a column, from 1. */
export function lettersOf(column: number): string {
  let letters = "";
  for (let left = column; left > 0; left = Math.floor((left - 1) / 26))
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  return letters;
}

const REFERENCE = /(?<![\w$.])(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![\w(])/g;

/** A formula as another cell has it that shares it: its references move along, but for those with a `$`. */
export function movedFormula(formula: string, from: string, to: string): string {
  const [start, end] = [placeOf(from), placeOf(to)];
  if (!start || !end) return formula;
  return formula.replace(REFERENCE, (_, fixedColumn: string, column: string, fixedRow: string, row: string) => {
    const across = fixedColumn ? 0 : end.column - start.column;
    const down = fixedRow ? 0 : end.row - start.row;
    return `${fixedColumn}${lettersOf(numberOf(column) + across)}${fixedRow}${Number(row) + down}`;
  });
}

/** Where a cell is, by its name; both count from 1. */
export function placeOf(cell: string): { column: number; row: number } | null {
  const [, column, row] = /^([A-Z]{1,3})(\d{1,7})$/.exec(cell) ?? [];
  return column && row ? { column: numberOf(column), row: Number(row) } : null;
}

/** The column of a cell; as it is asked of each, without a pattern. */
export function columnOf(cell: string): number | undefined {
  let column = 0;
  let at = 0;
  for (; at < 3; at += 1) {
    const letter = cell.charCodeAt(at) - 64;
    if (!(letter >= 1 && letter <= 26)) break;
    column = column * 26 + letter;
  }
  const digit = cell.charCodeAt(at);
  return at > 0 && digit >= 48 && digit <= 57 ? column : undefined;
}

const numberOf = (letters: string): number =>
  Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
