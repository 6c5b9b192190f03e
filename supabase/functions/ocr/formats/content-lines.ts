import type { Bounds } from "./bounds.ts";

/** A property of iCalendar (RFC 5545) or vCard (RFC 6350): `DTSTART;TZID=Europe/Berlin:20260617T090000`. */
export type ContentLine = { name: string; parameters: Map<string, string>; value: string };

/** The properties of a calendar or of contacts; long lines are folded in the file. */
export function contentLines(text: string, bounds: Bounds): ContentLine[] {
  const unfolded: string[] = [];
  let softBreak = false;
  for (const line of text.split("\n")) {
    bounds.step();
    const isFolded = /^[ \t]/.test(line);
    if (unfolded.length > 0 && softBreak) {
      // vCard 2.1 goes on after a soft line break of quoted-printable.
      unfolded.push(`${unfolded.pop()!.slice(0, -1)}${line}`);
    } else if (unfolded.length > 0 && isFolded) unfolded.push(unfolded.pop()! + line.slice(1));
    else unfolded.push(line);
    softBreak = line.endsWith("=") && /;(?:ENCODING=)?QUOTED-PRINTABLE[;:]/i.test(unfolded.at(-1)!.slice(0, 200));
  }
  return unfolded.flatMap((line) => parsed(line) ?? []);
}

function parsed(line: string): ContentLine | null {
  let quoted = false;
  let from = 0;
  const head: string[] = [];
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '"') quoted = !quoted;
    if (quoted || (line[at] !== ";" && line[at] !== ":")) continue;
    head.push(line.slice(from, at));
    from = at + 1;
    if (line[at] === ":") break;
  }
  const [name, ...others] = head;
  if (!name || line[from - 1] !== ":") return null;
  const parameters = new Map<string, string>();
  for (const parameter of others) {
    const [key = "", value] = parameter.split("=", 2);
    if (value === undefined) parameters.set(/^quoted-printable$/i.test(key) ? "ENCODING" : "TYPE", key);
    else parameters.set(key.toUpperCase(), value.replaceAll('"', ""));
  }
  // A group may stand before the name: item1.TEL
  return { name: name.slice(name.lastIndexOf(".") + 1).toUpperCase(), parameters, value: line.slice(from) };
}

/** A value as it is meant: `\n`, `\,` and `\;` are escaped. */
export const unescaped = (value: string): string =>
  value.replace(/\\([nN,;\\:])/g, (_, char: string) => (char === "n" || char === "N" ? "\n" : char)).trim();
