import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { deflateSync } from "node:zlib";
import { PDFDocument } from "@cantoo/pdf-lib";
import { strFromU8, unzipSync } from "fflate";
import { msg } from "../../testing/fixtures/mail.ts";
import { pptx, shape, xlsx } from "../../testing/fixtures/office.ts";
import { bomb, packed } from "../../testing/fixtures/packed.ts";
import { makePdf } from "../../testing/faults/pdf.ts";
import type { Random } from "../../testing/random.ts";

/** A file that is made to stop, slow or fool its reader. */
export type HostileFile = { name: string; bytes: Uint8Array };

/**
 * One small file for each way to hurt a reader, the same for the same seed: patterns that backtrack, references without
 * end, things that unpack to gigabytes, names and text that no database takes. Plus the files of a folder, if one is given.
 */
export async function makeHostileFiles(random: Random, folder?: string): Promise<HostileFile[]> {
  const plain = (name: string, text: string): HostileFile => ({ name, bytes: Buffer.from(text) });
  const comments = `${"<!---->".repeat(500 + random.whole(0, 99))}x`;
  return [
    plain("comments.txt", comments),
    { name: "comments.zip", bytes: packed({ "inside.txt": comments }) },
    plain("spaces.txt", `${" ".repeat(400_000 + random.whole(0, 999))}x`),
    plain("nul.rtf", `{\\rtf1\\ansi NUL \\u0 ? and \\u55357 ? alone, ${random.whole(0, 999)}}`),
    plain("quotes.csv", `"${'""'.repeat(100_000)}`),
    plain("nested.html", `${"<div>".repeat(50_000)}${random.whole(0, 999)}`),
    plain("nested.eml", nestedMail(200)),
    { name: "references.pptx", bytes: slideManyTimes(8_000) },
    { name: "sheets.xlsx", bytes: manySheets(300) },
    {
      name: "format.xlsx",
      bytes: xlsx({ S: '<row><c s="1"><v>1</v></c></row>' }, { styles: [`${"[".repeat(20_000)}0`] }),
    },
    { name: "bomb.zip", bytes: bomb(200 * 1024 * 1024) },
    { name: "slip.zip", bytes: packed({ "../../slip.txt": "Above.", "fine.txt": "A letter of 15 March 2026." }) },
    { name: "nul-name.zip", bytes: packed({ ["a\0b.txt"]: "A name with a NUL." }) },
    { name: "strip.tiff", bytes: tiffBomb(5_000, 256 * 1024 * 1024) },
    { name: "elements.pdf", bytes: await withAttachment("factur-x.xml", `<a>${"<b/>".repeat(1_200_000)}</a>`) },
    { name: "nul-attachment.pdf", bytes: await withAttachment(`${"\0".repeat(200_000)}.xml`, "<a/>") },
    { name: "grid.pdf", bytes: heavyPage(60_000) },
    { name: "mutated.msg", bytes: mutated(msg({ subject: "Hello", body: "World" }), random) },
    ...(folder === undefined ? [] : await filesOf(folder)),
  ];
}

/** A presentation whose list of slides names its one slide so many times. */
function slideManyTimes(times: number): Uint8Array {
  const files = unzipSync(pptx([{ body: shape("One slide.") }]));
  const list = strFromU8(files["ppt/presentation.xml"]!);
  const [entry] = /<p:sldId [^>]*\/>/.exec(list)!;
  files["ppt/presentation.xml"] = Buffer.from(list.replace(entry, entry.repeat(times)));
  return packed(files);
}

const manySheets = (count: number): Uint8Array =>
  xlsx(Object.fromEntries(Array.from({ length: count }, (_, at) => [`S${at}`, "<row><c><v>1</v></c></row>"])));

function nestedMail(depth: number): string {
  let mail = "Subject: innermost\r\n\r\nA letter.";
  for (let level = 0; level < depth; level += 1)
    mail = `Subject: ${level}\r\nContent-Type: multipart/mixed; boundary=b${level}\r\n\r\n--b${level}\r\nContent-Type: message/rfc822\r\n\r\n${mail}\r\n--b${level}--`;
  return mail;
}

/** One strip, deflated, that unpacks to more than the header says (TIFF 6.0, section 2; compression 8 is Adobe's). */
function tiffBomb(side: number, unpackedBytes: number): Uint8Array {
  const strip = deflateSync(Buffer.alloc(unpackedBytes), { level: 9 });
  const tags: [tag: number, type: 3 | 4, value: number][] = [
    [256, 4, side],
    [257, 4, side],
    [258, 3, 8],
    [259, 3, 8],
    [262, 3, 1],
    [273, 4, 8 + 2 + 10 * 12 + 4],
    [277, 3, 1],
    [278, 4, side],
    [279, 4, strip.byteLength],
    [339, 3, 1],
  ];
  const head = Buffer.alloc(8 + 2 + tags.length * 12 + 4);
  head.write("II*\0", "latin1");
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(tags.length, 8);
  for (const [at, [tag, type, value]] of tags.entries()) {
    head.writeUInt16LE(tag, 10 + at * 12);
    head.writeUInt16LE(type, 12 + at * 12);
    head.writeUInt32LE(1, 14 + at * 12);
    head.writeUInt32LE(value, 18 + at * 12);
  }
  return Buffer.concat([head, strip]);
}

async function withAttachment(name: string, content: string): Promise<Uint8Array> {
  const pdf = await PDFDocument.load(makePdf("attached", 1));
  await pdf.attach(Buffer.from(content), name, { mimeType: "text/xml" });
  return pdf.save();
}

/** A page of very many strokes. */
function heavyPage(strokes: number): Uint8Array {
  const drawn = Array.from({ length: strokes }, (_, at) => `${at % 595} ${at % 842} m ${(at * 7) % 595} 0 l S`).join(
    " ",
  );
  const page = `BT /F1 14 Tf 50 780 Td (grid) Tj ET ${drawn}`;
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${page.length} >>\nstream\n${page}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  const body = objects.map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`).join("");
  return Buffer.from(`%PDF-1.4\n${body}trailer\n<< /Size 6 /Root 1 0 R >>\n%%EOF\n`, "latin1");
}

/** Sector numbers and lengths of an Outlook mail, changed at random. */
function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = Uint8Array.from(bytes);
  for (let changes = 0; changes < 60; changes += 1)
    changed[random.whole(512, changed.byteLength - 1)] = random.whole(0, 255);
  return changed;
}

async function filesOf(folder: string): Promise<HostileFile[]> {
  const names = (await readdir(folder)).filter((name) => !name.endsWith(".md")).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(path.join(folder, name)) })));
}
