import { Buffer } from "node:buffer";
import { deflateSync, inflateSync } from "node:zlib";
import { unzipSync, zipSync } from "fflate";
import { mutateBytes, mutateText } from "./mutations.ts";
import type { Random } from "../random.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");

/** In the time of wherever this runs, as ZIP has it: the same bytes everywhere. */
const THEN = new Date(2026, 0, 1, 12);

const BAD_NAMES = [
  "../../etc/passwd",
  "/absolute",
  "C:\\drive",
  "a\\b",
  "nul\0name",
  "con",
  "",
  ".",
  "..",
  "x".repeat(30_000),
  "\uD800",
  "a/".repeat(2_000),
];

/** Copies of a member come to so much in all: more than a reader unpacks, and no more than the fuzzer can pack. */
const COPIED_BYTES = 100 * 1024 * 1024;

/** A ZIP, or an office file: a member is changed, renamed, or copied often, and all of it packed again. */
export function mutateZip(zip: Uint8Array, random: Random): Uint8Array {
  const members: Record<string, Uint8Array> = unzipSync(zip);
  const names = Object.keys(members);
  for (let left = random.times(4); left > 0; left -= 1) {
    const name = random.pick(names);
    const content = members[name] ?? new Uint8Array(0);
    const kind = random.below(8);
    if (kind <= 4) members[name] = bytesOf(mutateText(text(content), random));
    else if (kind === 5) members[name] = mutateBytes(content, random);
    else if (kind === 6) members[random.pick(BAD_NAMES)] = content;
    else {
      const most = Math.ceil(COPIED_BYTES / (content.length + 1));
      for (let copies = Math.min(random.times(3_000), most); copies > 0; copies -= 1)
        members[`${copies}-${name}`] = content;
    }
  }
  let packed: Uint8Array = zipSync(members as Parameters<typeof zipSync>[0], {
    level: random.pick([0, 1, 6]),
    mtime: THEN,
  });
  if (random.chance(0.3)) packed = mutateDirectory(packed, random);
  return random.chance(0.1) ? mutateBytes(packed, random) : packed;
}

/** A field of an entry of the central directory, or of its end: sizes, offsets, counts that are not so. */
function mutateDirectory(zip: Uint8Array, random: Random): Uint8Array {
  const bytes = Buffer.from(zip);
  const places: number[] = [];
  for (const signature of ["PK\x01\x02", "PK\x03\x04", "PK\x05\x06"])
    for (
      let at = bytes.indexOf(signature, 0, "latin1");
      at >= 0 && places.length < 200;
      at = bytes.indexOf(signature, at + 4, "latin1")
    )
      places.push(at);
  for (let left = random.times(4); left > 0 && places.length > 0; left -= 1) {
    const at = random.pick(places) + 4 + 2 * random.below(20);
    if (at + 4 > bytes.length) continue;
    if (random.chance(0.5)) bytes.writeUInt16LE(random.pick([0, 1, 8, 0x800, 0xffff, 99, 12]), at);
    else bytes.writeUInt32LE(random.pick([0, 1, 100, 0xffff_ffff, 0x7fff_ffff, random.below(bytes.length)]), at);
  }
  return bytes;
}

const OPERATORS = [
  "q ",
  "Q ",
  "BT ",
  "ET ",
  "0 0 m 9 9 l S ",
  "1 0 0 1 9 9 cm ",
  "(w w) Tj ",
  "/F1 9 Tf ",
  "/X0 Do ",
  "0 0 1 1 re f ",
  "[(a) -9 (b)] TJ ",
  "BI /W 9 /H 9 ID ",
  "0 0 1 1 re W n ",
  "9 Tr ",
  "1e9 0 0 1e9 0 0 Tm ",
  "/A BMC ",
  "EMC ",
  "((((",
  "<<<<",
  "[[[[",
];

/** A PDF: its objects and the streams in them are changed, unpacked and packed again, and the table is made again, or left wrong. */
export function mutatePdf(pdf: Uint8Array, random: Random): Uint8Array {
  const source = text(pdf);
  const objects = Array.from(source.matchAll(/(\d+) (\d+) obj\b([^]*?)\bendobj\b/g), ([, number, , body]) => ({
    number: Number(number),
    body: body!,
  }));
  if (objects.length === 0) return mutateBytes(pdf, random);
  for (let left = random.times(5); left > 0; left -= 1) {
    const object = random.pick(objects);
    const stream = /stream\r?\n/.exec(object.body);
    const kind = random.below(7);
    if (stream && kind < 4) object.body = withStream(object.body, stream.index, stream[0].length, random);
    else if (kind < 5)
      object.body = mutateText(object.body, random, [
        "<<",
        ">>",
        "[",
        "]",
        "(",
        ")",
        "/Type",
        "/Kids",
        "0 R ",
        `${random.pick(objects).number} 0 R `,
        "null ",
        "\0",
      ]);
    else if (kind === 5) object.body = object.body.replace(/\d+ 0 R/, `${random.pick(objects).number} 0 R`);
    else objects.push({ number: random.pick(objects).number, body: random.pick(objects).body });
    if (object.body.length > 4_000_000) object.body = object.body.slice(0, 4_000_000);
  }
  if (random.chance(0.15)) return mutateBytes(pdf, random);
  const root = /\/Root (\d+ \d+ R)/.exec(source)?.[1] ?? "1 0 R";
  let out = "%PDF-1.7\n";
  const offsets = new Map<number, number>();
  for (const { number, body } of objects) {
    offsets.set(number, out.length);
    out += `${number} 0 obj${body}endobj\n`;
  }
  const size = Math.max(...offsets.keys()) + 1;
  const rows = Array.from({ length: size }, (_, number) => {
    const offset = offsets.get(number);
    return offset === undefined ? "0000000000 65535 f \n" : `${String(offset).padStart(10, "0")} 00000 n \n`;
  });
  // Without a table the library looks for the objects itself.
  const table = random.chance(0.8) ? `xref\n0 ${size}\n${rows.join("")}` : "";
  return bytesOf(`${out}${table}trailer <</Size ${size}/Root ${root}>>\nstartxref\n${out.length}\n%%EOF\n`);
}

