/**
 * The file formats that Docket reads. The one list of them: the upload check, the bucket, config.toml, display names, the
 * icons of the page, docs/formats.md and the engine's media types follow it, by import or by `npm run gen:types`.
 */

/** What the file is to people; the page has an icon for each. */
export type FormatKind = "pdf" | "picture" | "document" | "table" | "slides" | "mail" | "archive" | "text";

export type FileFormat = {
  /** The media type that is stored. */
  type: string;
  /** What people call it. */
  label: string;
  /** Endings of file names, without the dot. A file whose name has none gets the first. */
  extensions: readonly string[];
  kind: FormatKind;
  /** `pdf` and `picture` are read by ocr/pdf.ts and the engine; `text` has a reader of the format's name in ocr/formats/. */
  opens: "pdf" | "picture" | "text";
  /** Largest file in bytes. The bucket has the highest of all, private.size_limits the lower ones. */
  maxBytes: number;
  /** Other media types of the same files. */
  aliases?: readonly string[];
  /** Written as plain text: such a file is told from other text by its name. */
  writtenAsText?: boolean;
};

const MIB = 1024 * 1024;
export const MAX_FILE_BYTES = 20 * MIB;
/** Text is read whole in each run. */
const MAX_TEXT_BYTES = 5 * MIB;

const OPEN_XML = "application/vnd.openxmlformats-officedocument";
const OPEN_DOCUMENT = "application/vnd.oasis.opendocument";

const picture = (type: string, label: string, extensions: string[], aliases: string[] = []) =>
  ({ type, label, extensions, kind: "picture", opens: "picture", maxBytes: MAX_FILE_BYTES, aliases }) as const;

const textFile = (
  kind: FormatKind,
  type: string,
  label: string,
  extensions: string[],
  more: { maxBytes?: number; aliases?: string[]; writtenAsText?: boolean } = {},
) => ({ type, label, extensions, kind, opens: "text", maxBytes: MAX_FILE_BYTES, ...more }) as const;

/** Files that are text as they are, without a signature. */
const plain = { maxBytes: MAX_TEXT_BYTES, writtenAsText: true };

/** In the order in which people are told of them. */
export const FORMATS = {
  pdf: {
    type: "application/pdf",
    label: "PDF",
    extensions: ["pdf"],
    kind: "pdf",
    opens: "pdf",
    maxBytes: MAX_FILE_BYTES,
  },
  jpeg: picture("image/jpeg", "JPEG", ["jpg", "jpeg", "jfif"]),
  png: picture("image/png", "PNG", ["png"]),
  webp: picture("image/webp", "WebP", ["webp"]),
  heic: picture("image/heic", "HEIC", ["heic", "heif"], ["image/heif", "image/heic-sequence", "image/heif-sequence"]),
  tiff: picture("image/tiff", "TIFF", ["tiff", "tif"]),
  gif: picture("image/gif", "GIF", ["gif"]),
  bmp: picture("image/bmp", "BMP", ["bmp"], ["image/x-ms-bmp"]),
  docx: textFile("document", `${OPEN_XML}.wordprocessingml.document`, "DOCX", ["docx"]),
  xlsx: textFile("table", `${OPEN_XML}.spreadsheetml.sheet`, "XLSX", ["xlsx"]),
  pptx: textFile("slides", `${OPEN_XML}.presentationml.presentation`, "PPTX", ["pptx"]),
  odt: textFile("document", `${OPEN_DOCUMENT}.text`, "ODT", ["odt"]),
  ods: textFile("table", `${OPEN_DOCUMENT}.spreadsheet`, "ODS", ["ods"]),
  rtf: textFile("document", "application/rtf", "RTF", ["rtf"]),
  txt: textFile("text", "text/plain", "TXT", ["txt"], {
    ...plain,
    aliases: ["text/vcard", "text/calendar", "application/x-subrip"],
  }),
  md: textFile("text", "text/markdown", "MD", ["md", "markdown"], plain),
  csv: textFile("table", "text/csv", "CSV", ["csv", "tsv"], plain),
  html: textFile("text", "text/html", "HTML", ["html", "htm", "xhtml"], plain),
  eml: textFile("mail", "message/rfc822", "EML", ["eml"], { writtenAsText: true }),
  msg: textFile("mail", "application/vnd.ms-outlook", "MSG", ["msg"]),
  tnef: textFile("mail", "application/ms-tnef", "TNEF", ["dat", "tnef"], { aliases: ["application/vnd.ms-tnef"] }),
  p7m: textFile("mail", "application/pkcs7-mime", "P7M", ["p7m"], { aliases: ["application/x-pkcs7-mime"] }),
  zip: textFile("archive", "application/zip", "ZIP", ["zip"]),
} satisfies Record<string, FileFormat>;

