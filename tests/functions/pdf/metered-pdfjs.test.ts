// pdf.js has one thread with everybody else's documents: its work on one file ends, whatever the file makes of it.
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { describe, expect, it, vi } from "vitest";
import { METERED_PDFJS, meteredPdfjs } from "../../../scripts/metered-pdfjs.ts";
import { makePdf } from "../../../testing/fixtures/pdf.ts";
import { openSecond } from "../../../supabase/functions/ocr/pdf/second-reader.ts";

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const open = (text: string) => openSecond(latin1(text), { isKnown: true });

/** A file whose table is a stream: its widths, and entries of so many bytes. */
function withTableStream(head: string, entries: Buffer, objects: string): string {
  const at = 9 + objects.length;
  return `%PDF-1.7\n${objects}9 0 obj\n<</Type/XRef/Root 1 0 R/Size 10${head}/Length ${entries.length}>>stream\n${entries.toString("latin1")}\nendstream\nendobj\nstartxref\n${at}\n%%EOF`;
}

const END = "trailer <</Root 9 0 R>>\nstartxref\n0\n%%EOF";

const OPENED: Record<string, () => string> = {
  "objects of one number, none of whose texts ends": () => `%PDF-1.4\n${"1 0 obj\n(".repeat(110_000)}${END}`,
  "ends of a file, none of whose texts ends": () => `%PDF-1.4\n${"trailer<<(\nstartxref\n".repeat(45_000)}${END}`,
  "two billion entries of no bytes in a table of objects": () =>
    withTableStream("/W[0 0 0]/Index[0 2000000000]", Buffer.alloc(0), ""),
  "objects that are packed, thirty million of them": () => {
    const objects = "2 0 obj\n<</Type/ObjStm/N 30000000/First 4/Length 10>>stream\n1 0 <<>>  \nendstream\nendobj\n";
    const entries = Buffer.from([0, 0, 0, 2, 2, 0, 1, 9, 0]);
    return withTableStream("/W[1 1 1]/Index[0 3]", entries, objects);
  },
};

describe("a file that pdf.js would not be done with is left:", () => {
  it.each(Object.entries(OPENED))("%s", async (_name, made) => {
    await expect(open(made())).rejects.toMatchObject({ code: "too_complex" });
  });

  it("a page whose font means millions of characters by one line", async () => {
    const map = "1 begincodespacerange <00000000> <ffffffff> endcodespacerange\n9 beginbfrange\n";
    const ranges = Array.from({ length: 9 }, (_, at) => `<0${at}000000> <0${at}fffff0> <0041>`).join("\n");
    const streamOf = (content: string) => `<</Length ${content.length}>>stream\n${content}\nendstream`;
    const objects = [
      "<</Type/Catalog/Pages 2 0 R>>",
      "<</Type/Pages/Count 1/Kids[3 0 R]>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
      streamOf("BT /F 9 Tf 20 20 Td (abcd) Tj ET"),
      "<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
      "<</Type/Font/Subtype/CIDFontType2/BaseFont/A/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor<</Type/FontDescriptor/FontName/A/Flags 4>>>>",
      streamOf(`${map}${ranges}\nendbfrange`),
    ];
    const body = objects.map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`).join("");
    const reader = await open(`%PDF-1.7\n${body}trailer <</Root 1 0 R>>\n%%EOF`);
    await expect(reader.read(1)).rejects.toMatchObject({ code: "too_complex" });
    await reader.close();
  });

  it("and another file is read after it, and beside it", async () => {
    const letter = await makePdf("2026-03-01T00:00:00Z", {}, (pdf) => pdf.text("Dear plot holders"));
    const [refused, reader] = await Promise.allSettled([
      open(OPENED["objects of one number, none of whose texts ends"]!()),
      openSecond(letter, { isKnown: true }),
    ]);
    expect(refused.status).toBe("rejected");
    if (reader.status === "rejected") throw reader.reason;
    const { glyphs } = await reader.value.read(1);
    expect(glyphs.map(({ char }) => char).join("")).toBe("Dearplotholders");
    await reader.value.close();
  });
});

it("does its work itself, whatever other copy of pdf.js the process has loaded", async () => {
  // Where each copy of pdf.js leaves the half that works, for any other to take; one without a meter would never be done.
  const setup = vi.fn();
  vi.stubGlobal("pdfjsWorker", { WorkerMessageHandler: { setup } });
  try {
    const letter = await makePdf("2026-03-01T00:00:00Z", {}, (pdf) => pdf.text("Dear plot holders"));
    const reader = await openSecond(letter, { isKnown: true });
    expect((await reader.read(1)).glyphs).toHaveLength(15);
    await reader.close();
  } finally {
    vi.unstubAllGlobals();
  }
  expect(setup).not.toHaveBeenCalled();
});

it("pdfjs.mjs is what its maker makes of the installed unpdf; if it is not: npm run gen:types", async () => {
  expect((await readFile(METERED_PDFJS, "utf8")) === (await meteredPdfjs())).toBe(true);
});
