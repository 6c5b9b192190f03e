import { Buffer } from "node:buffer";
import { type Bounds, MAX_PARTS } from "./bounds.ts";
import { decodeText } from "./charset.ts";
import { plainWords } from "./encoded-words.ts";
import { type FileText, refused, tooMany } from "./file-text.ts";
import { flowing } from "./plain.ts";
import { singleSpaced } from "./white-space.ts";

/** The line before a mail in a mailbox (mbox, RFC 4155): who sent it, and when. */
const BEFORE = /^From \S{1,320} [^\r\n]{0,100}\d{4}[^\r\n]{0,20}\r?\n(?=[!-9;-~]{1,100}:)/;
const MOST_BEFORE = 700;
const STEPS = 5;
const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];

/** The mails of a mailbox, each without the line before it. A file that is none has no such line, and is one mail. */
export function mailsOf(file: Uint8Array, bounds: Bounds): Uint8Array[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const lengthBefore = (at: number): number =>
    BEFORE.exec(bytes.toString("latin1", at, at + MOST_BEFORE))?.[0].length ?? 0;
  const first = lengthBefore(0);
  if (first === 0) return [file];
  const mails: Uint8Array[] = [];
  let from = first;
  for (let at = bytes.indexOf("\nFrom ", from); at >= 0; at = bytes.indexOf("\nFrom ", at + 1)) {
    bounds.step(STEPS);
    // An empty line stands before it.
    const isBehindEmpty =
      file[at - 1] === LINE_FEED || (file[at - 1] === CARRIAGE_RETURN && file[at - 2] === LINE_FEED);
    const length = isBehindEmpty ? lengthBefore(at + 1) : 0;
    if (length === 0) continue;
    mails.push(file.subarray(from, at));
    from = at + 1 + length;
  }
  return [...mails, file.subarray(from)];
}

/** A mailbox: its text is the list of what its mails are about, and each of them is a part. */
export async function readMailbox(mails: Uint8Array[], bounds: Bounds): Promise<FileText> {
  const subjects: string[] = [];
  for (const mail of mails.slice(0, MAX_PARTS)) subjects.push(await subjectOf(mail));
  const more = mails.length > MAX_PARTS ? [`and ${mails.length - MAX_PARTS} more`] : [];
  const parts = mails.slice(0, MAX_PARTS).map((mail, index) => ({
    position: index + 1,
    filename: `message-${index + 1}.eml`,
    bytes: async () => unquoted(mail),
  }));
  const list = [`Mailbox of ${mails.length} mails`, ...subjects, ...more].join("\n");
  const beyond = more.length > 0 ? [refused(MAX_PARTS + 1, `message-${MAX_PARTS + 1}.eml`, tooMany())] : [];
  return { pages: flowing(list, bounds), parts: [...parts, ...beyond] };
}

/** Most bytes of a head that are looked through for its subject. */
const MAX_HEAD_BYTES = 16 * 1024;

async function subjectOf(mail: Uint8Array): Promise<string> {
  const head = (await decodeText(mail.subarray(0, MAX_HEAD_BYTES))).split("\n\n", 1)[0]!;
  const subject = /^subject:([^\n]{0,1000}(?:\n[ \t][^\n]{0,1000}){0,20})/im.exec(head)?.[1] ?? "";
  return singleSpaced(await plainWords(subject)).trim() || "(no subject)";
}

/** A mail with the lines that begin with "From " as they were: in a mailbox they have a sign before them. */
function unquoted(mail: Uint8Array): Uint8Array {
  const text = new TextDecoder("latin1").decode(mail); // one character a byte
  const lines = text.replace(/^>(>*From )/gm, "$1").replace(/\r?\n$/, "");
  const restored = `${lines}\n`;
  return Uint8Array.from(restored, (character) => character.charCodeAt(0));
}
