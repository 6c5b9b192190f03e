import { Buffer } from "node:buffer";
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { eml, msg } from "../../testing/fixtures/mail.ts";
import { docx, odf, p, pptx, xlsx } from "../../testing/fixtures/office.ts";
import { bomb, packed } from "../../testing/fixtures/packed.ts";
import { formatOfType } from "../../supabase/functions/_shared/file-formats.ts";
import { acceptedType } from "../../supabase/functions/_shared/file-type.ts";

/** How people call it. */
const nameOf = async (bytes: Uint8Array | string, filename?: string): Promise<string> =>
  formatOfType(await acceptedType(typeof bytes === "string" ? Buffer.from(bytes) : bytes, filename))!.label;

const padded = (head: number[] | string, length = 64): Uint8Array => {
  const bytes = new Uint8Array(length);
  bytes.set(typeof head === "string" ? Buffer.from(head, "latin1") : head);
  return bytes;
};

describe("a file", () => {
  it.each<[string, Uint8Array]>([
    ["PDF", padded("%PDF-1.7")],
    ["JPEG", padded([0xff, 0xd8, 0xff, 0xe0])],
    ["WebP", padded("RIFF\x20\0\0\0WEBPVP8 ")],
    ["GIF", padded("GIF89a")],
    ["BMP", padded("BM")],
    ["TIFF", padded([0x49, 0x49, 42, 0, 8, 0, 0, 0])],
    ["TIFF", padded([0x4d, 0x4d, 0, 42, 0, 0, 0, 8])],
    ["HEIC", padded("\0\0\0\x18ftypheic\0\0\0\0mif1heic")],
    ["HEIC", padded("\0\0\0\x18ftypmif1\0\0\0\0mif1heic")],
    ["DOCX", docx(p("x"))],
    ["XLSX", xlsx({ A: "" })],
    ["PPTX", pptx([])],
    ["ODT", odf("text", "")],
    ["ODS", odf("spreadsheet", "")],
    ["RTF", Buffer.from(String.raw`{\rtf1 x}`)],
    ["MSG", msg({ subject: "x" })],
    ["ZIP", packed({ "a.txt": "x" })],
    ["ZIP", packed({})],
  ])("is %s by its bytes, whatever its name", async (name, bytes) => {
    expect(await nameOf(bytes, "invoice.txt")).toBe(name);
    expect(await nameOf(bytes)).toBe(name);
  });

  it("with something before its PDF header is a PDF, unless it is a text that speaks of one", async () => {
    expect(await nameOf(padded("\0\x01junk %PDF-1.4"))).toBe("PDF");
    expect(await nameOf("junk\n%PDF-1.4\n", "scan.pdf")).toBe("PDF");
    expect(await nameOf("A file begins with %PDF-1.4.", "note.txt")).toBe("TXT");
  });

  it.each<[what: string, file: Uint8Array | string, said: RegExp]>([
    ["Pages", packed({ "Index/Document.iwa": "x", "preview.jpg": "y" }), /Pages, Numbers or Keynote.* PDF/],
    ["XPS", packed({ "FixedDocSeq.fdseq": "x" }), /XPS document.* PDF/],
    ["Excel 2003", '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>', /Excel 2003.* XLSX/],
    ["a binary workbook", packed({ "xl/workbook.bin": "x" }), /\.xlsb.* XLSX/],
    ["7-Zip", padded([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]), /7-Zip.* ZIP/],
    ["gzip", padded([0x1f, 0x8b, 8, 0]), /gzip.* ZIP/],
  ])("of %s is refused, and it is said how to save it", async (_what, file, said) => {
    await expect(acceptedType(Buffer.from(file as Uint8Array), "a.xls")).rejects.toMatchObject({
      code: "unsupported_type",
      message: expect.stringMatching(said),
    });
  });

  it("that is a mail is one whatever stands before it, and one with parts as a text, too", async () => {
    const mail = "From: a@b.example\nDate: Tue, 17 Mar 2026 09:30:00 +0100\n";
    for (const before of ["", "\n\n", "From a@b.example Tue Mar 17 09:30:00 2026\n", "1234\n"])
      for (const name of ["a.mbox", "1.emlx", "cur.1:2,S"])
        expect(await nameOf(`${before}${mail}\nHi`, name)).toBe("EML");
    expect(await nameOf(`${mail}Content-Type: multipart/mixed; boundary=x\n\n--x\n`, "mail.txt")).toBe("EML");
    expect(await nameOf(`${mail}\nHi`, "mail.txt")).toBe("TXT");
  });

  it("that is a table of a page is one under the name of a table, too", async () => {
    const table = "<table><tr><td>Ada<td>5</table>";
    for (const name of ["export.xls", "export.csv", "export.aspx"]) {
      expect(await nameOf(table, name)).toBe("HTML");
      expect(await nameOf(`<html><body>${table}</body></html>`, name)).toBe("HTML");
    }
    expect(await nameOf(table, "note.txt")).toBe("TXT");
  });

  it("that is text has the kind that its name tells", async () => {
    const names = {
      "a.txt": "TXT",
      "a.MD": "MD",
      "a.csv": "CSV",
      "a.tsv": "CSV",
      "a.htm": "HTML",
      "a.eml": "EML",
      "a.log": "TXT",
      "a.constructor": "TXT",
      "script.sh": "TXT",
      "fake.pdf": "TXT",
      "fake.docx": "TXT",
    };
    for (const [name, kind] of Object.entries(names)) expect(await nameOf("Just a line.\n", name), name).toBe(kind);
  });

  it("that is text without a telling name has the kind that it looks like", async () => {
    expect(await nameOf("<!DOCTYPE html><html>", "page")).toBe("HTML");
    expect(await nameOf('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">', "page.xml")).toBe("HTML");
    expect(await nameOf(eml("Hello", "x"), "mail")).toBe("EML");
    // As Word saves a web page in one file
    const page = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\n';
    expect(await nameOf(page, "page.mht")).toBe("EML");
    expect(await nameOf("From: nobody\nthen a line\nSubject: x\n\n", "mail")).toBe("TXT");
    expect(await nameOf("Note: buy milk\nAlso: bread\n\n", "list")).toBe("TXT");
  });

  it.each(["utf-8", "windows-1252", "utf-16le", "utf-16be"])("is text in %s", async (charset) => {
    expect(
      await nameOf(iconv.encode("Größe: 5 £ für März", charset, { addBOM: charset.startsWith("utf-16") }), "a.txt"),
    ).toBe("TXT");
    expect(await nameOf(iconv.encode("請求書の合計金額は一万二千円です。", "shift_jis"), "a.txt")).toBe("TXT");
  });
});

