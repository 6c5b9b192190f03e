import { Buffer } from "node:buffer";
import { type Bounds, depthGuard } from "./bounds.ts";
import { decodedPieces } from "./charset.ts";
import { type FileText, written } from "./file-text.ts";
import { Flow } from "./flow.ts";
import { writeComments } from "./office-drawings.ts";
import { PageWriter } from "./page-writer.ts";
import { singleSpaced } from "./white-space.ts";
import { signsOf } from "./word-signs.ts";

/** Destinations that hold no text of the document. */
const SKIPPED = new Set([
  "fonttbl",
  "colortbl",
  "stylesheet",
  "info",
  "pict",
  "objdata",
  "themedata",
  "colorschememapping",
  "datastore",
  "latentstyles",
  "listtable",
  "listoverridetable",
  "rsidtbl",
  "generator",
  "xmlnstbl",
  "filetbl",
  "revtbl",
  "fldinst",
  "bkmkstart",
  "bkmkend",
  "atnid",
  "atnauthor",
  "nonshppict",
  "nonesttables",
  "shprslt",
  "mmathPr",
]);
/** Destinations that old readers are told to leave out (`\*`), but that do hold text. */
const KEPT = new Set(["shptxt", "shpinst", "do"]);
/** Destinations whose text stands elsewhere: beside the text, before its paragraph, or in a shape that has it as one of its properties. */
const GATHERED: Record<string, Gathered> = {
  annotation: "comment",
  footnote: "note",
  listtext: "number",
  pntext: "number",
  sn: "property",
  sv: "value",
  ffl: "choice",
};
const MARGINS: Record<string, "head" | "foot"> = {
  header: "head",
  headerf: "head",
  headerl: "head",
  headerr: "head",
  footer: "foot",
  footerf: "foot",
  footerl: "foot",
  footerr: "foot",
};
/** What it costs to begin a text of its own. */
const READER_STEPS = 10;
/** The text of WordArt, such as a watermark. */
const DRAWN_TEXT = "gtextUNICODE";
/** More than these are no choices of a field. */
const MAX_CHOICES = 500;
const CHARACTERS: Record<string, string> = {
  tab: "\t",
  nestcell: "\t",
  line: "\n",
  lbr: "\n",
  emdash: "—",
  endash: "–",
  bullet: "•",
  lquote: "‘",
  rquote: "’",
  ldblquote: "“",
  rdblquote: "”",
  zwj: "\u200d",
  zwnj: "\u200c",
  emspace: " ",
  enspace: " ",
  "~": "\u00a0",
  _: "-",
  "-": "",
  "{": "{",
  "}": "}",
  "\\": "\\",
  "\n": "\n",
  "\r": "\n",
};
/** The code page that a font's charset stands for (RTF 1.9.1, \fcharset); others are written in the document's own. */
const FONT_CODE_PAGES: Record<number, string> = {
  77: "macintosh",
  128: "shift_jis",
  129: "cp949",
  134: "gbk",
  136: "big5",
  161: "cp1253",
  162: "cp1254",
  163: "cp1258",
  177: "cp1255",
  178: "cp1256",
  186: "cp1257",
  204: "cp1251",
  222: "cp874",
  238: "cp1250",
};

/** What holds within a group of braces, and ends with it. */
type Group = {
  skipped: boolean;
  hidden: boolean;
  font: number;
  unicodeSkip: number;
  destination: string;
  gathers?: Gathered;
  margin?: "head" | "foot";
};
type Gathered = "comment" | "note" | "number" | "property" | "value" | "choice";
/** A field of a form: a box (1) or a choice (2), and its state. */
type Field = { type: number; state: number; usual: number; choices: string[] };

/** A control word with its number, a control sign, the byte of a \'hh, a brace, or a run of plain text. */
const TOKEN = /\\([a-z]+)(-?\d+)? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+/gi;

/** What it costs to find a token, and to do what it says; and to take a byte behind another, which is kept as well. */
const [TOKEN_STEPS, BYTE_STEPS] = [2.25, 1.75];
/** Bytes of letters that are decoded at once: without anything between them, a file could have millions. */
const MOST_ENCODED = 65_536;
/** What it costs to decode a run of bytes, however short. */
const DECODING_STEPS = 5;

