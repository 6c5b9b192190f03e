import { Buffer } from "node:buffer";
import { fileTypeFromBuffer } from "file-type";
import { PipelineError } from "./errors.ts";
import { eastAsianUtf16, unmarkedUtf16 } from "./utf16.ts";
import { FORMAT_LIST, FORMATS, formatOfName, formatOfType } from "./file-formats.ts";

/**
 * The type of a file by its bytes. What the sender calls it counts for nothing, and its name only tells one kind of text
 * from another.
 *
 * @throws PipelineError unsupported_type, naming the types that are read; encrypted_file
 */
export async function acceptedType(bytes: Uint8Array, filename = ""): Promise<string> {
  const found = await typeOf(bytes, filename);
  if (found && isAccepted(found)) return found;
  throw unsupported(found);
}

/** Whether files of this media type are read; an alias is not stored, and so is none. */
export const isAccepted = (type: string): boolean => FORMAT_LIST.some((format) => format.type === type);

/** The refusal of a type, or of a file whose type cannot be told; it names the types that are read. */
export function unsupported(found: string | undefined): PipelineError {
  for (const [type, what, ending] of RELATED)
    if (found?.startsWith(type))
      return new PipelineError(
        "unsupported_type",
        `The file is ${what}, which is not read. Save it as ${ending}, and upload that.`,
      );
  const what = found ? `The file is of type ${found}` : "The type of the file is unknown";
  return new PipelineError(
    "unsupported_type",
    `${what}. Send one of: ${FORMAT_LIST.map(({ label }) => label).join(", ")}.`,
  );
}

/** The beginnings of types of files that the program which writes them can save as one that is read: what they are, and what to save them as. */
const RELATED: [type: string, what: string, ending: string][] = [
  ["application/vnd.oasis.opendocument.presentation", "an OpenDocument presentation (.odp)", "PPTX or PDF"],
  ["application/vnd.oasis.opendocument.graphics", "an OpenDocument drawing (.odg)", "PDF"],
  ["application/vnd.oasis.opendocument.text-", "an OpenDocument template", "ODT"],
  ["application/vnd.oasis.opendocument.spreadsheet-", "an OpenDocument template", "ODS"],
  ["application/epub+zip", "an e-book (EPUB)", "PDF"],
  ["application/vnd.apple.", "a document of Pages, Numbers or Keynote", "PDF or for Office"],
  ["application/vnd.ms-package.xps", "an XPS document", "PDF"],
  ["application/vnd.ms-excel.sheet.binary", "a binary workbook (.xlsb)", "XLSX"],
  ["application/vnd.ms-excel", "a workbook in XML of Excel 2003", "XLSX"],
  ["application/msword", "a document in XML of Word 2003", "DOCX"],
  ["application/x-7z-compressed", "an archive of 7-Zip", "ZIP"],
  ["application/x-rar-compressed", "a RAR archive", "ZIP"],
  ["application/vnd.rar", "a RAR archive", "ZIP"],
  ["application/gzip", "packed with gzip", "ZIP, or unpack it"],
  ["application/x-tar", "a TAR archive", "ZIP"],
];