describe("what is refused", () => {
  const binary = Uint8Array.from({ length: 3_000 }, (_, at) => ((at * 7919) % 255) + 1);
  it.each<[string, Uint8Array | string]>([
    ["image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"],
    ["image/svg+xml", "<?xml version='1.0'?>\n<!-- x --><!DOCTYPE svg PUBLIC 'a' 'b'>\n<svg>"],
    ["application/xml", "<?xml version='1.0'?><rss/>"],
    ["application/x-cfb", Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.from("Contents", "utf16le")])],
    ["unknown", padded("text with a NUL")],
    ["unknown", binary],
    ["application/x-elf", padded([0x7f, 0x45, 0x4c, 0x46])],
    ["video/mp4", padded("\0\0\0\x18ftypisom\0\0\0\0isom")],
  ])("is named: %s", async (type, bytes) => {
    for (const filename of ["a.txt", "a.md", "a.pdf"]) {
      await expect(nameOf(bytes, filename)).rejects.toMatchObject({
        code: "unsupported_type",
        message: expect.stringMatching(new RegExp(`${type.replace("+", "\\+")}.*PDF.*DOCX.*ZIP`)),
      });
    }
  });

  it.each([
    ["WordDocument", /Word.*DOCX or PDF/],
    ["Workbook", /Excel.*XLSX or PDF/],
    ["Book", /Excel.*XLSX or PDF/],
    ["PowerPoint Document", /PowerPoint.*PPTX or PDF/],
  ])("includes files of Office before 2007, which say what to save them as: %s", async (stream, message) => {
    const old = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.from(stream, "utf16le")]);
    await expect(acceptedType(old, "a.txt")).rejects.toMatchObject({
      code: "unsupported_type",
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ["application/vnd.oasis.opendocument.presentation", /\(\.odp\).*PPTX or PDF/],
    ["application/vnd.oasis.opendocument.graphics", /\(\.odg\).*PDF/],
    ["application/vnd.oasis.opendocument.text-template", /template.*ODT/],
    ["application/epub+zip", /EPUB.*PDF/],
  ])("includes files that can be saved otherwise, which say as what: %s", async (mimetype, message) => {
    await expect(acceptedType(packed({ mimetype, "content.xml": "<a/>" }), "a.zip")).rejects.toMatchObject({
      code: "unsupported_type",
      message: expect.stringMatching(message),
    });
  });

  it("includes office files with a password, which say so", async () => {
    const locked = Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.from("EncryptedPackage", "utf16le")]);
    await expect(acceptedType(locked, "a.docx")).rejects.toMatchObject({ code: "encrypted_file" });
  });

  it("is not unpacked to find out: a bomb in the place of the type is just a ZIP", async () => {
    expect(await nameOf(bomb(20_000_000, "[Content_Types].xml"))).toBe("ZIP");
    expect(await nameOf(bomb(20_000_000, "mimetype"))).toBe("ZIP");
  });
});