/** The characters of `\\'e4`, and the byte that it stands for; undefined where there is none. */
const BYTE_LENGTH = 4;
function byteAt(source: string, at: number): number | undefined {
  if (source.charCodeAt(at) !== BACKSLASH || source.charCodeAt(at + 1) !== APOSTROPHE) return undefined;
  const value = digitOf(source.charCodeAt(at + 2)) * 16 + digitOf(source.charCodeAt(at + 3));
  return Number.isNaN(value) ? undefined : value;
}

const [BACKSLASH, APOSTROPHE] = [0x5c, 0x27];

/** Of a hexadecimal digit; small letters differ from large ones in one bit. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : Number.NaN;
}

/** A Rich Text file (RTF 1.9.1): flowing text with its tables, headers and notes; page breaks that were set end a page. */
export async function readRtf(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  return written(await rtfText(bytes, bounds));
}

export async function rtfText(bytes: Uint8Array, bounds: Bounds): Promise<PageWriter> {
  const { default: iconv } = await import("iconv-lite");
  // A character a byte; from 0x80 to 0x9f another one in Deno (windows-1252, as the standard has it) than in Node 20.
  const source = new TextDecoder("latin1").decode(bytes);
  const lastControl = source.lastIndexOf("\\");
  const pages = new PageWriter(bounds);
  let flow = new Flow(pages);
  const fonts = new Map<number, string>();
  /** What stands in the table of fonts for those whose letters are signs, and their names. */
  const signTexts = new Map<number, string>();
  const signFonts = new Map<number, string>();
  let usualFont = 0;
  /** Whether the paragraph has no text yet; whether it, or its section, begins a page. */
  let isFresh = true;
  let beginsPage = false;
  let section: "page" | "none" = "page";
  let isNewSection = false;
  const outer: Group[] = [];
  const depth = depthGuard();
  let group: Group = { skipped: false, hidden: false, font: 0, unicodeSkip: 1, destination: "" };
  let codePage = "cp1252";
  const encoded = new Uint8Array(MOST_ENCODED);
  let waiting = 0;
  let pending = 0;
  let optional = false;
  let inRow = false;

  const comments: string[] = [];
  const notes: string[] = [];
  /** A header or footer that is open, with what it interrupts; and the texts of those before. */
  let margin: { pages: PageWriter; around: Flow; inRow: boolean; isFresh: boolean } | undefined;
  const heads = new Set<string>();
  const feet = new Set<string>();
  const openMargin = (side: "head" | "foot"): void => {
    bounds.step(READER_STEPS);
    group.margin = side;
    margin = { pages: new PageWriter(bounds), around: flow, inRow, isFresh };
    flow = new Flow(margin.pages);
    flow.openParagraph();
    [inRow, isFresh] = [false, false];
  };
  const closeMargin = (side: "head" | "foot"): void => {
    if (!margin) return;
    flow.closeParagraph();
    if (inRow) flow.closeRow();
    const text = margin.pages.pages().join("\n").trim();
    flow = margin.around;
    [inRow, isFresh] = [margin.inRow, margin.isFresh];
    margin = undefined;
    if (side === "foot") feet.add(text);
    else if (!heads.has(text)) {
      heads.add(text);
      if (isNewSection && section === "page") flow.pageBreak();
      pages.head(text);
    }
  };
  /** What the open group gathers, and the name of the last property of a shape. */
  let gathered: string[] = [];
  let property = "";
  let field: Field | undefined;
  const put = (text: string): void => {
    if (group.destination === "fonttbl") {
      const font = (signTexts.get(group.font) ?? "") + text;
      if (!signTexts.has(group.font) || font.length > MAX_FONT_TEXT) return;
      signTexts.set(group.font, font);
      const [, name] = SIGN_FONT.exec(font) ?? [];
      if (name) signFonts.set(group.font, name);
    } else if (group.gathers) gathered.push(text);
    else if (!group.skipped && !group.hidden) {
      if (isFresh && text !== "") {
        if ((beginsPage || (isNewSection && section === "page")) && !inRow) flow.pageBreak();
        isFresh = isNewSection = false;
      }
      flow.text(text);
    }
  };
  /** Letters of the text, as their font shows them. */
  const putLetters = (text: string): void => {
    const font = signFonts.get(group.font);
    put(font && group.destination !== "fonttbl" ? signsOf(font, text) : text);
  };
  /** Puts what a group has gathered where it belongs, once it is closed. */
  const settle = (kind: Gathered): void => {
    const text = gathered.join("");
    gathered = [];
    if (kind === "comment") comments.push(text);
    else if (kind === "note") notes.push(singleSpaced(text).trim());
    else if (kind === "property") property = text.trim();
    else if (kind === "choice") field?.choices.push(text);
    else if (kind === "value" && property === DRAWN_TEXT) put(`${text} `);
    // Of an item with a sign, which stands in a font of signs, the paragraph says that it is one.
    else if (kind === "number" && /[\p{L}\p{N}]/u.test(text.trim())) put(`${text.trim()} `);
  };
  // A letter or two between others is the usual case, and may come millions of times.
  const letters = new Map<string, string>();
  const decoded = (page: string): string => {
    if (waiting > 2) {
      bounds.step(DECODING_STEPS);
      return [...decodedPieces(iconv, encoded.subarray(0, waiting), page)].join("");
    }
    const key = `${page} ${encoded[0]} ${waiting > 1 ? encoded[1] : ""}`;
    let text = letters.get(key);
    if (text === undefined) letters.set(key, (text = iconv.decode(Buffer.from(encoded.buffer, 0, waiting), page)));
    return text;
  };
  const flush = (): void => {
    if (waiting === 0) return;
    const page = signFonts.has(group.font) ? "latin1" : (fonts.get(group.font) ?? codePage);
    putLetters(decoded(page));
    waiting = 0;
  };
  /** What the paragraph is: set by control words, and kept until it is set again. */
  let level: number | undefined;
  let isItem = false;
  const endParagraph = (): void => {
    flow.mark(level === undefined ? (isItem ? { kind: "item", depth: 0 } : undefined) : { kind: "heading", level });
    flow.closeParagraph();
    flow.openParagraph();
    isFresh = true;
  };
  const control = (word: string, number: number | undefined): void => {
    if (group.destination === "fonttbl") {
      if (word === "f" && number !== undefined) group.font = number;
      const charset = word === "fcharset" ? FONT_CODE_PAGES[number ?? 0] : undefined;
      if (charset) fonts.set(group.font, charset);
      if (word === "fcharset" && number === SIGNS_CHARSET && signTexts.size < MAX_SIGN_FONTS)
        signTexts.set(group.font, "");
      if (word === "cpg" && number && iconv.encodingExists(`cp${number}`)) fonts.set(group.font, `cp${number}`);
      return;
    }
    if (Object.hasOwn(GATHERED, word) && !group.gathers && (!group.skipped || word === "ffl")) {
      const kind = GATHERED[word]!;
      if (kind === "choice" && (!field || field.choices.length >= MAX_CHOICES)) return;
      group.gathers = kind;
      gathered = [];
    } else if (Object.hasOwn(MARGINS, word) && !group.skipped && !margin) openMargin(MARGINS[word]!);
    else if (word === "formfield" && optional) {
      field = { type: 0, state: UNSET, usual: 0, choices: [] };
      group.skipped = true;
    } else if (field && word === "fftype") field.type = number ?? 0;
    else if (field && word === "ffres") field.state = number ?? 0;
    else if (field && word === "ffdefres") field.usual = number ?? 0;
    else if (word === "upr") group.destination = "upr";
    else if (word === "ud" && optional) group.skipped = false;
    else if (optional || SKIPPED.has(word)) {
      if (SKIPPED.has(word) || !KEPT.has(word)) group.skipped = true;
      group.destination = word;
    } else if (word === "u" && number !== undefined) {
      putLetters(String.fromCharCode(number & 0xffff));
      pending = group.unicodeSkip;
    } else if (word === "uc") group.unicodeSkip = number ?? 1;
    else if (word === "ansicpg" && number && iconv.encodingExists(`cp${number}`)) codePage = `cp${number}`;
    else if (word === "mac") codePage = "macintosh";
    else if (word === "pc") codePage = "cp437";
    else if (word === "f") group.font = number ?? 0;
    else if (word === "deff") group.font = usualFont = number ?? 0;
    else if (word === "plain") [group.hidden, group.font] = [false, usualFont];
    else if (word === "v" || word === "deleted") group.hidden = number !== 0;
    else if (group.skipped && !group.gathers) return;
    else if (group.gathers) put(Object.hasOwn(CHARACTERS, word) ? CHARACTERS[word]! : word === "par" ? " " : "");
    else if (word === "par" || word === "sect") {
      endParagraph();
      if (word === "sect") isNewSection = true;
    } else if (word === "pard") [level, isItem, beginsPage] = [undefined, false, false];
    else if (word === "pagebb") beginsPage = number !== 0;
    else if (word === "sectd" || word === "sbkpage" || word === "sbkodd" || word === "sbkeven") section = "page";
    else if (word === "sbknone" || word === "sbkcol") section = "none";
    else if (word === "outlinelevel") level = number === undefined || number > 5 ? undefined : number + 1;
    else if (word === "ls" || word === "pnlvlblt") isItem = true;
    else if (word === "page") flow.pageBreak();
    else if ((word === "intbl" || word === "trowd") && !inRow) {
      flow.openRow();
      flow.openCell();
      inRow = true;
    } else if (word === "cell") {
      endParagraph();
      flow.openCell();
    } else if (word === "row" && inRow) {
      flow.closeRow();
      inRow = false;
    } else if (Object.hasOwn(CHARACTERS, word)) put(CHARACTERS[word]!);
  };

  flow.openParagraph();
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(source); token; token = TOKEN.exec(source)) {
    const [, word, number, byte, sign, brace, run] = token;
    bounds.step(TOKEN_STEPS);
    if (byte !== undefined) {
      // The bytes behind it, too: a text of another script is all such bytes, and a match for each costs ten times as much.
      let at = token.index;
      for (let value = byteAt(source, at); value !== undefined; value = byteAt(source, (at += BYTE_LENGTH))) {
        bounds.step(BYTE_STEPS);
        if (pending > 0) pending -= 1;
        else encoded[waiting++] = value;
        if (waiting === MOST_ENCODED) flush();
      }
      TOKEN.lastIndex = at;
      continue;
    }
    flush();
    // What is skipped behind a character ends with its group.
    if (brace !== undefined) pending = 0;
    if (brace === "{") {
      depth.opened();
      outer.push({ ...group });
      // Of a text that is there in two forms, the first is for old readers.
      if (group.destination === "upr") group = { ...group, skipped: true, destination: "" };
    } else if (brace === "}") {
      const around = outer.pop();
      if (around) depth.closed();
      const ended = group;
      group = around ?? group;
      // Behind the end of the text may be anything; in a file with a brace too many, more of the text.
      if (outer.length === 0 && TOKEN.lastIndex > lastControl) break;
      if (ended.margin && !group.margin) {
        flush();
        closeMargin(ended.margin);
      }
      if (ended.gathers && !group.gathers) settle(ended.gathers);
      if (ended.destination === "fldinst" && group.destination !== "fldinst" && field) {
        put(shownOf(field));
        field = undefined;
      }
    } else if (word === "bin") TOKEN.lastIndex += Math.max(Number(number ?? 0), 0);
    else if (word !== undefined) control(word, number === undefined ? undefined : Number(number));
    else if (sign === "*") {
      optional = true;
      continue;
    } else if (sign !== undefined) put(CHARACTERS[sign] ?? "");
    else if (run !== undefined) {
      const skip = Math.min(pending, run.length);
      pending -= skip;
      const text = run.slice(skip);
      // As old programs write, against the rules: letters are bytes of the code page.
      if (/[^\0-\x7f]/.test(text)) {
        bounds.step(DECODING_STEPS);
        const end = TOKEN.lastIndex;
        const raw = bytes.subarray(end - text.length, end);
        for (const piece of decodedPieces(iconv, raw, fonts.get(group.font) ?? codePage)) putLetters(piece);
      } else putLetters(text);
    }
    optional = false;
  }
  flush();
  endParagraph();
  flow.closeParagraph();
  if (inRow) flow.closeRow();
  if (margin) closeMargin("head");
  for (const note of notes) if (note) pages.line(note);
  writeComments(pages, comments);
  for (const text of feet) if (text) pages.line(text);
  return pages;
}

/** The charset of fonts that have signs in the place of letters, and what those are called that are known. */
const SIGNS_CHARSET = 2;
const SIGN_FONT = /(wingdings 2|wingdings|webdings|symbol);/i;
const MAX_FONT_TEXT = 300;
const MAX_SIGN_FONTS = 100;

/** A field without a state has its usual one. */
const UNSET = 25;

function shownOf({ type, state, usual, choices }: Field): string {
  const now = state === UNSET ? usual : state;
  if (type === 1) return now === 1 ? "[x]" : "[ ]";
  return type === 2 ? (choices[now] ?? "") : "";
}
