import { Buffer } from "node:buffer";
import { joinedBytes } from "../../_shared/bytes.ts";
import type { Bounds } from "./bounds.ts";
import { decodeText } from "./charset.ts";
import { plainWords } from "./encoded-words.ts";
import { isPackedText, type Packed, withFooter } from "./list-footers.ts";
import { nameDecoder } from "./name-charset.ts";

/** Most bytes of a head that is looked at. */
const MAX_HEAD_BYTES = 64 * 1024;
const STEPS = 20;

/** Where a head is. `isOpen`: its text follows without an empty line between. `packed`: its text with what a list put behind, up to a place. */
type Head = { from: number; to: number; isOpen: boolean; packed?: Packed | undefined };

/**
 * A mail whose parts' heads name their files in UTF-8, whatever they were written in: raw bytes of another charset, words of RFC 2047 where they do not belong,
 * values of RFC 2231 with mistakes. Heads whose names are plain stay as they are, and so does all that is attached, a mail too.
 */
export async function withReadableNames(bytes: Uint8Array, bounds: Bounds): Promise<Uint8Array> {
  const mail = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const odd = headsOf(mail, bytes.length, bounds).filter(
    ({ from, to, isOpen, packed }) => isOpen || packed || isOdd(mail.toString("latin1", from, to)),
  );
  if (odd.length === 0) return bytes;
  const raw = odd.map(({ from, to }) => bytes.subarray(from, to));
  // A name is a few bytes, which could be anything: all heads tell the charset together.
  const decode = await nameDecoder(raw.flatMap(namedLines));
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const [index, { from, to, isOpen, packed }] of odd.entries()) {
    const head = raw[index]!;
    const text = head.includes(ESCAPE) ? await decodeText(head) : decode(head);
    const behind = packed ? `\r\n${packed.lines}` : isOpen ? "\r\n" : "";
    pieces.push(bytes.subarray(at, from), new TextEncoder().encode((await renamed(text)) + behind));
    at = packed?.to ?? to;
  }
  return joinedBytes([...pieces, bytes.subarray(at)]);
}

