// Files that stand in the text of a mail itself: uuencode, as mail programs before MIME sent them, and yEnc.
import { Buffer } from "node:buffer";
import { expect, it } from "vitest";
import { read } from "./reading.ts";

const CONTENT = Buffer.from("Invoice 4711: the total is 912.00 EUR, due in 14 days.\n\0\x01\xff==.`", "latin1");
const sign = (value: number): string => (value === 0 ? "`" : String.fromCharCode(value + 32));

function uu(content: Uint8Array, blank = "`"): string {
  const lines: string[] = [];
  for (let from = 0; from < content.length; from += 45) {
    const piece = Buffer.alloc(Math.ceil(Math.min(45, content.length - from) / 3) * 3);
    piece.set(content.subarray(from, from + 45));
    const signs = Array.from({ length: piece.length / 3 }, (_, at) => {
      const bits = piece.readUIntBE(at * 3, 3);
      return [18, 12, 6, 0].map((shift) => sign((bits >> shift) & 63)).join("");
    });
    lines.push(sign(Math.min(45, content.length - from)) + signs.join(""));
  }
  return [...lines, "`"].join("\n").replaceAll("`", blank);
}

function yenc(content: Uint8Array): Buffer {
  const bytes: number[] = [];
  for (const byte of content) {
    const value = (byte + 42) & 0xff;
    if ([0, 10, 13, 0x3d].includes(value)) bytes.push(0x3d, (value + 64) & 0xff);
    else bytes.push(value);
    if (bytes.length === 20) bytes.push(13, 10);
  }
  return Buffer.from(bytes);
}

const HEAD = "From: a@b.example\nSubject: s\n";
async function mail(content: string | Uint8Array, head = HEAD) {
  const { pages, parts } = await read("eml", Buffer.concat([Buffer.from(`${head}\n`), Buffer.from(content)]));
  const files = await Promise.all(parts.map(async (part) => [part.filename, Buffer.from(await part.bytes())] as const));
  return { text: pages[0]!.split("\n\n").slice(1).join("\n\n"), files };
}

it.each([
  ["with grave accents", `begin 644 Rechnung März.txt\n${uu(CONTENT)}\nend`],
  ["with blanks, as once", `begin 0644 Rechnung März.txt\n${uu(CONTENT, " ")}\nend`],
  [
    "whose blanks at the ends of lines were lost",
    `begin 644 Rechnung März.txt\n${uu(CONTENT, " ").replace(/ +$/gm, "")}\nend`,
  ],
  ["in lines of Windows", `begin 644 Rechnung März.txt\n${uu(CONTENT)}\nend`.replaceAll("\n", "\r\n")],
  ["in base64", `begin-base64 644 Rechnung März.txt\n${CONTENT.toString("base64").replace(/.{60}/g, "$&\n")}\n====`],
])("are attached, and no text, uuencoded %s", async (_what, encoded) => {
  const { text, files } = await mail(`See the invoice.\n\n${encoded}\nBest, Hazel\n`);
  expect(text).toBe("See the invoice.\n\nBest, Hazel\n\nAttachment: Rechnung März.txt");
  expect(files).toEqual([["Rechnung März.txt", CONTENT]]);
});

it("are attached where they are a part of a mail that says so, and several in one text", async () => {
  const one = `begin 644 a.txt\n${uu(CONTENT)}\nend\n`;
  const { text, files } = await mail(`${one}and\n${one.replace("a.txt", "b.txt")}`);
  expect([text, files.map(([name]) => name)]).toEqual([
    "and\n\nAttachment: a.txt\nAttachment: b.txt",
    ["a.txt", "b.txt"],
  ]);
  const part = `--x\nContent-Type: text/plain\n\nSee there\n--x\nContent-Type: application/pdf; name="a.txt"\nContent-Disposition: attachment\nContent-Transfer-Encoding: x-uuencode\n\n${one}\n--x--\n`;
  const mixed = await mail(part, `${HEAD}Content-Type: multipart/mixed; boundary=x\n`);
  const named = await mail(
    part.replace("application/pdf", "text/plain"),
    `${HEAD}Content-Type: multipart/mixed; boundary=x\n`,
  );
  for (const one of [mixed, named])
    expect(one).toEqual({ text: "See there\n\nAttachment: a.txt", files: [["a.txt", CONTENT]] });
});

it("are attached as yEnc", async () => {
  const encoded = Buffer.concat([
    Buffer.from(`Hello\r\n=ybegin line=128 size=${CONTENT.length} name=scan 1.jpg\r\n`),
    yenc(CONTENT),
    Buffer.from(`\r\n=yend size=${CONTENT.length} crc32=00000000\r\nBye\r\n`),
  ]);
  const head = `${HEAD}Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: 8bit\n`;
  expect(await mail(encoded, head)).toEqual({
    text: "Hello\nBye\n\nAttachment: scan 1.jpg",
    files: [["scan 1.jpg", CONTENT]],
  });
});

it.each([
  "begin 644 the day with tea\nend it with more",
  `begin 644 a.txt\n${uu(CONTENT)}`,
  "begin 644 a.txt\nThese are words\nend",
  "=ybegin line=128 size=9 name=a\nshort\n=yend size=9",
  "=ybegin part=1 line=128 size=9 name=a\nshort\n=yend size=9",
])("stay text where they are none or not whole: %#", async (body) => {
  expect(await mail(body)).toEqual({ text: body, files: [] });
});
