import { formatOfType } from "../../../_shared/file-formats.ts";
import { type Finding, keyOf, type Line } from "../text/text.ts";

/** Files that hold many things: none of them is what the whole is. */
export type Container = "archive" | "table" | "calendar";

/** What kind of container a file is, by its format or, as calendars are text, by its lines; null for any other. */
export function containerOf(mimeType: string, lines: Line[]): Container | null {
  const kind = formatOfType(mimeType)?.kind;
  if (kind === "archive" || kind === "table") return kind;
  return kind === "text" && isCalendar(lines) ? "calendar" : null;
}

/** The calendar reader writes these lines (ocr/formats/calendar.ts). */
function isCalendar(lines: Line[]): boolean {
  return (
    ENTRY.test(lines[0]?.text ?? "") && lines.slice(1, 6).some(({ text }) => /^When: \d{4}-\d{2}-\d{2}/u.test(text))
  );
}

const ENTRY = /^(?:Calendar|Event|Task|Journal): /u;

/** What a container holds, by name: the files of an archive, the columns of a table, the entries of a calendar. Each once. */
export function membersOf(container: Container, lines: Line[]): string[] {
  return [...new Set(NAMES[container](lines))];
}

const NAMES: Record<Container, (lines: Line[]) => string[]> = {
  archive: (lines) =>
    lines.flatMap(({ text }) => {
      const path = text.replace(/\s\d+ bytes$/u, "");
      return /^Archive of \d+ files$|^and \d+ more$|\/$/u.test(path) ? [] : [path.slice(path.lastIndexOf("/") + 1)];
    }),
  // The first row of words alone, as wide as the table nearly is: its name may stand above.
  table: (lines) => {
    const widest = Math.max(0, ...lines.slice(0, 50).map(({ cells }) => cells.length));
    return (
      lines.slice(0, 10).find(({ cells }) => cells.length >= Math.max(2, widest - 1) && cells.every(isWords))?.cells ??
      []
    );
  },
  calendar: (lines) => entriesOf(lines).map(({ title }) => title),
};

const isWords = (cell: string): boolean => /\p{L}/u.test(cell) && !/\d{3}/u.test(cell) && cell.length <= 40;

function entriesOf(lines: Line[]): { title: string; line: Line }[] {
  return lines.flatMap((line) => {
    const title = /^(?:Event|Task|Journal): (.+)$/u.exec(line.text)?.[1];
    return title ? [{ title, line }] : [];
  });
}

/** What a calendar is called, or what its entries are, where that is one thing. */
export function calendarTitle(lines: Line[]): Finding<string> | null {
  const [first] = lines;
  const name = /^Calendar: (.+)$/u.exec(first?.text ?? "")?.[1];
  if (first && name) return { value: name, page: first.page, quote: first.text };
  const entries = entriesOf(lines);
  const [entry] = entries;
  return entry && entries.every(({ title }) => title === entry.title)
    ? { value: entry.title, page: entry.line.page, quote: entry.line.text }
    : null;
}

/** The folder that holds all files of an archive, which its owner gave a name. */
export function archiveTitle(lines: Line[]): Finding<string> | null {
  const members = lines.filter(({ text }) => /\s\d+ bytes$/u.test(text));
  const [first] = members;
  const folder = /^([^/]{3,80})\//u.exec(first?.text ?? "")?.[1];
  return first && folder && members.length > 1 && members.every(({ text }) => text.startsWith(`${folder}/`))
    ? { value: folder, page: first.page, quote: first.text }
    : null;
}

/** The lines of a container without the words that its reader puts before each value, which are English. */
export function contentsOf(container: Container, lines: Line[]): Line[] {
  if (container === "table") return lines;
  return lines.map((line) => {
    const text = line.text.replace(container === "calendar" ? /^\p{Lu}\p{Ll}+: /u : /\s\d+ bytes$|^Archive of.*$/u, "");
    return { ...line, text, key: keyOf(text), cells: [text] };
  });
}