/** What no plain name has: bytes beyond ASCII, escape sequences, encoded words, percent signs, parts of values. */
const ODD = /name\*?\s{0,10}=[^\r\n]{0,1000}(?:=\?|[%=][0-9a-f]{2}|[\x1b\x80-\xff]|\\|')|name\*/i;
/** What no plain field has: a name that is not in quotes or has some of its own, one that nothing parts from the type, or that begins a line. */
const LOOSE =
  /name\s{0,10}=\s{0,10}(?:[^\s";][^\r\n;]{0,300};\s{0,10}[^\s=;]{1,100}[\s;]|"[^"\r\n]{0,300}"[^\r\n;])|^content-type:\s{0,100}[\w.+-]{1,100}\/[\w.+-]{1,100}[\s,]{1,100}name\s{0,10}=|^[\w*-]{1,40}=/im;
/** Where a name may stand that the usual fields do not have. */
const ELSEWHERE = /^content-(?:description|location):/im;
const isOdd = (head: string): boolean =>
  ODD.test(head) || LOOSE.test(head) || (ELSEWHERE.test(head) && !/name\*?\d{0,3}\*?\s{0,10}=/i.test(head));
const ESCAPE = 0x1b;
const LINE_FEED = 10;

const namedLines = (head: Uint8Array): Uint8Array[] => {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < head.length; ) {
    const end = head.indexOf(LINE_FEED, from);
    const to = end < 0 ? head.length : end;
    lines.push(head.subarray(from, to));
    from = to + 1;
  }
  return lines;
};

/** The heads of a mail and of its parts. What is in an attached mail is none of this one's. */
function headsOf(mail: Buffer, length: number, bounds: Bounds): Head[] {
  const heads: Head[] = [];
  const open: string[] = [];
  const read = (from: number): void => {
    const { to, isOpen } = endOfHead(mail, length, from);
    const head = mail.toString("latin1", from, to);
    const packed = !isOpen && isPackedText(head) ? withFooter(mail, { from: to, length, open }, bounds) : undefined;
    heads.push({ from, to, isOpen, packed });
    const boundary = boundaryOf(head);
    if (boundary !== undefined) open.push(boundary);
  };
  read(0);
  for (let at = mail.indexOf("\n--"); at >= 0 && open.length > 0; at = mail.indexOf("\n--", at + 1)) {
    bounds.step(STEPS);
    const end = mail.indexOf(LINE_FEED, at + 1);
    const line = mail.toString("latin1", at + 3, end < 0 ? at + 300 : Math.min(end, at + 300)).trimEnd();
    const index = open.lastIndexOf(line.endsWith("--") && !open.includes(line) ? line.slice(0, -2) : line);
    if (index < 0) continue;
    const isEnd = line !== open[index];
    open.length = isEnd ? index : index + 1;
    if (!isEnd && end >= 0) read(end + 1);
  }
  return heads;
}

const FIELD = /^(?:[!-9;-~]{1,200}[ \t]{0,9}:|[ \t]|[\w*-]{1,40}=)/;

function endOfHead(mail: Buffer, length: number, from: number): { to: number; isOpen: boolean } {
  const most = Math.min(length, from + MAX_HEAD_BYTES);
  for (let at = from; at < most; ) {
    const end = mail.indexOf(LINE_FEED, at);
    if (end < 0 || end >= most) return { to: most, isOpen: false };
    const line = mail.toString("latin1", at, Math.min(end, at + 300)).trimEnd();
    // A boundary ends it too: no field begins so, and heads without an end would each be read up to the limit.
    if (line === "" || (at > from && line.startsWith("--"))) return { to: at, isOpen: false };
    if (from > 0 && !FIELD.test(line)) return { to: at, isOpen: true };
    at = end + 1;
  }
  return { to: most, isOpen: false };
}

/** Fields one below the other, each with the lines that go on with it, and with parameters that stand on lines of their own. */
const fieldsOf = (head: string): string[] => head.split(/\r?\n(?![ \t]|[\w*-]{1,40}=)/);
const unfolded = (field: string): string => field.replace(/\r?\n[ \t]?/g, " ");

function boundaryOf(head: string): string | undefined {
  const type = fieldsOf(head).find((field) => /^content-type:\s{0,100}multipart\//i.test(field));
  if (type === undefined) return undefined;
  return parametersOf(unfolded(type)).find(({ name }) => name === "boundary")?.value;
}

type Parameter = { name: string; value: string; from: number; to: number };

const PARAMETER = /;\s{0,1000}([\w*-]{1,100})\s{0,100}=\s{0,100}/g;
/** What may stand behind the quote that ends a value, and where one without quotes ends: semicolons of a name are no end. */
const BEHIND = /^\s{0,1000}(?:;|$)/;
const NEXT = /;\s{0,1000}(?:[\w*-]{1,100}\s{0,100}=|$)/g;
const ENDING = /\.\w{2,5}\s{0,10}$/;

function parametersOf(field: string): Parameter[] {
  const parameters: Parameter[] = [];
  PARAMETER.lastIndex = 0;
  for (let found = PARAMETER.exec(field); found; found = PARAMETER.exec(field)) {
    const begin = PARAMETER.lastIndex;
    const to = field[begin] === '"' ? endOfQuoted(field, begin) : endOfBare(field, begin);
    const value = field.slice(begin, to);
    const single = /^'(.*)'\s{0,10}$/s.exec(value)?.[1];
    parameters.push({
      name: found[1]!.toLowerCase(),
      value: value.startsWith('"') ? value.replace(/^"|"$/g, "").replace(/\\(["\\])/g, "$1") : (single ?? value.trim()),
      from: found.index,
      to,
    });
    PARAMETER.lastIndex = to;
  }
  return parameters;
}

function endOfQuoted(field: string, begin: number): number {
  for (let at = begin + 1; at < field.length; at += 1) {
    if (field[at] === "\\" && /["\\]/.test(field[at + 1] ?? "")) at += 1;
    else if (field[at] === '"' && BEHIND.test(field.slice(at + 1, at + 1_002))) return at + 1;
  }
  return field.length;
}

function endOfBare(field: string, begin: number): number {
  NEXT.lastIndex = begin;
  const end = NEXT.exec(field)?.index ?? field.length;
  const first = field.indexOf(";", begin);
  return first < 0 || first >= end || ENDING.test(field.slice(begin, end)) ? end : first;
}

/** A head with plain names of files. */
async function renamed(head: string): Promise<string> {
  const fields: string[] = [];
  for (const field of fieldsOf(head))
    fields.push(/^content-(?:type|disposition):/i.test(field) ? await withPlainName(parted(unfolded(field))) : field);
  const isNamed = fields.some((field) => TYPED.test(field) && parametersOf(field).some(({ name }) => NAME.test(name)));
  const type = fields.findIndex((field) => /^content-type:/i.test(field));
  const name = isNamed || type < 0 || OF_TEXTS.test(fields[type]!) ? undefined : nameElsewhere(fields);
  if (name !== undefined) fields[type] += `; name="${quoted(await plainName(name))}"`;
  return fields.join("\r\n");
}

const TYPED = /^content-(?:type|disposition):/i;
const OF_TEXTS = /^content-type:\s{0,100}(?:text|multipart|message)\//i;
const quoted = (name: string): string => name.replace(/[\r\n]+/g, " ").replace(/["\\]/g, "\\$&");

/** A type with its parameters, where nothing or a comma parts them. */
const parted = (field: string): string =>
  field.replace(/^(content-type:\s{0,100}[\w.+-]{1,100}\/[\w.+-]{1,100})[\s,]{1,100}(?=name\s{0,10}=)/i, "$1; ");

/** The name that a description or a place ends with, where it has an ending. */
function nameElsewhere(fields: string[]): string | undefined {
  for (const field of fields) {
    const value = ELSEWHERE.test(field)
      ? unfolded(field)
          .replace(/^[^:]{1,30}:/, "")
          .trim()
      : "";
    const name = value.split(/[/\\]/).at(-1)!;
    if (/^[^?#]{1,200}\.[a-z][a-z0-9]{1,4}$/i.test(name)) return name;
  }
  return undefined;
}

async function withPlainName(field: string): Promise<string> {
  const parameters = parametersOf(field);
  const named = parameters.filter(({ name }) => NAME.test(name));
  const first = named[0];
  if (!first) return field;
  const kept = named.reduceRight((rest, { from, to }) => rest.slice(0, from) + rest.slice(to), field);
  const key = first.name.replace(/\*.*/, "");
  const name = (await extendedName(named)) ?? (await plainName(named[0]!.value));
  return `${kept.trimEnd().replace(/;$/, "")}; ${key}="${quoted(name)}"`;
}

const NAME = /^(?:file)?name(?:\*|$)/;

/** What RFC 2231 makes of a name in parts, or in another charset; null where there is neither. */
async function extendedName(named: Parameter[]): Promise<string | null> {
  const pieces = named
    .flatMap(({ name, value }) => {
      const [, order = "0", coded = ""] = /^(?:file)?name\*(?:(\d{1,3}))?(\*)?$/.exec(name) ?? [];
      if (!name.includes("*")) return [];
      return [{ order: Number(order), isCoded: coded !== "" || name.endsWith("name*"), value }];
    })
    .toSorted((a, b) => a.order - b.order);
  const [first] = pieces;
  if (!first) return null;
  const [, charset = "", , rest] = /^([\w.:+-]{0,40})'([\w-]{0,20})'(.*)$/s.exec(first.value) ?? [];
  if (rest !== undefined && first.isCoded) first.value = rest;
  const bytes = pieces.map(({ value, isCoded }) => (isCoded ? unpercented(value) : new TextEncoder().encode(value)));
  return await plainWords(await decodeText(joinedBytes(bytes), charset || undefined));
}

async function plainName(value: string): Promise<string> {
  if (value.includes("=?")) return await plainWords(value);
  // Programs write percent signs without the star that says so, and quoted-printable without the word around it.
  const sign = /([%=])[0-9a-f]{2}/i.exec(value)?.[1];
  const bytes = sign ? unpercented(sign === "=" ? value.replaceAll("=", "%") : value) : null;
  if (!bytes?.some((byte) => byte >= 0x80)) return value;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return value;
  }
}

function unpercented(value: string): Uint8Array {
  const pieces = value.split(/%([0-9a-f]{2})/i);
  return joinedBytes(
    pieces.map((piece, at) =>
      at % 2 === 1 ? Uint8Array.of(Number.parseInt(piece, 16)) : new TextEncoder().encode(piece),
    ),
  );
}
