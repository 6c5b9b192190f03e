const [LINE_FEED, CARRIAGE_RETURN] = [10, 13];
const latin1 = new TextDecoder("latin1"); // one character a byte

/**
 * A mail without what programs put around it: empty lines before its head, and, in files of Mail on macOS (.emlx), its length before it and a
 * list of properties behind it. Lines that end with CR alone end with LF.
 */
export function unwrappedMail(file: Uint8Array): Uint8Array {
  const bytes = file.includes(LINE_FEED) ? file : file.map((byte) => (byte === CARRIAGE_RETURN ? LINE_FEED : byte));
  const beginning = latin1.decode(bytes.subarray(0, 200));
  const [before = "", length] = /^\s{0,99}(?:(\d{1,10})[ \t]{0,9}\r?\n)?/.exec(beginning) ?? [];
  const mail = bytes.subarray(before.length);
  return length ? mail.subarray(0, Number(length)) : mail;
}

/** What stands between parts: the line, and the field that the first of them begins with. */
const FIRST_PART = /(?:^|\n)--([^\s"][^\r\n"]{0,200})\r?\n(?=content-[\w-]{1,40}:)/i;
/** The same where nothing else can stand there. */
const ANY_PART = /(?:^|\n)--([^\s"][^\r\n"]{0,200})\r?\n/;
const BOUNDARY = /;\s{0,99}boundary\s{0,9}=\s{0,9}(?:"([^"]{0,200})"|([^\s;"]{1,200}))/i;
const TYPE = /^content-type:[^\r\n]{0,1000}(?:\r?\n[ \t][^\r\n]{0,1000}){0,20}/im;
/** Most characters before the first part, where the head says nothing of parts: a line for programs that do not know any. */
const MAX_PREAMBLE = 300;

/**
 * The head of a mail, and how many characters of what follows belong to it: with fields that stand behind an empty line, and with the boundary that
 * stands between its parts where it names none, another one, or says nothing of parts.
 */
export function mendedHead(head: string, body: string): { head: string; taken: number } {
  const [type] = TYPE.exec(head) ?? [];
  const strayFields = type ? null : /^\s{0,20}(?=content-type:[ \t]{0,9}multipart\/)/i.exec(body);
  if (strayFields) return { head: `${head}\r\n`, taken: strayFields[0].length };
  if (type && /^content-type:[ \t]{0,99}multipart\/[\w-]{1,40}/i.test(type)) {
    const [named, quoted, bare] = BOUNDARY.exec(type) ?? [];
    const boundary = quoted ?? bare;
    if (boundary !== undefined && isBetweenParts(boundary, body)) return { head, taken: 0 };
    if (boundary === undefined && /boundary/i.test(head)) return { head, taken: 0 };
    const used = boundaryOf(body, named ? FIRST_PART : ANY_PART);
    if (used === undefined) return { head, taken: 0 };
    const kept = named ? type.replace(named, "") : type;
    const mended = kept.replace(/multipart\/[\w-]{1,40}/i, (kind) => `${kind}; boundary="${used}"`);
    return { head: head.replace(type, () => mended), taken: 0 };
  }
  const first = FIRST_PART.exec(body);
  if (!first || !isPreamble(body.slice(0, first.index))) return { head, taken: 0 };
  const mended = `Content-Type: multipart/mixed; boundary="${first[1]!.trimEnd()}"`;
  return { head: type ? head.replace(type, () => mended) : `${head.trimEnd()}\r\n${mended}`, taken: 0 };
}

const isPreamble = (text: string): boolean =>
  text.trim() === "" || (text.length <= MAX_PREAMBLE && /\bmime\b|multi-?part/i.test(text));

const boundaryOf = (body: string, pattern: RegExp): string | undefined => pattern.exec(body)?.[1]?.trimEnd();

/** Whether a boundary stands on a line of its own, as it is. */
function isBetweenParts(boundary: string, body: string): boolean {
  const line = `--${boundary}`;
  for (let at = body.indexOf(line); at >= 0; at = body.indexOf(line, at + line.length)) {
    const isLine = at === 0 || body[at - 1] === "\n";
    if (isLine && /^(?:--)?[ \t]{0,99}(?:\r|\n|$)/.test(body.slice(at + line.length, at + line.length + 102)))
      return true;
  }
  return false;
}
