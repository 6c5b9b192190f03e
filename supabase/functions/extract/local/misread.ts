import { type Check, type Term, TOLERANCE } from "../../_shared/extraction/checks.ts";

// Which numbers of a broken equation one misread digit explains.

/** The column whose sum a term is; null for another one. */
export const columnOf = ({ factors: [factor] }: Term): string | null => (factor!.kind === "sum" ? factor!.path : null);

/**
 * Whether a number of a term, read for another one, explains why an equation does not come out.
 *
 * @param off left side less right side of the equation, as `difference` gives it
 */
export const explains =
  ({ sign, factors }: Term, off: number, grouped = false) =>
  (read: number): boolean =>
    factors.length > 1 || mayBeMisread(read, read - sign * off, grouped);

/**
 * Which numbers of a column may be the misread one. Where one digit of some number of the equation explains the whole
 * difference, or some number was hardly legible, the cells in which no digit does are as good as their words; where nothing
 * explains it, any may be wrong.
 */
export function misreadIn(
  check: Check,
  off: number,
  column: string,
  { numbersAt, grouped, illegible }: { numbersAt(path: string): number[]; grouped: boolean; illegible: boolean },
): (cell: number) => boolean {
  const isExplained =
    illegible ||
    check.terms.some((term) =>
      term.factors.some((one) => one.kind !== "number" && numbersAt(one.path).some(explains(term, off, grouped))),
    );
  const own = check.terms.filter((term) => columnOf(term) === column);
  return (cell) => !isExplained || own.some((term) => explains(term, off, grouped)(cell));
}

/**
 * Which numbers of a column may be misread that no equation of the schema sums up, as what a receipt's lines come to may be
 * with tax or without: those of which one misread digit makes the sum of the column one of the paper's amounts, where it is
 * none of them. Null where nothing can be said.
 */
export function doubtedIn(
  column: (number | null)[] | undefined,
  amounts: number[],
  grouped: boolean,
): ((cell: number) => boolean) | null {
  const missing = missingIn(column, amounts);
  if (!missing || missing.some(isNothing)) return null;
  return (cell) => missing.some((one) => mayBeMisread(cell, cell + one, grouped));
}

/** Whether a column comes to one of the paper's amounts. */
export const comesOut = (column: (number | null)[] | undefined, amounts: number[]): boolean =>
  missingIn(column, amounts)?.some(isNothing) === true;

const isNothing = (amount: number): boolean => Math.abs(amount) < TOLERANCE;

/** What the sum of a column lacks to each amount; null where a number of the column is missing. */
function missingIn(column: (number | null)[] | undefined, amounts: number[]): number[] | null {
  if (!column?.length || column.includes(null)) return null;
  const sum = (column as number[]).reduce((total, cell) => total + cell, 0);
  return amounts.map((amount) => amount - sum);
}

/**
 * Whether a number may be read for another one: a digit is another one, missing or too much, or the sign is wrong.
 *
 * @param grouped the paper parts thousands, so that a digit is not missed or read twice unnoticed but below them: of
 *   "1,234.56" there would be left "1,34.56"
 */
export function mayBeMisread(read: number, right: number, grouped: boolean): boolean {
  const [a, b] = [digitsOf(read), digitsOf(right)];
  if (a === b) return true;
  if (read * right < 0) return false;
  if (a.length !== b.length && grouped && (Math.max(a.length, b.length) > 5 || a.slice(-2) !== b.slice(-2)))
    return false;
  let alike = 0;
  while (alike < Math.min(a.length, b.length) && a[alike] === b[alike]) alike++;
  let behind = 0;
  while (behind < Math.min(a.length, b.length) - alike && a.at(-1 - behind) === b.at(-1 - behind)) behind++;
  return alike + behind >= Math.max(a.length, b.length) - 1;
}

/** Whether all amounts of thousands in texts have them parted, and there are such. */
export const areGrouped = (texts: string[]): boolean =>
  texts.some((text) => /\d[., '’]\d{3}[.,]\d{2}(?!\d)/.test(text)) &&
  !texts.some((text) => /\d{4}[.,]\d{2}(?!\d)/.test(text));

/** The digits of an amount in cents, with those before the point: 0.05 is 005. */
const digitsOf = (amount: number): string => String(Math.round(100 * Math.abs(amount))).padStart(3, "0");
