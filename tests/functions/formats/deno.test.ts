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
  rtf: Buffer.from(String.raw`{\rtf1\ansi Gr\'f6\'dfe}`),
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

it("reads every type in Deno, within the memory of a hosted function", async () => {
  await using folder = await temporaryFolder();
  const named = Object.entries({ ...FILES, pdf: CUT_OFF_PDF }).map(([name, bytes]) => ({
    type: FORMATS[name as FormatName].type,
    file: path.join(folder.path, `file.${name}`),
    bytes,
  }));
  await Promise.all(named.map(({ file, bytes }) => writeFile(file, bytes)));
  const { stdout } = await promisify(execFile)(
    denoBinary(),
    [
      "run",
      "--no-prompt",
      "--allow-all",
      "--no-lock",
      "--config",
      path.join(ROOT, "deno.json"),
      path.join(import.meta.dirname, "deno-run.ts"),
      ...named.flatMap(({ type, file }) => [type, file]),
    ],
    { cwd: ROOT, env: { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" } },
  );
  const { runtime, texts, memory } = JSON.parse(stdout) as {
    runtime: string;
    texts: Record<string, string[]>;
    memory: number;
  };
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
    [FORMATS.rtf.type]: ["Größe"],
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
}, 60_000);
