import { type Bounds, MAX_PARTS } from "./bounds.ts";
import { decodeText } from "./charset.ts";
import type { MarkedLine } from "./file-text.ts";
import { declaredCharset } from "./html.ts";
import { linesOfPages, plainLines, richerLines } from "./mail.ts";
import { readRtf } from "./rtf.ts";
import { decompressedRtf } from "./rtf-compression.ts";
import { withLineFeeds, without } from "./white-space.ts";

/** What a winmail.dat holds: the text of its mail, and the files that were attached to it. */
export type Tnef = {
  body: readonly MarkedLine[];
  attachments: { filename: string; bytes: Uint8Array }[];
  /** As far as it says; a mail around it has its own. */
  head: { from: string; to: string; cc: string; date: string | undefined; subject: string | undefined };
};

const SIGNATURE = 0x223e9f78;
/** [MS-OXTNEF] 2.1.3.2: attributes, with the type of their value in the upper half. */
const ATTRIBUTES = {
  subject: 0x18004,
  body: 0x2800c,
  properties: 0x69003,
  newAttachment: 0x69002,
  title: 0x18010,
  data: 0x6800f,
  attachment: 0x69005,
};
/** [MS-OXPROPS]: properties by their number. */
const PROPERTIES = {
  subject: 0x0037,
  sent: 0x0039,
  senderName: 0x0c1a,
  senderAddress: 0x0c1f,
  senderSmtp: 0x5d01,
  to: 0x0e04,
  cc: 0x0e03,
  body: 0x1000,
  rtf: 0x1009,
  html: 0x1013,
  longName: 0x3707,
  name: 0x3704,
  displayName: 0x3001,
  data: 0x3701,
};
/** Bytes of values of a fixed size, by type; the others begin with how many bytes they have. */
const FIXED: Record<number, number> = { 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16 };
const VARIABLE = new Set([0x0d, 0x1e, 0x1f, 0x102]);
const UNICODE = 0x1f;
const OBJECT = 0x0d;
const TIME = 0x40;
const MULTIPLE = 0x1000;
const INTERFACE_BYTES = 16;
/** Mails within mails that are opened. */
const MAX_DEPTH = 3;

export const isTnef = (bytes: Uint8Array): boolean =>
  bytes.length > 6 && new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true) === SIGNATURE;

/** Opens what Outlook packs a mail into for others of its kind ([MS-OXTNEF]). What is cut off or damaged ends the reading, not the mail. */
export async function openTnef(bytes: Uint8Array, bounds: Bounds, depth = MAX_DEPTH): Promise<Tnef> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const opened: Tnef = {
    body: [],
    attachments: [],
    head: { from: "", to: "", cc: "", date: undefined, subject: undefined },
  };
  let attachment: { title?: string; data?: Uint8Array; properties?: Properties } | undefined;
  const close = async (): Promise<void> => {
    if (!attachment || opened.attachments.length > MAX_PARTS) return;
    const { title, data, properties } = attachment;
    const filename =
      textIn(properties, "longName") || title || textIn(properties, "name") || textIn(properties, "displayName");
    const inner = properties?.get(PROPERTIES.data);
    const message = inner?.type === OBJECT ? inner.bytes.subarray(INTERFACE_BYTES) : undefined;
    if (message && isTnef(message) && depth > 0) {
      const mail = await openTnef(message, bounds, depth - 1);
      if (mail.body.length > 0)
        opened.attachments.push({
          filename: `${filename || "message"}.txt`,
          bytes: new TextEncoder().encode(mail.body.map(({ text }) => text).join("\n")),
        });
      opened.attachments.push(...mail.attachments);
    } else if (data ?? inner)
      opened.attachments.push({
        filename: filename || `attachment-${opened.attachments.length + 1}`,
        bytes: data ?? inner!.bytes,
      });
  };
  for (let at = 6; at + 9 <= bytes.length; ) {
    bounds.step(10);
    const attribute = view.getUint32(at + 1, true);
    const length = view.getUint32(at + 5, true);
    const value = bytes.subarray(at + 9, at + 9 + length);
    at += 9 + length + 2;
    if (attribute === ATTRIBUTES.body && opened.body.length === 0) {
      bounds.mailText(value.length);
      opened.body = typed(await decodeText(value), bounds);
    } else if (attribute === ATTRIBUTES.subject)
      opened.head.subject ||= (await decodeText(value)).replaceAll("\0", "").trim();
    else if (attribute === ATTRIBUTES.properties) {
      const properties = propertiesOf(value, bounds);
      const body = await bodyIn(properties, bounds);
      if (body.length > 0) opened.body = body;
      opened.head = headIn(properties, opened.head);
    } else if (attribute === ATTRIBUTES.newAttachment) {
      await close();
      attachment = {};
    } else if (attachment && attribute === ATTRIBUTES.title)
      attachment.title = (await decodeText(value)).replaceAll("\0", "");
    else if (attachment && attribute === ATTRIBUTES.data) attachment.data = value;
    else if (attachment && attribute === ATTRIBUTES.attachment) attachment.properties = propertiesOf(value, bounds);
  }
  await close();
  return opened;
}

