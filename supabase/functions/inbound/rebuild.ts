import { Buffer } from "node:buffer";
import { joinedBytes } from "../_shared/bytes.ts";

/** A mail that a provider took apart. */
export type TakenApart = {
  /** Its head, in order. What says how it was put together is left out. */
  head: [name: string, value: string][];
  text?: string | undefined;
  html?: string | undefined;
  attachments: { filename: string; type?: string | undefined; contentId?: string | undefined; bytes: Uint8Array }[];
};

/** Base64 has no hyphen, so that no part holds a line that looks like these. The same content is the same mail. */
const [OUTER, INNER] = ["docket-mixed-part", "docket-alternative-part"];

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Puts a mail together again (RFC 5322, MIME), for the reader of mails. Written here, as libraries that make mails encode heads again and number
 * boundaries at random; a mail that comes twice has the same bytes here. The head is in UTF-8 (RFC 6532), which the reader reads.
 */
export function rebuiltMail({ head, text, html, attachments }: TakenApart): Uint8Array {
  const lines: string[] = [];
  for (const [name, value] of head) {
    if (!TOKEN.test(name) || /^mime-version$/i.test(name)) continue;
    const kept = /^content-type$/i.test(name) ? "X-Original-Content-Type" : name;
    if (/^content-/i.test(kept)) continue;
    lines.push(`${kept}: ${oneLine(value)}`);
  }
  lines.push("MIME-Version: 1.0", `Content-Type: multipart/mixed; boundary="${OUTER}"`, "");
  const bodies = [
    ...(text ? [part("text/plain; charset=utf-8", new TextEncoder().encode(text))] : []),
    ...(html ? [part("text/html; charset=utf-8", new TextEncoder().encode(html))] : []),
  ];
  const body =
    bodies.length > 1
      ? [
          `Content-Type: multipart/alternative; boundary="${INNER}"\r\n\r\n`,
          ...bodies.flatMap((one) => [`--${INNER}\r\n`, one]),
          `--${INNER}--\r\n`,
        ].join("")
      : bodies[0];
  const parts = [
    ...(body ? [body] : []),
    ...attachments.map(({ filename, type, contentId, bytes }) =>
      part(mediaType(type), bytes, [
        `Content-Disposition: ${contentId ? "inline" : "attachment"}; filename*=UTF-8''${percent(filename)}`,
        ...(contentId ? [`Content-ID: <${oneLine(contentId).replace(/[<>]/g, "")}>`] : []),
      ]),
    ),
  ];
  const encoder = new TextEncoder();
  return joinedBytes(
    [lines.join("\r\n"), "\r\n", ...parts.flatMap((one) => [`--${OUTER}\r\n`, one]), `--${OUTER}--\r\n`].map((piece) =>
      encoder.encode(piece),
    ),
  );
}

/** A part in Base64, in lines of 76 characters. */
function part(type: string, bytes: Uint8Array, more: string[] = []): string {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  const body = base64.replace(/.{76}/g, "$&\r\n");
  return [`Content-Type: ${type}`, ...more, "Content-Transfer-Encoding: base64", "", body, ""].join("\r\n");
}

/** A mail within a mail stays one file; what is no media type is bytes. */
function mediaType(type: string | undefined): string {
  const plain = type?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/.test(plain) &&
    !/^(?:multipart|message)\//.test(plain)
    ? plain
    : "application/octet-stream";
}

/** Characters that begin a line, or end a text, begin nothing here. */
const oneLine = (value: string): string => value.replace(/[\r\n\0]+\s*/g, " ").trim();

/** As RFC 2231 has names of files. */
const percent = (name: string): string =>
  encodeURIComponent(
    name
      .toWellFormed()
      .replace(/\p{Cc}/gu, "")
      .slice(0, 255),
  ).replace(/['()*!]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