async function typeOf(bytes: Uint8Array, filename: string): Promise<string | undefined> {
  const wrapper = wrapperType(bytes);
  if (wrapper) return wrapper;
  // The mark of UTF-16 looks like a frame of MPEG audio.
  let marked = utf16Text(bytes, markedUtf16(bytes));
  const mime = marked === undefined ? await signature(bytes) : undefined;
  if (mime === undefined) marked ??= utf16Text(bytes, unmarkedUtf16(bytes));
  if (mime === "application/x-cfb") return compoundType(bytes);
  if (mime === FORMATS.zip.type) return packageType(bytes) ?? mime;
  if (mime && mime !== "application/xml") return formatOfType(mime)?.type ?? mime;
  const named = formatOfName(filename);
  const text = marked ?? beginningOfText(bytes) ?? (mime ? undefined : utf16Text(bytes, eastAsianUtf16(bytes)[0]));
  if (hasPdfHeader(bytes) && (text === undefined || named?.opens === "pdf")) return "application/pdf";
  if (text === undefined) return mime;
  const root = rootElement(text);
  if (root === "svg") return "image/svg+xml";
  if (mime) return root === "html" ? "text/html" : (officeXmlType(text) ?? mime);
  // A mail with parts, saved as a text, is one; others read as well as they are.
  if (named?.type === "text/plain" && isMail(text) && /^content-type:\s{0,100}multipart\//im.test(text))
    return "message/rfc822";
  // Banks and shops export tables of a page under the names of those of other programs.
  const isPage = root !== undefined && (root === "html" || PAGE_ROOTS.has(root));
  if (isPage && (named?.type === "text/csv" || (!named && NAMES_OF_PAGES.test(filename)))) return "text/html";
  if (named?.writtenAsText) return named.type;
  if (root === "html" || /^\s*<!doctype html/i.test(text)) return "text/html";
  return isMail(text) ? "message/rfc822" : "text/plain";
}

const PAGE_ROOTS = new Set(["table", "body", "head", "style", "meta", "div"]);
const NAMES_OF_PAGES = /\.(?:xls|doc|ppt|asp|aspx|php|jsp)$/i;

const PKCS7 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07];
const DER_HEAD_BYTES = 24;

