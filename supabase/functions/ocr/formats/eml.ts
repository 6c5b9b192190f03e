import type PostalMime from "postal-mime";
import type { Email, PostalMimeOptions } from "postal-mime";
import { joinedBytes } from "../../_shared/bytes.ts";
import { PipelineError } from "../../_shared/errors.ts";
import { extensionOf, FORMATS } from "../../_shared/file-formats.ts";
import { Bounds, LINE_STEPS, INLINE_PICTURE_BYTES } from "./bounds.ts";
import { calendarText } from "./calendar.ts";
import { withWholeCharacters } from "./content-lines.ts";
import { decodeText } from "./charset.ts";
import type { FileText, MarkedLine } from "./file-text.ts";
import { type EncodedFile, encodedFiles } from "./encoded-in-text.ts";
import { withReadableWords } from "./encoded-words.ts";
import { unflowed } from "./flowed-text.ts";
import { GatheredBytes } from "./gathered-bytes.ts";
import { mailsOf, readMailbox } from "./mailbox.ts";
import { declaredCharset } from "./html.ts";
import { mendedHead, unwrappedMail } from "./mended-mail.ts";
import { type Mail, mailText, plainLines, trimmedLines } from "./mail.ts";
import { bodyOf } from "./mail-body.ts";
import { isArmored, PGP_ENCRYPTED, withoutArmor } from "./pgp-armor.ts";
import { withReadableNames } from "./part-names.ts";
import { isMime, signedContent } from "./smime.ts";
import { isTnef, openTnef } from "./tnef.ts";
import { isUtf8Text, unsaidBase64 } from "./unsaid-base64.ts";

/** Most bytes of the head of a mail, or of a part: a few thousand addresses. */
const MAX_HEAD_BYTES = 256 * 1024;

/** What the library takes for a line that may begin a part. */
const PART_STEPS = 100;
const [LINE_FEED, HYPHEN] = [10, 45];

/** Takes the steps of reading a mail before it is read: the library goes through it line by line, without a pause. */
function countLines(bytes: Uint8Array, bounds: Bounds): void {
  for (let at = 0; at >= 0 && at < bytes.length; at = bytes.indexOf(LINE_FEED, at) + 1 || -1)
    bounds.step(bytes[at] === HYPHEN && bytes[at + 1] === HYPHEN ? PART_STEPS : LINE_STEPS);
}

/** A mail as it was sent (RFC 5322, MIME). A mail that was forwarded as a file is an attachment, not a part of the text. */
export async function readEml(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  const box = mailsOf(bytes, bounds);
  if (box.length > 1) return await readMailbox(box, bounds);
  const mail = await parsed(bytes, bounds);
  const from = mail.from ?? mail.sender;
  const read: Mail = {
    from: from ? person(from) : "",
    to: (mail.to ?? []).map(person),
    cc: (mail.cc ?? []).map(person),
    bcc: (mail.bcc ?? []).map(person),
    date: mail.date ?? carriedOn(mail),
    subject: mail.subject,
    ...(isEmpty(mail) ? { body: await rawBody(bytes, bounds), attachments: [] } : await contentOf(mail, bounds)),
  };
  return mailText(read, bounds);
}

