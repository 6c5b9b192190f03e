import { Buffer } from "node:buffer";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import iconv from "iconv-lite";
import { expect, it } from "vitest";
import { ROOT } from "../../../scripts/checkout.ts";
import { eml, msg } from "../../../testing/fixtures/mail.ts";
import { docx, odf, p, pptx, shape, xlsx } from "../../../testing/fixtures/office.ts";
import { packed } from "../../../testing/fixtures/packed.ts";
import { makePdf } from "../../../testing/fixtures/pdf.ts";
import { attribute, der, signed, tnef } from "../../../testing/fixtures/wrapped.ts";
import { denoBinary } from "../../../stack/functions.ts";
import { type FormatName, FORMATS, type OpenedAs } from "../../../supabase/functions/_shared/file-formats.ts";
import { temporaryFolder } from "../../../testing/temporary.ts";

/** One that PDFium refuses, so that the second reader is loaded. */
const CUT_OFF_PDF = (
  await makePdf("2026-03-01T00:00:00Z", {}, (pdf) => pdf.text("A letter whose last bytes are lost."))
).slice(0, -60);

const FILES: Record<OpenedAs<"text">, Uint8Array> = {
  docx: docx(p("Größe")),
  xlsx: xlsx({ S: '<row><c s="1"><v>46096</v></c></row>' }, { styles: [14] }),
  pptx: pptx([{ body: shape("Slide") }]),
  odt: odf("text", "<text:p>Größe</text:p>"),
  ods: odf("spreadsheet", '<table:table table:name="S"/>'),
  // A byte that is € in Deno's "latin1", and Ђ in the file's own code page.
  rtf: Buffer.from(String.raw`{\rtf1\ansi Gr\'f6\'dfe \ansicpg1251 ${"\x80"}}`, "latin1"),
  txt: iconv.encode("Größe 5 €", "windows-1252"),
  md: Buffer.from("# Größe"),
  csv: iconv.encode("請求書;合計金額は一万二千円です。お支払い期限", "shift_jis"),
  html: Buffer.from("<p>Größe<script>no</script>"),
  eml: eml("Hello", "Text", [{ filename: "a.txt", type: "text/plain", content: Buffer.from("attached") }]),
  msg: msg({ subject: "Hello", body: "Text", attachments: [{ filename: "a.txt", content: Buffer.from("attached") }] }),
  tnef: tnef(attribute(1, 0x2800c, Buffer.from("Hello\0"))),
  p7m: signed(der, der(4, Buffer.from(eml("Hello", "Text", [])))),
  zip: packed({ "a.txt": "member" }),
};

type Read = { runtime: string; texts: Record<string, string[]>; memory: number };

/** As a hosted function does, with its heap. */
async function readInDeno(typesAndFiles: string[]): Promise<Read> {
  const options = ["--no-prompt", "--allow-all", "--no-lock", "--v8-flags=--max-old-space-size=192"];
  const { stdout } = await promisify(execFile)(
    denoBinary(),
    [
      "run",
      ...options,
      "--config",
      path.join(ROOT, "deno.json"),
      path.join(import.meta.dirname, "deno-run.ts"),
      ...typesAndFiles,
    ],
    { cwd: ROOT, env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" }, maxBuffer: 100 * 2 ** 20 },
  );
  return JSON.parse(stdout) as Read;
}

it("reads every type in Deno, within the memory of a hosted function", async () => {
  await using folder = await temporaryFolder();
  const named = Object.entries({ ...FILES, pdf: CUT_OFF_PDF }).map(([name, bytes]) => ({
    type: FORMATS[name as FormatName].type,
    file: path.join(folder.path, `file.${name}`),
    bytes,
  }));
  await Promise.all(named.map(({ file, bytes }) => writeFile(file, bytes)));
  const { runtime, texts, memory } = await readInDeno(named.flatMap(({ type, file }) => [type, file]));
  expect(runtime).toBe("deno");
  expect(texts).toEqual({
    [FORMATS.pdf.type]: ["A letter whose last bytes are lost."],
    [FORMATS.tnef.type]: ["Hello"],
    [FORMATS.p7m.type]: [expect.stringMatching(/Subject: Hello\n\nText$/)],
    [FORMATS.docx.type]: ["Größe"],
    [FORMATS.xlsx.type]: ["S\n2026-03-15"],
    [FORMATS.pptx.type]: ["Slide"],
    [FORMATS.odt.type]: ["Größe"],
    [FORMATS.ods.type]: ["S"],
    [FORMATS.rtf.type]: ["Größe Ђ"],
    [FORMATS.txt.type]: ["Größe 5 €"],
    [FORMATS.md.type]: ["# Größe"],
    [FORMATS.csv.type]: ["請求書  合計金額は一万二千円です。お支払い期限"],
    [FORMATS.html.type]: ["Größe"],
    [FORMATS.eml.type]: [
      expect.stringMatching(/^From: [^]+\nSubject: Hello\n\nText\n\nAttachment: a.txt$/),
      "a.txt: attached",
    ],
    [FORMATS.msg.type]: ["Subject: Hello\n\nText\n\nAttachment: a.txt", "a.txt: attached"],
    [FORMATS.zip.type]: ["Archive of 1 files\na.txt  6 bytes", "a.txt: member"],
  });
  expect(memory).toBeLessThan(200 * 1024 * 1024);
});

// Deno makes a string of a Buffer sign by sign, in 32 bytes each until it is put together.
it.each([
  ["letters as bytes", "{\\rtf1\\ansi ", "\x93\x8c"],
  ["letters as bytes of Japanese", "{\\rtf1\\ansi\\ansicpg932 ", "\x93\x8c"],
  ["a letter as a byte among others", "{\\rtf1\\ansi \x80", "Lorem ipsum "],
  ["escaped letters", "{\\rtf1\\ansi \x80", "\\'93\\'8c"],
  ["letters by their numbers", "{\\rtf1\\ansi \x80", "\\u-1?NaN"],
])("an RTF of 20 MB of %s does not end its worker", async (_, head, unit) => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, "large.rtf");
  await writeFile(file, (head + unit.repeat((19.9 * 2 ** 20) / unit.length)).slice(0, 19.9 * 2 ** 20), "latin1");
  const { texts } = await readInDeno([FORMATS.rtf.type, file]);
  expect(texts[FORMATS.rtf.type]!.join()).toMatch(/^(?:too_many_pages|too_complex)$/);
});