/** What only wraps other files: winmail.dat of Outlook ([MS-OXTNEF] 2.1.3.1), and what is signed or encrypted (PKCS #7, in DER or PEM). */
function wrapperType(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0x78 && b === 0x9f && c === 0x3e && d === 0x22) return "application/ms-tnef";
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 64));
  if (/^\s{0,8}-----BEGIN (?:PKCS7|PKCS #7 SIGNED DATA|CMS)-----/.test(head)) return "application/pkcs7-mime";
  if (/^MI[A-Z0-9][A-Za-z0-9+/]{0,10}Y?JKoZIhvcNAQcC/.test(head)) return "application/pkcs7-mime";
  if (a !== 0x30) return undefined;
  const oid = Buffer.from(bytes.subarray(0, DER_HEAD_BYTES)).indexOf(Uint8Array.of(0x06, 0x09, ...PKCS7));
  return oid >= 2 && oid <= 7 ? "application/pkcs7-mime" : undefined;
}

/** The type that a file's first bytes and, of a container, its first members tell. */
async function signature(bytes: Uint8Array): Promise<string | undefined> {
  try {
    return (await fileTypeFromBuffer(bytes))?.mime;
  } catch {
    // A container whose members are damaged is still a container.
    return new TextDecoder("latin1").decode(bytes.subarray(0, 4)) === "PK\x03\x04" ? "application/zip" : undefined;
  }
}

/**
 * The name of the first element of a text that is HTML or XML, behind declarations and comments. Step by step, each character
 * once: as one pattern it would try all ways to divide a row of comments.
 */
function rootElement(text: string): string | undefined {
  for (let at = 0; ; ) {
    while (/\s/.test(text[at] ?? "")) at += 1;
    const isComment = text.startsWith("<!--", at);
    if (!isComment && !/^<(?:\?xml|!doctype)/i.test(text.slice(at, at + 9)))
      return /^<(\w{1,100})/.exec(text.slice(at, at + 102))?.[1]?.toLowerCase();
    const end = isComment ? text.indexOf("-->", at + 4) + 2 : text.indexOf(">", at);
    if (end < at + 2) return undefined;
    at = end + 1;
  }
}

/** Packages that are ZIP archives for those who look at nothing but their first bytes, by a member that they have. */
const PACKAGES: [member: string, type: string][] = [
  ["Index/Document.iwa", "application/vnd.apple.iwork"],
  ["FixedDocSeq.fdseq", "application/vnd.ms-package.xps"],
  ["FixedDocumentSequence.fdseq", "application/vnd.ms-package.xps"],
  ["xl/workbook.bin", "application/vnd.ms-excel.sheet.binary"],
];

/** The type of a package by the names at its end. */
function packageType(bytes: Uint8Array): string | undefined {
  const end = Buffer.from(bytes.slice(-MOST_OF_DIRECTORY));
  return PACKAGES.find(([member]) => end.includes(member))?.[1];
}
const MOST_OF_DIRECTORY = 256 * 1024;

/** The type of a document of Office that is XML in one file: the program that it is for stands in its first lines. */
function officeXmlType(text: string): string | undefined {
  const program = /<\?mso-application\s{1,9}progid=["'](\w{1,20})\./.exec(text)?.[1];
  return program === "Excel" ? "application/vnd.ms-excel" : program === "Word" ? "application/msword" : undefined;
}

/**
 * Compound files (MS-CFB) name their streams in UTF-16: a mail of Outlook has named properties, and an office file with a
 * password is a stream within one. The others are of Office as it was before 2007.
 */
function compoundType(bytes: Uint8Array): string {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names = (name: string): boolean => file.includes(Buffer.from(name, "utf16le"));
  if (names("__nameid_version1.0")) return "application/vnd.ms-outlook";
  if (names("EncryptedPackage")) throw new PipelineError("encrypted_file");
  for (const [stream, format, ending] of OLD_OFFICE) if (names(stream)) throw oldOffice(format, ending);
  return "application/x-cfb";
}

/** The streams that tell files of Office before 2007 apart, what they are, and what to save them as. */
const OLD_OFFICE: [string, string, string][] = [
  ["WordDocument", "Word (.doc)", "DOCX"],
  ["PowerPoint Document", "PowerPoint (.ppt)", "PPTX"],
  ["Workbook", "Excel (.xls)", "XLSX"],
  ["Book", "Excel (.xls)", "XLSX"],
];

const oldOffice = (format: string, ending: string): PipelineError =>
  new PipelineError(
    "unsupported_type",
    `The file is an old ${format} file of before 2007, which is not read. Open it in Office or LibreOffice, save it as ${ending} or PDF, and upload that.`,
  );

/** PDF readers take a header anywhere in the first 1024 bytes (ISO 32000-1, implementation note 13); scanners write such files. */
function hasPdfHeader(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(0, 1024)).includes("%PDF-");
}

/** Of a hundred bytes of text, no more than one is a control character other than white space. */
const MAX_CONTROL_SHARE = 0.01;

/** How much of a text is looked at to see what it is. */
const BEGINNING_BYTES = 4096;

/** The kind of UTF-16 that a byte order mark names. */
function markedUtf16([a, b]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  return a === 0xff && b === 0xfe ? "utf-16le" : a === 0xfe && b === 0xff ? "utf-16be" : undefined;
}

/** The beginning of a text in UTF-16; undefined where it is none. */
function utf16Text(bytes: Uint8Array, charset: "utf-16le" | "utf-16be" | undefined): string | undefined {
  if (!charset) return undefined;
  try {
    const text = new TextDecoder(charset, { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text.slice(0, BEGINNING_BYTES);
  } catch {
    return undefined;
  }
}

/** The beginning of a file that is text: without a NUL, and with hardly any other control characters, in whatever charset. */
function beginningOfText(bytes: Uint8Array): string | undefined {
  let controls = 0;
  for (const byte of bytes) {
    if (byte === 0) return undefined;
    // Escape sequences are text: ISO-2022-JP, and colors of terminals.
    if (byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b) controls += 1;
  }
  return controls > bytes.length * MAX_CONTROL_SHARE
    ? undefined
    : new TextDecoder().decode(bytes.subarray(0, BEGINNING_BYTES));
}

/** What programs put before a mail: empty lines, the line of a mailbox (mbox), its length (.emlx). */
const BEFORE_MAIL = /^\s{0,99}(?:(?:From [^\r\n]{1,500}|\d{1,10}[ \t]{0,9})\r?\n)?/;

/** Whether a text begins with the head of a mail: fields one below the other, and one among them that every mail has; or is a web page saved as one. */
function isMail(file: string): boolean {
  const text = file.replace(BEFORE_MAIL, "");
  const head = text.split(/\r?\n\r?\n/, 1)[0]!;
  return (
    /^[!-9;-~]+:/.test(head) &&
    head.split(/\r?\n(?![ \t])/).every((line) => /^[!-9;-~]+:/.test(line)) &&
    ((/^(from|received|message-id|return-path):/im.test(head) && /^(date|subject|received):/im.test(head)) ||
      (/^mime-version:/im.test(head) && /^content-type:\s{0,100}multipart\/related/im.test(head)))
  );
}
