import { type Bounds, LINE_STEPS } from "./bounds.ts";
import { decodeText, FEW_BYTES } from "./charset.ts";
import { LongText } from "./long-text.ts";

/** A property of iCalendar (RFC 5545) or vCard (RFC 6350): `DTSTART;TZID=Europe/Berlin:20260617T090000`. */
export type ContentLine = { name: string; parameters: ReadonlyMap<string, string>; value: string };

/** Where quoted-printable is said of a property. */
const HEAD_CHARACTERS = 200;
const QUOTED_PRINTABLE = /;(?:ENCODING=)?QUOTED-PRINTABLE[;:]/i;

/** The properties of a calendar or of contacts, one after the other; long lines are folded in the file. */
export function* contentLines(text: string, bounds: Bounds): Generator<ContentLine> {
  let pieces: string[] = [];
  let head = "";
  let softBreak = false;
  for (let from = 0, end = 0; end >= 0; from = end + 1) {
    bounds.step(LINE_STEPS);
    end = text.indexOf("\n", from);
    const line = text.slice(from, end < 0 ? undefined : end);
    const goesOn = softBreak || /^[ \t]/.test(line);
    if (!goesOn || pieces.length === 0) {
      yield* parsed(pieces.join(""));
      pieces = [];
      head = "";
    }
    // vCard 2.1 goes on after a soft line break of quoted-printable.
    if (softBreak) pieces.push(pieces.pop()!.slice(0, -1), line);
    else pieces.push(pieces.length === 0 ? line : line.slice(1));
    if (head.length < HEAD_CHARACTERS) head += pieces.at(-1)!.slice(0, HEAD_CHARACTERS);
    softBreak = line.endsWith("=") && QUOTED_PRINTABLE.test(head);
  }
  yield* parsed(pieces.join(""));
}

/** More parameters than any property has. */
const MAX_PARAMETERS = 100;
const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

function parsed(line: string): ContentLine[] {
  let quoted = false;
  let from = 0;
  const head: string[] = [];
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '"') quoted = !quoted;
    if (quoted || (line[at] !== ";" && line[at] !== ":")) continue;
    if (head.push(line.slice(from, at)) > MAX_PARAMETERS) return [];
    from = at + 1;
    if (line[at] === ":") break;
  }
  const [name, ...others] = head;
  if (!name || line[from - 1] !== ":") return [];
  const parameters = new Map<string, string>();
  for (const parameter of others) {
    const [key = "", value] = parameter.split("=", 2);
    if (value === undefined) parameters.set(/^quoted-printable$/i.test(key) ? "ENCODING" : "TYPE", key);
    else parameters.set(key.toUpperCase(), value.replaceAll('"', ""));
  }
  // A group may stand before the name: item1.TEL
  return [
    {
      name: name.slice(name.lastIndexOf(".") + 1).toUpperCase(),
      parameters: parameters.size > 0 ? parameters : NO_PARAMETERS,
      value: line.slice(from),
    },
  ];
}

const ESCAPED: Record<string, string> = { n: "\n", N: "\n", ",": ",", ";": ";", "\\": "\\", ":": ":" };

/** A value as it is meant: `\n`, `\,` and `\;` are escaped. Not by a replacement, which keeps millions of matches. */
export function unescaped(value: string): string {
  const text = new LongText();
  let from = 0;
  for (let at = value.indexOf("\\"); at >= 0; at = value.indexOf("\\", at)) {
    const meant = ESCAPED[value[at + 1] ?? ""];
    at += meant === undefined ? 1 : 2;
    if (meant === undefined) continue;
    text.add(value.slice(from, at - 2) + meant);
    from = at;
  }
  text.add(value.slice(from));
  return text.toString().trim();
}

/** What it costs to decode a value in the charset that it names, and to find one: a dozen are tried. */
const [VALUE_STEPS, CHARSET_STEPS] = [150, 800];

/** A value that may be written in quoted-printable, as vCard 2.1 and vCalendar 1.0 do. */
export async function decoded({ value, parameters }: ContentLine, bounds: Bounds): Promise<string> {
  if (!/^quoted-printable$/i.test(parameters.get("ENCODING") ?? "")) return value;
  const bytes = new Uint8Array(value.length);
  let length = 0;
  for (let at = 0; at < value.length; at += 1) {
    const code = value[at] === "=" ? value.slice(at + 1, at + 3) : "";
    const isCode = /^[\dA-F]{2}$/i.test(code);
    bytes[length++] = isCode ? Number.parseInt(code, 16) : value.charCodeAt(at);
    if (isCode) at += 2;
  }
  const charset = parameters.get("CHARSET");
  bounds.step(charset && length <= FEW_BYTES ? VALUE_STEPS : CHARSET_STEPS);
  return decodeText(bytes.subarray(0, length), charset);
}

const [LINE_FEED, RETURN] = [10, 13];

/** The bytes without the folds that part a character in two: a line is folded after so many bytes. */
export function withWholeCharacters(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const end = bytes[at] === RETURN && bytes[at + 1] === LINE_FEED ? at + 1 : at;
    const isFold = bytes[end] === LINE_FEED && (bytes[end + 1] === 0x20 || bytes[end + 1] === 0x09);
    if (isFold && at > 0 && bytes[at - 1]! >= 0x80 && ((bytes[end + 2] ?? 0) & 0xc0) === 0x80) at = end + 1;
    else whole[length++] = bytes[at]!;
  }
  return whole.subarray(0, length);
}