const long = (text: string, characters: number): string => text.repeat(characters / text.length);
const NOTE = "BEGIN:VCARD\nVERSION:2.1\nNOTE;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:";

it.each<[string, OpenedAs<"text">, Uint8Array, string]>([
  ["the text of a mail by Outlook", "msg", msg({ subject: "x", body: long("Счёт ", 9_000_000) }), "too_many_pages"],
  ["the subject of a mail by Outlook", "msg", msg({ subject: long("Счёт ", 9_000_000) }), "too_many_pages"],
  ["the page of a mail by Outlook", "msg", msg({ html: Buffer.from(long("Größe ", 9_000_000)) }), "too_many_pages"],
  [
    "the text of a winmail.dat",
    "tnef",
    tnef(attribute(1, 0x2800c, Buffer.alloc(9_000_000, "Hello "))),
    "too_many_pages",
  ],
  [
    "the text of a mail in UTF-7",
    "eml",
    Buffer.from(`Subject: x\nContent-Type: text/plain; charset=utf-7\n\n${long("Gr+APwA3w-e ", 19_000_000)}`),
    "too_many_pages",
  ],
  [
    "the marked text of a mail",
    "eml",
    Buffer.from(`Subject: x\nContent-Type: text/enriched\n\n${long("<bold>a</bold>", 19_000_000)}`),
    "too_many_pages",
  ],
  [
    "the texts of a mail in many parts",
    "eml",
    Buffer.from(
      `Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n${`--b\nContent-Type: text/plain; charset=koi8-r\n\n${long("a b ", 3_000_000)}\n`.repeat(3)}`,
    ),
    "too_many_pages",
  ],
  ["a note of soft line breaks", "txt", Buffer.from(NOTE + long("=90=\n", 4_800_000)), "too_complex"],
  [
    "the values of contacts",
    "txt",
    Buffer.from(NOTE + long(`=90=BF=8B=81\n${NOTE.slice(24)}`, 4_800_000)),
    "too_complex",
  ],
])("%s may be of any length without ending its worker", async (_, type, bytes, code) => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, `long.${type}`);
  await writeFile(file, bytes);
  expect((await readInDeno([FORMATS[type].type, file])).texts).toEqual({ [FORMATS[type].type]: [code] });
});

it("reads a mail with a long text file, which is refused by itself", async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, "mail.eml");
  await writeFile(
    file,
    eml("Log", "See the file.", [
      { filename: "a.log", type: "text/plain", content: Buffer.alloc(9_000_000, "line\n") },
    ]),
  );
  const [text, attachment] = (await readInDeno([FORMATS.eml.type, file])).texts[FORMATS.eml.type]!;
  expect(text).toMatch(/See the file\.\n\nAttachment: a\.log$/);
  expect(attachment!.length).toBe("a.log: ".length + 9_000_000);
});

it("reads addresses of many escaped signs, a note of millions of encoded ones, and a file that stands in a mail, within its worker's heap", async () => {
  await using folder = await temporaryFolder();
  const [card, mail] = ["card.txt", "mail.eml"].map((name) => path.join(folder.path, name)) as [string, string];
  const address = `ADR:${long(String.raw`\;`, 200_000)}\n`;
  await writeFile(card, `${NOTE}${long("=90=BF=8B=81", 4_000_000)}\n${address.repeat(4)}END:VCARD\n`);
  await writeFile(mail, `Subject: x\n\nbegin 644 a.txt\n${long(`M${"A".repeat(60)}\n`, 18_000_000)}\`\nend\n`);
  const { texts } = await readInDeno([FORMATS.txt.type, card, FORMATS.eml.type, mail]);
  expect(texts[FORMATS.txt.type]!.join("").replace(/\s/g, "")).toBe(
    `Note:${long("請求", 4_000_000 / 6)}${`Address:${";".repeat(100_000)}`.repeat(4)}`,
  );
  expect(texts[FORMATS.eml.type]!.at(-1)!.length).toBeGreaterThan(13_000_000);
});
