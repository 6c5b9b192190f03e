import { Buffer } from "node:buffer";
import { type Bounds, depthGuard } from "./bounds.ts";
import { type FileText, written } from "./file-text.ts";
import { Flow } from "./flow.ts";
import { writeComments } from "./office-drawings.ts";
import { PageWriter } from "./page-writer.ts";

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
  listtext: "number",
  pntext: "number",
  sn: "property",
  sv: "value",
  ffl: "choice",
};
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
};
type Gathered = "comment" | "number" | "property" | "value" | "choice";
/** A field of a form: a box (1) or a choice (2), and its state. */
type Field = { type: number; state: number; usual: number; choices: string[] };

/** A control word with its number, a control sign, the byte of a \'hh, a brace, or a run of plain text. */
const TOKEN = /\\([a-z]+)(-?\d+)? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+/gi;

/** What it costs to decode a run of bytes, however short. */
const DECODING_STEPS = 5;

/** A Rich Text file (RTF 1.9.1): flowing text with its tables, headers and notes; page breaks that were set end a page. */
export async function readRtf(bytes: Uint8Array, bounds: Bounds): Promise<FileText> {
  return written(await rtfText(bytes, bounds));
}

export async function rtfText(bytes: Uint8Array, bounds: Bounds): Promise<PageWriter> {
  const { default: iconv } = await import("iconv-lite");
  const source = new TextDecoder("latin1").decode(bytes);
  const pages = new PageWriter(bounds);
  const flow = new Flow(pages);
  const fonts = new Map<number, string>();
  const outer: Group[] = [];
  const depth = depthGuard();
  let group: Group = { skipped: false, hidden: false, font: 0, unicodeSkip: 1, destination: "" };
  let codePage = "cp1252";
  let encoded: number[] = [];
  let pending = 0;
  let optional = false;
  let inRow = false;

  const comments: string[] = [];
  /** What the open group gathers, and the name of the last property of a shape. */
  let gathered: string[] = [];
  let property = "";
  let field: Field | undefined;
  const put = (text: string): void => {
    if (group.gathers) gathered.push(text);
    else if (!group.skipped && !group.hidden) flow.text(text);
  };
  /** Puts what a group has gathered where it belongs, once it is closed. */
  const settle = (kind: Gathered): void => {
    const text = gathered.join("");
    gathered = [];
    if (kind === "comment") comments.push(text);
    else if (kind === "property") property = text.trim();
    else if (kind === "choice") field?.choices.push(text);
    else if (kind === "value" && property === DRAWN_TEXT) put(`${text} `);
    // Of an item with a sign, which stands in a font of signs, the paragraph says that it is one.
    else if (kind === "number" && /[\p{L}\p{N}]/u.test(text.trim())) put(`${text.trim()} `);
  };
  // A letter or two between others is the usual case, and may come millions of times.
  const letters = new Map<string, string>();
  const decoded = (page: string): string => {
    if (encoded.length > 2) {
      bounds.step(DECODING_STEPS);
      return iconv.decode(Buffer.from(encoded), page);
    }
    const key = `${page} ${encoded[0]} ${encoded[1]}`;
    let text = letters.get(key);
    if (text === undefined) letters.set(key, (text = iconv.decode(Buffer.from(encoded), page)));
    return text;
  };
  const flush = (): void => {
    if (encoded.length === 0) return;
    put(decoded(fonts.get(group.font) ?? codePage));
    encoded = [];
  };
  /** What the paragraph is: set by control words, and kept until it is set again. */
  let level: number | undefined;
  let isItem = false;
  const endParagraph = (): void => {
    flow.mark(level === undefined ? (isItem ? { kind: "item", depth: 0 } : undefined) : { kind: "heading", level });
    flow.closeParagraph();
    flow.openParagraph();
  };
  const control = (word: string, number: number | undefined): void => {
    if (group.destination === "fonttbl") {
      if (word === "f" && number !== undefined) group.font = number;
      const charset = word === "fcharset" ? FONT_CODE_PAGES[number ?? 0] : undefined;
      if (charset) fonts.set(group.font, charset);
      return;
    }
    if (Object.hasOwn(GATHERED, word) && !group.gathers && (!group.skipped || word === "ffl")) {
      const kind = GATHERED[word]!;
      if (kind === "choice" && (!field || field.choices.length >= MAX_CHOICES)) return;
      group.gathers = kind;
      gathered = [];
    } else if (word === "formfield" && optional) {
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
      put(String.fromCharCode(number & 0xffff));
      pending = group.unicodeSkip;
    } else if (word === "uc") group.unicodeSkip = number ?? 1;
    else if (word === "ansicpg" && number && iconv.encodingExists(`cp${number}`)) codePage = `cp${number}`;
    else if (word === "mac") codePage = "macintosh";
    else if (word === "pc") codePage = "cp437";
    else if (word === "f") group.font = number ?? 0;
    else if (word === "plain") group.hidden = false;
    else if (word === "v" || word === "deleted") group.hidden = number !== 0;
    else if (group.skipped && !group.gathers) return;
    else if (group.gathers) put(Object.hasOwn(CHARACTERS, word) ? CHARACTERS[word]! : word === "par" ? " " : "");
    else if (word === "par" || word === "sect") endParagraph();
    else if (word === "pard") [level, isItem] = [undefined, false];
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
    bounds.step();
    if (byte !== undefined) {
      if (pending > 0) pending -= 1;
      else encoded.push(Number.parseInt(byte, 16));
      continue;
    }
    flush();
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
      if (/[\x80-\xff]/.test(text)) {
        bounds.step(DECODING_STEPS);
        put(iconv.decode(Buffer.from(text, "latin1"), fonts.get(group.font) ?? codePage));
      } else put(text);
    }
    optional = false;
  }
  flush();
  endParagraph();
  flow.closeParagraph();
  if (inRow) flow.closeRow();
  writeComments(pages, comments);
  return pages;
}

/** A field without a state has its usual one. */
const UNSET = 25;

function shownOf({ type, state, usual, choices }: Field): string {
  const now = state === UNSET ? usual : state;
  if (type === 1) return now === 1 ? "[x]" : "[ ]";
  return type === 2 ? (choices[now] ?? "") : "";
}