export type FormatName = keyof typeof FORMATS;
/** The names of the formats that are opened in that way. */
export type OpenedAs<Way extends FileFormat["opens"]> = {
  [Name in FormatName]: (typeof FORMATS)[Name]["opens"] extends Way ? Name : never;
}[FormatName];

/** The formats with their names. */
export const FORMAT_LIST: readonly (FileFormat & { name: FormatName })[] = (Object.keys(FORMATS) as FormatName[]).map(
  // Object.keys says string; the keys of a constant are its names.
  (name) => ({ name, ...FORMATS[name] }),
);

const BY_TYPE = new Map(
  FORMAT_LIST.flatMap((format) => [format.type, ...(format.aliases ?? [])].map((type) => [type, format] as const)),
);
const BY_EXTENSION = new Map(
  FORMAT_LIST.flatMap((format) => format.extensions.map((extension) => [extension, format] as const)),
);
/** Files of these are refused, but a name may end so. */
const OLD_OFFICE_EXTENSIONS = ["doc", "xls", "ppt"];

/** The format of a media type or one of its aliases, with or without parameters (`text/plain; charset=utf-8`). */
export function formatOfType(type: string): (typeof FORMAT_LIST)[number] | undefined {
  return BY_TYPE.get(type.split(";", 1)[0]!.trim().toLowerCase());
}

/** The format that a file name's ending stands for. */
export function formatOfName(filename: string): (typeof FORMAT_LIST)[number] | undefined {
  return BY_EXTENSION.get(endingOf(filename));
}

/**
 * ".pdf", as the name of such a file ends: its own ending where that is one of the format, else the format's first. Text has
 * many endings (.log, .py): a text keeps any that is not another format's. Empty where neither name nor type tells.
 */
export function extensionOf(filename: string, type: string): string {
  const format = formatOfType(type);
  const own = endingOf(filename);
  const fits =
    !format ||
    format.extensions.includes(own) ||
    (format.type === FORMATS.txt.type && !BY_EXTENSION.has(own) && /^(?=.*[a-z])[a-z0-9]{1,8}$/.test(own));
  const extension = fits ? own : format.extensions[0]!;
  return /^[a-z0-9]{1,8}$/.test(extension) ? `.${extension}` : "";
}

/** A name without the endings of file formats: "Budget.ods.pdf" is "Budget", "Acme Inc.Report" stays. */
export function withoutExtension(name: string): string {
  const ending = endingOf(name);
  if (!BY_EXTENSION.has(ending) && !OLD_OFFICE_EXTENSIONS.includes(ending)) return name;
  const stem = name.slice(0, name.lastIndexOf(".")).trimEnd();
  return stem === "" ? name : withoutExtension(stem);
}

/** What stands behind the last dot of a name, in lower case; empty without a dot. */
function endingOf(name: string): string {
  const clean = name.trim();
  const dot = clean.lastIndexOf(".");
  return dot < 0 ? "" : clean.slice(dot + 1).toLowerCase();
}