/** When the first of those who carried a mail got it. */
function carriedOn({ headers }: Email): string | undefined {
  const first = headers.findLast(({ key }) => key === "received")?.value;
  const time = first === undefined ? Number.NaN : Date.parse(first.slice(first.lastIndexOf(";") + 1).trim());
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** Whether the library found nothing behind the head. */
const isEmpty = ({ text = "", html = "", attachments }: Email): boolean =>
  text.trim() === "" && html.trim() === "" && attachments.length === 0;

/** What stands behind the head, as it is: better than nothing. */
async function rawBody(bytes: Uint8Array, bounds: Bounds): Promise<MarkedLine[]> {
  const text = await decodeText(bytes);
  const end = text.indexOf("\n\n");
  return end < 0 ? [] : plainLines(text.slice(end).trim(), bounds);
}

async function parsed(bytes: Uint8Array, bounds: Bounds): Promise<Email> {
  countLines(bytes, bounds);
  const Parser = await parserOfAnyCharset();
  const parser = new Parser({ forceRfc822Attachments: true, maxNestingDepth: 50, maxHeadersSize: MAX_HEAD_BYTES });
  parser.bounds = bounds;
  const readable = await withReadableNames(await withReadableHead(unwrappedMail(bytes)), bounds);
  const mail = await parser.parse(readable).catch((cause: unknown) => {
    throw cause instanceof PipelineError
      ? cause
      : new PipelineError("broken_file", "The mail is damaged and cannot be read. Upload a working copy.", { cause });
  });
  for (const { filename, bytes: content } of parser.files)
    mail.attachments.push({ ...OF_A_TEXT, filename, content: content.slice().buffer });
  return mail;
}

/** A file that stood in the text itself says nothing of its type. */
const OF_A_TEXT = { mimeType: "application/octet-stream", disposition: "attachment" as const };

/** Wrappers within each other that are opened: a mail that was signed twice, and the like. */
const MAX_WRAPPERS = 5;
/** A signature belongs to its mail; it is no document. */
const SIGNATURES = new Set([
  "application/pkcs7-signature",
  "application/x-pkcs7-signature",
  "application/pgp-signature",
]);
const SIGNATURE_FILES = /\.p7s$|^signature\.asc$/i;
/** Other forms of a text that is there, and what dresses it; no files that anybody attached. */
const OTHER_FORMS = new Set(["text/x-amp-html", "text/css", "text/javascript", "application/javascript"]);
/** What a mail says in parts of its own: why it came back. */
const TEXTS = new Set([
  ...["delivery-status", "disposition-notification", "headers"].flatMap((kind) => [
    `message/${kind}`,
    `message/global-${kind}`,
  ]),
  "message/feedback-report",
]);
const MAILS = new Set(["message/rfc822", "message/global", "message/partial"]);
/** Texts that are files all the same, where they stand in a mail without a name; all others are what it says, such as Markdown, or what its head was. */
const TEXT_FILES = /^text\/(?:calendar|x-calendar|vcard|x-vcard|directory|rtf|csv|tab-separated-values|xml|html)$/;
const PACKED = new Set(["application/pkcs7-mime", "application/x-pkcs7-mime"]);
const CALENDARS = new Set(["text/calendar", "application/ics"]);
const ENCRYPTED = "The mail is encrypted (S/MIME), and its content cannot be read. Upload a decrypted copy.";
/** Ends of names of parts that have none, beside those of the formats. */
const ENDINGS: Record<string, string> = {
  "text/calendar": ".ics",
  "application/ics": ".ics",
  "text/vcard": ".vcf",
  "text/x-vcard": ".vcf",
  "text/directory": ".vcf",
};

type Content = Pick<Mail, "body" | "attachments">;

/** What a mail says, and what is attached to it, out of what programs wrap both in: winmail.dat, and S/MIME that is signed. */
async function contentOf(mail: Email, bounds: Bounds, wrappers = MAX_WRAPPERS): Promise<Content> {
  const bodies = [withoutArmor(bodyOf(mail, bounds))];
  const attachments: Content["attachments"] = [];
  const isNamedByText = namesIn(mail.html ?? "");
  for (const [index, { filename, mimeType, related, content, contentId, disposition }] of mail.attachments.entries()) {
    const bytes = plainBytes(new Uint8Array(content as ArrayBuffer), bounds);
    const isPicture = related && mimeType.startsWith("image/") && bytes.length <= INLINE_PICTURE_BYTES;
    const isShown = isPicture && (filename === null || isNamedByText(contentId));
    if (
      isShown ||
      SIGNATURES.has(mimeType) ||
      SIGNATURE_FILES.test(filename ?? "") ||
      mimeType === "application/pgp-encrypted"
    )
      continue;
    if (isArmored(bytes)) {
      bodies.push([{ text: PGP_ENCRYPTED }]);
      continue;
    }
    if (!filename && disposition !== "attachment") {
      if (OTHER_FORMS.has(mimeType)) continue;
      if (TEXTS.has(mimeType) || (mimeType.startsWith("text/") && !TEXT_FILES.test(mimeType))) {
        bounds.mailText(bytes.length);
        const text = await decodeText(bytes);
        bodies.push(
          plainLines((/enriched|richtext/.test(mimeType) ? enrichedText(text, bounds) : text).trim(), bounds),
        );
        continue;
      }
    }
    const wrapped = wrappers > 0 ? await unwrapped({ mimeType, filename, bytes }, bounds, wrappers) : null;
    if (!wrapped) {
      const kind = MAILS.has(mimeType) ? "message" : "attachment";
      const ending = ENDINGS[mimeType] ?? extensionOf("", MAILS.has(mimeType) ? "message/rfc822" : mimeType);
      attachments.push({ filename: filename || `${kind}-${index + 1}${ending}`, bytes: () => bytes });
      continue;
    }
    // Outlook packs again what stands beside the wrapper.
    const its = flat(wrapped.body);
    const known = bodies.findIndex((body) => its.includes(flat(body)));
    if (known >= 0) bodies[known] = [...wrapped.body];
    else if (!bodies.some((body) => flat(body).includes(its))) bodies.push([...wrapped.body]);
    attachments.push(...wrapped.attachments);
  }
  return {
    body: bodies.map(trimmedLines).flatMap((body, at) => (at === 0 ? body : [EMPTY_LINE, ...body])),
    attachments,
  };
}

/** Tells of a picture whether a page shows it. One that is called by a place, and not by a number, may be any. */
function namesIn(html: string): (contentId: string | undefined) => boolean {
  const shown = new Set(
    Array.from(html.matchAll(/\bcid:([^\s"'<>)]{1,300})/gi), ([, id]) => id!.replaceAll("%40", "@")),
  );
  return (contentId) => !contentId || shown.has(contentId.replace(/^<|>$/g, ""));
}

/** The bytes of a part, also where it came as uuencode, which the library does not know, or in base64 that its head does not tell of. */
function plainBytes(bytes: Uint8Array, bounds: Bounds): Uint8Array {
  const [b, e, g] = bytes;
  const packed = FILE_IN_BASE64.test(latin1.decode(bytes.subarray(0, 8))) ? unsaidBase64(bytes) : null;
  if (packed) return packed;
  if (b !== 0x62 || e !== 0x65 || g !== 0x67) return bytes; // "beg"
  const encoded = encodedFiles(bytes, bounds);
  const isAll = encoded?.files.length === 1 && encoded.text.every((byte) => byte <= 0x20);
  return isAll ? encoded.files[0]!.bytes : bytes;
}

const latin1 = new TextDecoder("latin1");
/** The first bytes of files, in base64: PDF, ZIP (and Office), JPEG, PNG, GIF, TIFF, old Office and MSG. */
const FILE_IN_BASE64 = /^(?:JVBERi0|UEsDB|\/9j\/|iVBORw0|R0lGODl|SUkqA|TU0AK|0M8R4KG)/;

/** What text/enriched (RFC 1896) shows: its commands are no text, and a line may end anywhere. */
function enrichedText(text: string, bounds: Bounds): string {
  bounds.lines(text);
  bounds.lines(text, "<");
  return text
    .replace(/<param>[^<]{0,1000}<\/param>/gi, "")
    .replace(/<<|<\/?[\w-]{1,60}>/g, (command) => (command === "<<" ? "<" : ""))
    .replace(/(?<!\n)\n(?!\n)/g, " ");
}

const EMPTY_LINE: MarkedLine = { text: "" };

const flat = (lines: readonly MarkedLine[]): string =>
  lines
    .map(({ text }) => text)
    .join("")
    .replace(/\s+/g, "");

/** What is in an attachment that only wraps something; null for all others. */
async function unwrapped(
  { mimeType, filename, bytes }: { mimeType: string; filename: string | null; bytes: Uint8Array },
  bounds: Bounds,
  wrappers: number,
): Promise<Content | null> {
  if (mimeType === "application/ms-tnef" || /^winmail\.dat$/i.test(filename ?? "")) {
    if (!isTnef(bytes)) return null;
    const { body, attachments } = await openTnef(bytes, bounds);
    return { body, attachments: attachments.map((file) => ({ filename: file.filename, bytes: () => file.bytes })) };
  }
  if (PACKED.has(mimeType) || /\.p7m$/i.test(filename ?? "")) {
    const signed = signedContent(bytes, bounds);
    if (!signed) return { body: [{ text: ENCRYPTED }], attachments: [] };
    if (isMime(signed)) return contentOf(await parsed(signed, bounds), bounds, wrappers - 1);
    return {
      body: [],
      attachments: [{ filename: (filename ?? "").replace(/\.p7m$/i, "") || "signed", bytes: () => signed }],
    };
  }
  // An invitation is what the mail says; a calendar with a name is a file that somebody attached.
  if (!CALENDARS.has(mimeType) || filename) return null;
  const event = await calendarText(await decodeText(withWholeCharacters(bytes)), bounds);
  return event === null ? null : { body: plainLines(event, bounds), attachments: [] };
}

/** "Ada Lovelace <ada@example.com>", or what there is of it. */
function person({
  name,
  address,
  group,
}: {
  name: string;
  address?: string | undefined;
  group?: { name: string; address: string }[] | undefined;
}): string {
  if (group) return `${name}: ${group.map(person).join(", ")}`;
  return name && address ? `${name} <${address}>` : name || (address ?? "");
}

/** What the library knows of a part of a mail, as far as it is used here; none of it is in its types. */
type MimeNode = {
  content: ArrayBuffer | Uint8Array | null;
  contentType: { multipart: unknown; parsed: { value: string; params: Record<string, string> } };
  contentDisposition: { parsed: { value: string } } | null;
  childNodes: MimeNode[];
};
type Collecting = {
  currentNode: { contentDecoder: { chunks: Pieces } | null; contentTransferEncoding?: { encoding?: string } };
  processLine(line: Uint8Array, isFinal: boolean): Promise<void>;
  collectNode(node: MimeNode, alternative: unknown, related: boolean): Promise<void>;
};
/** Where a decoder of the library puts what it decoded; a Blob is made of it in the end. */
type Pieces = { push(piece: Uint8Array | ArrayBuffer | string): unknown };

/** The library, with what it finds in texts, and what reading them may cost. */
type Parser = Pick<PostalMime, "parse"> & {
  files: EncodedFile[];
  bounds: Bounds;
};
type ParserClass = new (options?: PostalMimeOptions) => Parser;

let parser: Promise<ParserClass> | undefined;

/** The library, which takes each part's word for its charset, with one that reads a part's text whatever it says. */
function parserOfAnyCharset(): Promise<ParserClass> {
  parser ??= import("postal-mime").then(({ default: Library }) => {
    // These members are private in the types of the library; overriding them needs a type that has them
    const Base = Library as unknown as new (options?: PostalMimeOptions) => Collecting;
    class ParserOfAnyCharset extends Base {
      readonly files: EncodedFile[] = [];
      bounds = new Bounds();
      #isDecoded = false;
      #decoder: unknown = null;
      #isQuotedPrintable = false;

      override async processLine(line: Uint8Array, isFinal: boolean): Promise<void> {
        await super.processLine(this.#isQuotedPrintable ? withoutBlanks(line) : line, isFinal);
        const decoder = this.currentNode.contentDecoder;
        if (decoder === this.#decoder) return;
        this.#decoder = decoder;
        this.#isQuotedPrintable = this.currentNode.contentTransferEncoding?.encoding === "quoted-printable";
        if (decoder) decoder.chunks = new GatheredBytes();
      }

      override async collectNode(node: MimeNode, alternative: unknown, related: boolean): Promise<void> {
        if (!this.#isDecoded) {
          this.#isDecoded = true;
          await decodeParts(node, this);
        }
        return super.collectNode(node, alternative, related);
      }
    }
    // The subclass is one of the library's in all but those types
    return ParserOfAnyCharset as unknown as ParserClass;
  });
  return parser;
}

const [EQUALS, BLANK, TAB] = [0x3d, 0x20, 0x09];

/** A line without blanks behind the sign that it goes on in the next one: transport may add some (RFC 2045, 6.7). */
function withoutBlanks(line: Uint8Array): Uint8Array {
  let end = line.length;
  while (end > 0 && (line[end - 1] === BLANK || line[end - 1] === TAB)) end -= 1;
  return end < line.length && line[end - 1] === EQUALS ? line.subarray(0, end) : line;
}

/** Makes UTF-8 of the texts of a mail, and takes the files out of them that stand in them. */
async function decodeParts(root: MimeNode, { files, bounds }: Pick<Parser, "files" | "bounds">): Promise<void> {
  const nodes = [root];
  for (let node = nodes.pop(); node; node = nodes.pop()) {
    nodes.push(...node.childNodes);
    const { value, params } = node.contentType.parsed;
    if (!node.content || !/^(?:text\/(?:plain|html|calendar)|application\/ics)$/.test(value)) continue;
    let content = new Uint8Array(node.content as ArrayBuffer);
    const isFile = node.contentDisposition?.parsed.value === "attachment" || params.name !== undefined;
    const taken = value === "text/plain" && !isFile ? encodedFiles(content, bounds) : null;
    if (taken) {
      files.push(...taken.files);
      content = new Uint8Array(taken.text);
    }
    // A file that is too long to be read as a document of its own tells so itself.
    if (isFile && content.length > FORMATS.txt.maxBytes) continue;
    if (!isFile) bounds.mailText(content.length);
    const packed = isFile || value.includes("calendar") ? null : unsaidBase64(content);
    if (packed && isUtf8Text(packed)) content = new Uint8Array(packed);
    const declared = params.charset?.trim() || (value === "text/html" ? declaredCharset(content) : undefined);
    let text = await decodeText(content, declared);
    if (params.format?.trim().toLowerCase() === "flowed") {
      // The library puts lines together without looking how deep they are quoted.
      text = unflowed(text, params.delsp?.trim().toLowerCase() === "yes", bounds);
      params.format = "fixed";
    }
    node.content = new TextEncoder().encode(text).buffer as ArrayBuffer;
    params.charset = "utf-8";
  }
}

const ESCAPE = 0x1b;

/**
 * A mail whose head is in some other charset as it is, against the rules, has words in another one than they say, or does not say what its parts are,
 * with a head in UTF-8 that does.
 */
async function withReadableHead(bytes: Uint8Array): Promise<Uint8Array> {
  const beginning = new TextDecoder("latin1").decode(bytes.subarray(0, MAX_HEAD_BYTES)); // one character a byte
  const ends = [beginning.indexOf("\r\n\r\n"), beginning.indexOf("\n\n")].filter((at) => at >= 0);
  const raw = bytes.subarray(0, ends.length > 0 ? Math.min(...ends) : beginning.length);
  const isAscii = raw.every((byte) => byte < 0x80 && byte !== ESCAPE);
  const text = isAscii ? beginning.slice(0, raw.length) : (await decodeText(raw)).replaceAll("\n", "\r\n");
  const { head, taken } = mendedHead(await withReadableWords(text), beginning.slice(raw.length));
  if (isAscii && head === text) return bytes;
  return joinedBytes([new TextEncoder().encode(head), bytes.subarray(raw.length + taken)]);
}
