// Mails name what is attached in whatever their program writes.
import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { read } from "./reading.ts";

const base64 = (text: string, charset = "utf-8"): string => iconv.encode(text, charset).toString("base64");
const percent = (text: string, charset = "utf-8"): string =>
  Array.from(iconv.encode(text, charset), (byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`).join("");
const quoted = (text: string, charset: string): string => percent(text, charset).replaceAll("%", "=");

/** The names of the parts of a mail with an attachment for each of these heads. */
async function namesOf(...heads: (string | Buffer)[]): Promise<string[]> {
  const parts = heads.flatMap((head) => [
    Buffer.from("--b1\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"),
    Buffer.from(head),
    Buffer.from("\r\n\r\nSGVsbG8=\r\n"),
  ]);
  const mail = Buffer.concat([
    Buffer.from(
      'From: a@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b1"\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\nHello\r\n',
    ),
    ...parts,
    Buffer.from("--b1--\r\n"),
  ]);
  return (await read("eml", mail)).parts.map(({ filename }) => filename);
}

const disposition = (rest: string): string => `Content-Disposition: attachment; ${rest}`;
const raw = (name: string, charset: string): Buffer =>
  Buffer.concat([
    Buffer.from('Content-Disposition: attachment; filename="'),
    iconv.encode(name, charset),
    Buffer.from('"'),
  ]);

describe("the name of an attachment", () => {
  it.each([
    ["as RFC 2231 has it", `filename*=UTF-8''${percent("Rechnung März.pdf")}`, "Rechnung März.pdf"],
    [
      "in parts",
      `filename*0*=utf-8''${percent("Rechnung ")};\r\n filename*1*=${percent("März")};\r\n filename*2=".pdf"`,
      "Rechnung März.pdf",
    ],
    [
      "in parts that come in another order",
      `filename*1*=${percent("書.pdf")}; filename*0*=utf-8''${percent("請求")}`,
      "請求書.pdf",
    ],
    [
      "in parts that cut a character in two",
      `filename*0*=utf-8''%E8%AB%8B%E6; filename*1*=%B1%82%E6%9B%B8.pdf`,
      "請求書.pdf",
    ],
    ["in quotes", `filename*="UTF-8''${percent("Größe.pdf")}"`, "Größe.pdf"],
    ["without a charset", `filename*=${percent("Größe.pdf")}`, "Größe.pdf"],
    [
      "in another charset than it says",
      `filename*=UTF-8''${percent("見積書と請求書.pdf", "shift_jis")}`,
      "見積書と請求書.pdf",
    ],
    ["in a charset of its own", `filename*=iso-2022-jp''${percent("請求書", "euc-jp")}`, "請求書"],
    ["of percent signs without a star", `filename="${percent("請求書")}.pdf"`, "請求書.pdf"],
    ["with a percent sign", `filename="100%25 sure.pdf"`, "100%25 sure.pdf"],
    ["in an encoded word", `filename="=?utf-8?B?${base64("Größe.pdf")}?="`, "Größe.pdf"],
    ["in an encoded word without quotes", `filename==?utf-8?B?${base64("Größe.pdf")}?=`, "Größe.pdf"],
    [
      "in words that cut a character in two",
      `filename="=?utf-8?B?6KuL5g==?=\r\n =?utf-8?B?sYLmm7gucGRm?="`,
      "請求書.pdf",
    ],
    [
      "in a word of another charset than it says",
      `filename="=?utf-8?Q?${quoted("Счёт на оплату", "windows-1251")}?=.pdf"`,
      "Счёт на оплату.pdf",
    ],
    ["in a word with blanks", `filename="=?utf-8?Q?Gr=C3=B6=C3=9Fe der Halle.pdf?="`, "Größe der Halle.pdf"],
    ["in a word within RFC 2231", `filename*="=?utf-8?B?${base64("Größe.pdf")}?="`, "Größe.pdf"],
    ["twice, the plain one first", `filename="Groesse.pdf"; filename*=utf-8''${percent("Größe.pdf")}`, "Größe.pdf"],
    ["with quotes of its own", `filename="a \\"b\\" =?utf-8?B?${base64("ü")}?=.pdf"`, 'a "b" ü.pdf'],
    ["of ASCII", `filename="plain.pdf"`, "plain.pdf"],
  ])("%s", async (_, head, name) => {
    expect(await namesOf(disposition(head))).toEqual([name]);
    expect(await namesOf(disposition(head.replaceAll("filename", "name")))).toEqual([expect.any(String)]);
  });

  it("of the type alone", async () => {
    expect(await namesOf(`Content-Type: application/pdf; name="=?utf-8?B?${base64("Größe.pdf")}?="`)).toEqual([
      "attachment-1",
    ]);
  });

  it.each([
    ["shift_jis", ["請求書_表紙.pdf", "ソフト一覧.xlsx"]],
    ["gbk", ["合同附件.docx", "二月发票.pdf"]],
    ["euc-kr", ["계약서.pdf"]],
    ["windows-1251", ["Счёт на оплату.pdf", "Акт.pdf"]],
    ["koi8-r", ["Договор аренды.docx"]],
    ["windows-1252", ["Rechnung März.pdf"]],
    ["windows-1250", ["smlouva říjen.pdf", "účtenka.pdf", "přílohy.zip"]],
    ["windows-1253", ["Απόδειξη πληρωμής.pdf"]],
    ["windows-1256", ["فاتورة مارس.pdf", "عقد.docx"]],
    ["utf-8", ["Größe.pdf", "請求書.pdf"]],
  ])("in raw bytes of %s", async (charset, names) => {
    expect(await namesOf(...names.map((name) => raw(name, charset)))).toEqual(names);
  });

  it.each([
    ["with semicolons that nobody put in quotes", "filename=Rechnung; Nr 5.pdf; size=12", "Rechnung; Nr 5.pdf"],
    ["with quotes of its own", 'filename="Rechnung "Nr 5".pdf"; size=12', 'Rechnung "Nr 5".pdf'],
    ["in single quotes", "filename='Rechnung 5.pdf'", "Rechnung 5.pdf"],
    ["with a path of Windows", String.raw`filename="C:\Users\new\Rechnung.pdf"`, String.raw`C:\Users\new\Rechnung.pdf`],
    ["on a line that does not go on", '\r\nfilename="a.pdf"', "a.pdf"],
    [
      "in a word that has no end",
      'filename="=?UTF-8?Q?M=C3=BCller_und?= =?UTF-8?Q?_S=C3=B6hne.pdf"',
      "Müller und Söhne.pdf",
    ],
    ["in quoted-printable alone", 'filename="M=C3=BCller.pdf"', "Müller.pdf"],
  ])("%s", async (_what, rest, name) => {
    expect(await namesOf(disposition(rest))).toEqual([name]);
  });

  it.each([
    ["behind a type without a semicolon", 'Content-Type: application/pdf name="a.pdf"', "a.pdf"],
    ["behind a type and a comma", 'Content-Type: application/pdf, name="a.pdf"', "a.pdf"],
    [
      "that only its description has",
      "Content-Type: application/pdf\r\nContent-Description: Rechnung 5.pdf",
      "Rechnung 5.pdf",
    ],
    [
      "that only its place has",
      "Content-Type: application/pdf\r\nContent-Location: files/Rechnung5.pdf",
      "Rechnung5.pdf",
    ],
    [
      "where its description is none",
      "Content-Type: application/pdf\r\nContent-Description: See p. 5",
      "attachment-1.pdf",
    ],
  ])("%s", async (_what, head, name) => {
    const mail = `From: a@b.example\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${head}\r\n\r\n%PDF-1.4\r\n--b--\r\n`;
    expect((await read("eml", mail)).parts.map(({ filename }) => filename)).toEqual([name]);
  });

  it("changes no byte of a mail that is attached", async () => {
    const inner = `From: b@example.org\r\nSubject: y\r\nContent-Type: multipart/mixed; boundary=b2\r\n\r\n--b2\r\n${disposition(`filename*=utf-8''${percent("ü.pdf")}`)}\r\n\r\nx\r\n--b2--`;
    const mail = `From: a@example.org\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\nContent-Type: message/rfc822\r\n${disposition(`filename*=utf-8''${percent("ö.eml")}`)}\r\n\r\n${inner}\r\n--b1--\r\n`;
    const { parts } = await read("eml", mail);
    expect(parts.map(({ filename }) => filename)).toEqual(["ö.eml"]);
    expect(
      Buffer.from(await parts[0]!.bytes())
        .toString()
        .trimEnd(),
    ).toBe(inner.replaceAll("\r\n", "\n"));
  });
});
