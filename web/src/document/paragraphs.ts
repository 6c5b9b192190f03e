/**
 * A page's text with its paragraphs in one line each: a PDF and a scan break lines where their paper ended, and on a screen
 * they would break a second time. Of the same length, so that places in the text stay as they are.
 */
export function inParagraphs(text: string): string {
  const lines = text.split("\n");
  const widest = Math.max(...lines.map(({ length }) => length));
  return lines
    .map((line, index) => {
      const next = lines[index + 1];
      if (next === undefined) return line;
      return line + (goesOn(line, next, widest) ? " " : "\n");
    })
    .join("");
}

/** Lines shorter than this are of a table, a list or an address. */
const PROSE = 40;

function goesOn(line: string, next: string, widest: number): boolean {
  if (line.length < PROSE || line.length < widest * 0.7) return false;
  // Columns of a table stand apart; a list begins with a sign, a heading of it with a number.
  if (/\S {2,}\S|\t/.test(line) || /\S {2,}\S|\t/.test(next)) return false;
  if (/[:.!?]$/.test(line) && line.length < widest * 0.85) return false;
  return /^[\p{L}“"(]/u.test(next);
}
