import { isTypeName } from "../name/no-name.ts";
import { hasWords, type Line } from "../text/text.ts";
import { type WrittenDate, writtenDates } from "./written-dates.ts";

/** The cell that a date stands in, by its number. */
function columnOf(line: Line, { start }: WrittenDate): number {
  let from = 0;
  return line.cells.findIndex((cell) => {
    from += cell.length + 1;
    return start < from;
  });
}

/** What stands above a date in its own column; null where two lines do not show the same columns. */
export function headingOf(above: Line, line: Line, date: WrittenDate): string | null {
  return above.cells.length > 1 && above.cells.length === line.cells.length
    ? (above.cells[columnOf(line, date)] ?? null)
    : null;
}

/** The label behind a date that begins its line: "20-10-2015Invoice Date:", "20.10.2015  Invoice date". */
export function labelBehind(line: Line, date: WrittenDate): string | null {
  const after = line.text.slice(date.end);
  if (/^\p{L}.{0,30}:$/u.test(after)) return after;
  const [own, label, ...others] = line.cells.filter(hasWords);
  if (others.length > 0 || date.start > 0 || own === undefined || hasWords(own.slice(date.end))) return null;
  return label !== undefined && label.length <= LONGEST_LABEL && !/\d/.test(label) ? label : null;
}

/** The longest label that is looked for in a line of its own. */
const LONGEST_LABEL = 40;
/** The most labels of one stack. */
const MOST_LABELS = 12;

/**
 * The line whose label a date has, where labels stand below each other, and their values below each other behind them: columns that lie
 * far apart are read so. The nth day belongs to the nth label of a day; null where they are not as many, or only one.
 */
export function stackedLabel(
  lines: Line[],
  index: number,
  date: WrittenDate,
  weigh: (key: string) => number,
): Line | null {
  const line = lines[index]!;
  if (!isAlone(line, date)) return null;
  let last = index - 1;
  const isNear = (at: number): boolean => at >= 0 && index - at <= MOST_LABELS && lines[at]!.page === line.page;
  while (isNear(last) && !isLabel(lines[last]!)) last--;
  if (!isNear(last)) return null;
  let first = last;
  while (first > 0 && last - first < MOST_LABELS && isLabel(lines[first - 1]!) && lines[first - 1]!.page === line.page)
    first--;
  const labels = lines.slice(first, last + 1);
  const ofDays = labels.filter(({ key }) => weigh(key) !== 0 && !endsInAName(key));
  const values = lines.slice(last + 1, last + 1 + labels.length);
  const end = values.findIndex((value) => isLabel(value) && weigh(value.key) !== 0);
  const days = (end < 0 ? values : values.slice(0, end)).filter((value) =>
    writtenDates(value.text, true).some((day) => isAlone(value, day)),
  );
  return ofDays.length > 1 && ofDays.length === days.length ? (ofDays[days.indexOf(line)] ?? null) : null;
}

/** Whether what a paper is called ends a line, and it says nothing of a day: the title above the labels, or "Numéro de facture". */
function endsInAName(key: string): boolean {
  const name = key.trim();
  return isTypeName(name.slice(name.lastIndexOf(" ") + 1)) && !/dat|fecha|tarikh|tarih/.test(key);
}

/** Whether a date fills its line. */
const isAlone = (line: Line, date: WrittenDate): boolean =>
  line.cells.length === 1 && !hasWords(line.text.slice(0, date.start) + line.text.slice(date.end));

/** Whether a line may be the label of a value in another line. */
const isLabel = ({ text, cells }: Line): boolean =>
  cells.length === 1 && text.length <= LONGEST_LABEL && /\p{L}/u.test(text) && !/\d/.test(text);
