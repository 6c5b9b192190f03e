import { Buffer } from "node:buffer";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { bomb, packed } from "../../../testing/fixtures/packed.ts";
import { Bounds } from "../../../supabase/functions/ocr/formats/bounds.ts";
import { countTiffImages } from "../../../supabase/functions/ocr/formats/tiff.ts";
import { read } from "./reading.ts";

describe("a ZIP archive", () => {
  it("is the list of its members, which are parts; what systems put beside them is left out", async () => {
    const { pages, parts } = await read(
      "zip",
      packed({
        "letters/März.txt": "Hello",
        "letters/": new Uint8Array(0),
        "__MACOSX/letters/._März.txt": "x",
        ".DS_Store": "x",
        "b.txt": "There",
      }),
    );
    expect(pages).toEqual(["Archive of 2 files\nletters/März.txt  5 bytes\nb.txt  5 bytes"]);
    expect(
      await Promise.all(parts.map(async (part) => [part.filename, Buffer.from(await part.bytes()).toString()])),
    ).toEqual([
      ["letters/März.txt", "Hello"],
      ["b.txt", "There"],
    ]);
  });

  it("with more members than become documents says so of the first that does not", async () => {
    const { parts } = await read(
      "zip",
      packed(Object.fromEntries(Array.from({ length: 210 }, (_, at) => [`${at}.txt`, `${at}`]))),
    );
    expect(parts).toHaveLength(201);
    await expect(parts[200]!.bytes()).rejects.toMatchObject({ code: "too_many_parts" });
  });

  it.each([
    ["cp437", ["täglich.txt", "Übersicht Müller.pdf", "café.pdf"]],
    ["cp437", ["Größe.txt"]],
    ["cp850", ["São Paulo – recibo.pdf".replace("–", "-"), "Ação.txt"]],
    ["windows-1252", ["Rechnung März.pdf", "Größe.pdf", "naïve.txt"]],
    ["cp866", ["Счёт на оплату.pdf", "Договор аренды.docx"]],
    ["windows-1251", ["Счёт на оплату.pdf", "Договор аренды.docx"]],
    ["koi8-r", ["Счёт на оплату.pdf", "Договор аренды.docx"]],
    ["shift_jis", ["請求書_三月.pdf", "見積書.xlsx", "契約のお知らせ.txt"]],
    ["gbk", ["二月发票.pdf", "合同附件.docx", "工资表.xlsx"]],
    ["euc-kr", ["계약서.pdf", "영수증 삼월.pdf"]],
    ["big5", ["發票三月.pdf", "合約附件.docx"]],
    ["euc-jp", ["請求書_三月.pdf", "見積書.xlsx"]],
    ["shift_jis", ["メモ.txt"]],
    ["cp737", ["Τιμολόγιο Μαρτίου.pdf", "Σύμβαση.docx"]],
    ["windows-1253", ["Απόδειξη πληρωμής.pdf"]],
    ["iso-8859-7", ["Τιμολόγιο.pdf"]],
    ["cp862", ["חשבונית מרץ.pdf", "חוזה.docx"]],
    ["windows-1255", ["קבלה.pdf"]],
    ["cp720", ["فاتورة مارس.pdf", "عقد.docx"]],
    ["windows-1256", ["إيصال.pdf"]],
    ["iso-8859-6", ["فاتورة مارس.pdf"]],
    ["windows-874", ["ใบแจ้งหนี้ มีนาคม.pdf", "สัญญา.docx"]],
    ["cp857", ["Fatura Şubat.pdf", "Sözleşme çıktısı.docx"]],
    ["windows-1254", ["Sözleşme çıktısı.docx", "ığdır.txt"]],
    ["cp775", ["Sąskaita faktūra.pdf", "Rēķins.pdf", "šķēres.txt"]],
    ["windows-1257", ["Sąskaita faktūra.pdf", "Rēķins.pdf", "žįūų.txt"]],
    ["cp852", ["Faktura styczeń.pdf", "Umowa najmu łódź.docx"]],
    ["windows-1250", ["smlouva říjen.pdf", "účtenka.pdf", "přílohy.zip"]],
    ["koi8-u", ["Рахунок за березень.pdf", "Акт виконаних робіт їжак.pdf"]],
    ["cp855", ["Фактура март.pdf"]],
    ["cp437", ["Årsregnskab.pdf"]],
    ["cp865", ["Bilag på køb.pdf"]],
    ["macintosh", ["Größe März.pdf"]],
    ["utf-8", ["請求書.pdf", "Größe.pdf"]],
  ])("with names in %s, without saying so, has them as they were: %j", async (charset, names) => {
    const encoded = names.map((name) => iconv.encode(name, charset));
    // Names of the same length in ASCII take the place of those that the library would write as UTF-8.
    const standIns = encoded.map((name, at) => `${at}`.padEnd(name.length, "_"));
    const bytes = Buffer.from(packed(Object.fromEntries(standIns.map((name) => [name, "x"]))));
    encoded.forEach((name, at) => {
      for (let from = bytes.indexOf(standIns[at]!); from >= 0; from = bytes.indexOf(standIns[at]!, from + 1))
        name.copy(bytes, from);
    });
    const { parts } = await read("zip", bytes);
    expect(parts.map(({ filename }) => filename)).toEqual(names);
  });

  it("of no files has no parts", async () => {
    expect(await read("zip", packed({}))).toEqual({ pages: ["Archive of 0 files"], parts: [] });
  });

  it("whose members claim more than is ever unpacked is refused before any is", async () => {
    const claims = rewritten(packed({ "a.txt": "a", "b.txt": "b" }), 60 * 1024 * 1024);
    await expect(read("zip", claims)).rejects.toMatchObject({
      code: "unpacked_too_large",
      message: expect.stringContaining("120 MiB"),
    });
  });

  it("has a bomb among its members refused, and the others kept", async () => {
    const { parts } = await read(
      "zip",
      packed({ "bomb.zip": bomb(1000), "note.txt": "Hello", "spaces.txt": new Uint8Array(3_000_000).fill(32) }),
    );
    await expect(parts[2]!.bytes()).rejects.toMatchObject({ code: "unpacked_too_large" });
    await expect(parts[1]!.bytes()).resolves.toEqual(new Uint8Array(Buffer.from("Hello")));
  });

  it("has a member that is larger than it claims, damaged, encrypted or another's refused, and is never unpacked beyond the claim", async () => {
    const lying = await read("zip", rewritten(bomb(10_000_000), 1000));
    await expect(lying.parts[0]!.bytes()).rejects.toMatchObject({ code: "broken_file" });

    const bytes = packed({ "a.txt": "some text of a member that is damaged below" });
    bytes[45] = bytes[45]! ^ 0xff;
    await expect((await read("zip", bytes)).parts[0]!.bytes()).rejects.toMatchObject({ code: "broken_file" });

    const overlapping = Buffer.from(packed({ "a.txt": "a", "b.txt": "b" }));
    const second = overlapping.lastIndexOf("PK\x01\x02", undefined, "latin1");
    overlapping.writeUInt32LE(0, second + 42);
    const twins = (await read("zip", new Uint8Array(overlapping))).parts;
    await expect(twins[0]!.bytes()).resolves.toHaveLength(1);
    await expect(twins[1]!.bytes()).rejects.toMatchObject({ code: "broken_file" });

    const locked = packed({ "a.txt": "a" });
    locked[6] = locked[6]! | 1;
    const central = Buffer.from(locked.buffer, locked.byteOffset, locked.byteLength).indexOf("PK\x01\x02", 0, "latin1");
    locked[central + 8] = locked[central + 8]! | 1;
    await expect((await read("zip", locked)).parts[0]!.bytes()).rejects.toMatchObject({ code: "encrypted_file" });
  });
});