type Properties = Map<number, { type: number; bytes: Uint8Array }>;

/** The properties of a mail or an attachment, the first value of each. */
function propertiesOf(bytes: Uint8Array, bounds: Bounds): Properties {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const properties: Properties = new Map();
  let at = 4;
  const number = (): number => {
    const value = view.getUint32(at, true);
    at += 4;
    return value;
  };
  const padded = (length: number): number => (length + 3) & ~3;
  try {
    for (let left = view.getUint32(0, true); left > 0; left -= 1) {
      bounds.step(4);
      const type = view.getUint16(at, true);
      const id = view.getUint16(at + 2, true);
      at += 4;
      if (id >= 0x8000) {
        at += INTERFACE_BYTES;
        if (number() === 0) at += 4;
        else at += padded(number());
      }
      const single = type & ~MULTIPLE;
      const isVariable = VARIABLE.has(single);
      for (let values = isVariable || type & MULTIPLE ? number() : 1; values > 0; values -= 1) {
        bounds.step();
        const length = isVariable ? number() : FIXED[single];
        if (length === undefined || at + length > bytes.length) return properties;
        if (!properties.has(id)) properties.set(id, { type: single, bytes: bytes.subarray(at, at + length) });
        at += padded(length);
      }
    }
  } catch (thrown) {
    // Cut off in the middle of a number.
    if (!(thrown instanceof RangeError)) throw thrown;
  }
  return properties;
}

function textIn(properties: Properties | undefined, name: keyof typeof PROPERTIES): string {
  const found = properties?.get(PROPERTIES[name]);
  if (!found) return "";
  return without(new TextDecoder(found.type === UNICODE ? "utf-16le" : "windows-1252").decode(found.bytes), "\0");
}

function headIn(properties: Properties, before: Tnef["head"]): Tnef["head"] {
  const name = textIn(properties, "senderName");
  const address = textIn(properties, "senderSmtp") || textIn(properties, "senderAddress");
  // Addresses within Exchange are none that people write to.
  const isAddress = address.includes("@") && address !== name;
  return {
    from: (name && isAddress ? `${name} <${address}>` : name || address) || before.from,
    to: textIn(properties, "to") || before.to,
    cc: textIn(properties, "cc") || before.cc,
    date: timeIn(properties.get(PROPERTIES.sent)) ?? before.date,
    subject: textIn(properties, "subject") || before.subject,
  };
}

/** A time in 100 nanoseconds since 1601. */
function timeIn(value: { type: number; bytes: Uint8Array } | undefined): string | undefined {
  if (value?.type !== TIME || value.bytes.length < 8) return undefined;
  const ticks = new DataView(value.bytes.buffer, value.bytes.byteOffset, 8).getBigUint64(0, true);
  const date = new Date(Number(ticks / 10_000n - 11_644_473_600_000n));
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** The text of the mail: what its HTML shows, or its plain text where that says more; else what its RTF shows. */
async function bodyIn(properties: Properties, bounds: Bounds): Promise<readonly MarkedLine[]> {
  for (const form of [PROPERTIES.body, PROPERTIES.html]) bounds.mailText(properties.get(form)?.bytes.length ?? 0);
  const body = properties.get(PROPERTIES.body);
  const plain = body && body.type !== UNICODE ? await decodeText(body.bytes) : textIn(properties, "body");
  const html = properties.get(PROPERTIES.html)?.bytes;
  if (html) return richerLines(plain, await decodeText(html, declaredCharset(html)), bounds);
  if (plain.trim()) return typed(plain, bounds);
  const rtf = properties.get(PROPERTIES.rtf)?.bytes;
  return rtf ? linesOfPages(await readRtf(decompressedRtf(rtf, bounds), bounds)) : [];
}

/** Plain text as it is kept, with a NUL at its end. */
function typed(text: string, bounds: Bounds): readonly MarkedLine[] {
  const clean = withLineFeeds(without(text, "\0")).trim();
  return clean === "" ? [] : plainLines(clean, bounds);
}
