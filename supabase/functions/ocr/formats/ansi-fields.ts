import { Buffer } from "node:buffer";
import type { FieldsData } from "@kenjiuno/msgreader";
import { decodeText } from "./charset.ts";

/** Ends of the names of streams that have texts (MS-OXMSG, 2.2.2): in a code page of Windows, and in UTF-16. */
const [ANSI, UNICODE] = ["001E", "001F"];
/** The texts that every mail has some of: its subject, its sender, its body, and a recipient's name. */
const TEXTS = ["0037", "0C1A", "1000", "3001"];
/** What stands between texts that are decoded together. */
const BETWEEN = "\n\t|-|\t\n";

/**
 * Decodes the texts of a mail that was saved without Unicode, which the library takes for Latin-1, all of them together: one alone may be too short
 * to tell what it is in, and what the mail says of that may be wrong.
 */
export async function decodeAnsiTexts(file: Uint8Array, mail: FieldsData): Promise<void> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const has = (kind: string): boolean => TEXTS.some((tag) => bytes.includes(Buffer.from(`_${tag}${kind}`, "utf16le")));
  if (!has(ANSI) || has(UNICODE)) return;
  const texts = [mail, ...(mail.recipients ?? []), ...(mail.attachments ?? [])].flatMap((fields) =>
    Object.entries(fields).flatMap(([key, value]) => (typeof value === "string" ? [{ fields, key, value }] : [])),
  );
  const all = texts.map(({ value }) => value).join(BETWEEN);
  const read = await decodeText(
    Uint8Array.from(all, (character) => character.charCodeAt(0)),
    charsetOf(mail),
  );
  const decoded = read.split(BETWEEN);
  if (decoded.length !== texts.length) return;
  for (const [at, { fields, key }] of texts.entries()) Object.assign(fields, { [key]: decoded[at] });
}

const CHARSETS: Record<number, string> = {
  932: "shift_jis",
  936: "gbk",
  949: "euc-kr",
  950: "big5",
  874: "windows-874",
  20866: "koi8-r",
  21866: "koi8-u",
  51932: "euc-jp",
  54936: "gb18030",
  65001: "utf-8",
};

/** The charset that a mail says it is in, by the number of its code page. */
function charsetOf({ messageCodepage, internetCodepage }: FieldsData): string | undefined {
  const page = messageCodepage ?? internetCodepage;
  if (page === undefined) return undefined;
  if (page >= 1250 && page <= 1258) return `windows-${page}`;
  return page > 28_590 && page <= 28_605 ? `iso-8859-${page - 28_590}` : CHARSETS[page];
}