describe("a TIFF", () => {
  /** A little-endian TIFF of directories without entries, each at the next of the given offsets. */
  function tiff(...offsets: number[]): Uint8Array {
    const bytes = new DataView(new ArrayBuffer(400));
    bytes.setUint16(0, 0x4949);
    bytes.setUint16(2, 42, true);
    bytes.setUint32(4, offsets[0]!, true);
    for (const [at, next] of offsets.slice(1).entries()) bytes.setUint32(offsets[at]! + 2, next, true);
    return new Uint8Array(bytes.buffer);
  }

  it("has a page for each image of its chain, however that ends", () => {
    expect(countTiffImages(tiff(8, 100, 200), new Bounds())).toBe(3);
    expect(countTiffImages(tiff(8, 100, 8), new Bounds())).toBe(2);
    expect(countTiffImages(tiff(8, 100_000), new Bounds())).toBe(1);
    expect(() => countTiffImages(tiff(100_000), new Bounds())).toThrow(
      expect.objectContaining({ code: "broken_file" }),
    );
    expect(() => countTiffImages(new Uint8Array(3), new Bounds())).toThrow(
      expect.objectContaining({ code: "broken_file" }),
    );
  });
});

/** The archive with another unpacked size claimed for each member, in both places where it stands. */
function rewritten(archive: Uint8Array, size: number): Uint8Array {
  const bytes = Buffer.from(archive);
  for (const [signature, offset] of [
    ["PK\x03\x04", 22],
    ["PK\x01\x02", 24],
  ] as const) {
    for (let at = bytes.indexOf(signature, 0, "latin1"); at >= 0; at = bytes.indexOf(signature, at + 4, "latin1"))
      bytes.writeUInt32LE(size, at + offset);
  }
  return new Uint8Array(bytes);
}