function withStream(body: string, at: number, mark: number, random: Random): string {
  const end = body.lastIndexOf("endstream");
  const packed = bytesOf(body.slice(at + mark, end < 0 ? undefined : end));
  let content: Buffer;
  let isPacked = false;
  try {
    content = inflateSync(packed, { maxOutputLength: 4_000_000, finishFlush: 2 });
    isPacked = true;
  } catch {
    content = packed;
  }
  const changed = random.chance(0.7)
    ? bytesOf(mutateText(text(content), random, OPERATORS))
    : mutateBytes(content, random);
  const stream = isPacked ? deflateSync(changed) : changed;
  return `${body.slice(0, at).replace(/\/Length \d+( 0 R)?/, `/Length ${stream.length}`)}stream\n${text(stream)}\nendstream\n`;
}

/** A TIFF: tags, types, counts, values and links of its directories. */
export function mutateTiff(tiff: Uint8Array, random: Random): Uint8Array {
  const bytes = Buffer.from(tiff);
  for (let left = random.times(8); left > 0; left -= 1) {
    const directory = bytes.length > 8 ? bytes.readUInt32LE(4) : 0;
    const entries = directory + 2 < bytes.length ? bytes.readUInt16LE(directory) : 0;
    const entry = directory + 2 + 12 * random.below(Math.max(1, entries));
    if (entry + 16 > bytes.length) break;
    const kind = random.below(6);
    if (kind === 0)
      bytes.writeUInt16LE(
        random.pick([254, 256, 257, 258, 259, 273, 277, 278, 279, 322, 323, 324, 330, 34665, 37500]),
        entry,
      );
    else if (kind === 1) bytes.writeUInt16LE(random.below(15), entry + 2);
    else if (kind === 2) bytes.writeUInt32LE(random.pick([0, 1, 2, 1_000, 0x7fff_ffff, 0xffff_ffff]), entry + 4);
    else if (kind === 3)
      bytes.writeUInt32LE(random.pick([0, 8, 5_000, 65_535, 0xffff_ffff, random.below(bytes.length)]), entry + 8);
    else if (kind === 4) bytes.writeUInt16LE(random.pick([0, 1, 65_535]), directory);
    else
      bytes.writeUInt32LE(
        random.pick([0, 8, directory, random.below(bytes.length)]),
        Math.min(directory + 2 + entries * 12, bytes.length - 4),
      );
  }
  return bytes;
}

/** A compound file (MS-CFB): entries of its allocation tables and its directory, and the numbers of its head. */
export function mutateCompound(file: Uint8Array, random: Random): Uint8Array {
  const bytes = Buffer.from(file);
  const sectors = Math.floor(bytes.length / 512);
  for (let left = random.times(10); left > 0; left -= 1) {
    const value = random.pick([-1, -2, -3, 0, 1, 2, random.below(sectors), random.below(sectors), 0x7fff_ffff]);
    const kind = random.below(4);
    if (kind === 0) bytes.writeInt32LE(value, 44 + 4 * random.below(12));
    else if (kind === 1) bytes.writeInt32LE(value, 76 + 4 * random.below(5));
    else if (kind === 2) bytes.writeInt32LE(value, 512 * random.whole(1, sectors - 1) + 4 * random.below(128));
    else
      bytes.writeInt32LE(
        value,
        512 * random.whole(1, sectors - 1) + 128 * random.below(4) + random.pick([68, 72, 76, 116, 120]),
      );
  }
  return random.chance(0.2) ? mutateBytes(bytes, random) : bytes;
}

/** A mail: parts within parts, many of them, long heads, and the encodings of words. */
export function mutateMime(mail: Uint8Array, random: Random): Uint8Array {
  const source = text(mail);
  const kind = random.below(5);
  const times = random.times(20_000);
  const boundary = /boundary="?([^"\r\n;]+)/.exec(source)?.[1] ?? "x";
  if (kind === 0) {
    const depth = random.times(3_000);
    const heads = Array.from(
      { length: depth },
      (_, at) => `Content-Type: multipart/mixed; boundary="b${at}"\r\n\r\n--b${at}\r\n`,
    );
    return bytesOf(
      `From: a@b.c\r\nSubject: s\r\n${heads.join("")}Content-Type: text/plain\r\n\r\ntext\r\n${random.chance(0.5) ? Array.from({ length: depth }, (_, at) => `--b${depth - at}--\r\n`).join("") : "line\r\n".repeat(times)}`,
    );
  }
  if (kind === 1)
    return bytesOf(
      source +
        `--${boundary}\r\n${random.pick(["", "Content-Type: text/plain\r\n", "Content-Disposition: attachment\r\n"])}\r\nx\r\n`.repeat(
          times,
        ),
    );
  if (kind === 2) {
    const field = random.pick(["To: ", "Subject: ", "X: ", "Content-Type: ", "References: "]);
    const piece = random.pick(["a@b.c, ", "=?utf-8?q?=41?= ", "\r\n ", "(", '"', "<", ";name*0*=a", ":", "a:;", "\\"]);
    return bytesOf(`${field}${piece.repeat(times)}\r\n${source}`);
  }
  return bytesOf(mutateText(source, random));
}
