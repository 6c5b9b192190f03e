import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseAst } from "vite";
import { ROOT } from "./checkout.ts";

/** pdf.js as the functions have it: made from unpdf's build. */
export const METERED_PDFJS = path.join(ROOT, "supabase", "functions", "ocr", "pdf", "pdfjs.mjs");

const SOURCE = path.join(ROOT, "node_modules", "unpdf");

/** Writes pdf.js with its meter. */
export async function writeMeteredPdfjs(): Promise<void> {
  await writeFile(METERED_PDFJS, await meteredPdfjs());
}

/**
 * A turn of a loop takes one unit. So many more: a piece of a text or list, or what is appended to one; a list or object; an
 * instance; a Map; an item of a list that an object keeps, which may be anywhere in it and is then an entry of a table.
 */
const [PIECE, LITERAL, OBJECT, COLLECTION, ENTRY] = [8, 8, 12, 50, 30];

/**
 * The start of the file. `meter(units)` gives what is computed from here so many units, and answers with what was left. Below
 * zero, each turn of each loop throws, and so does what is made by its length. What is made one by one throws at the next
 * turn: handlers of errors make some, and nobody handles theirs. A list of more than `SPARSE` items takes no memory for those
 * that it has not.
 */
const meterOf = (version: string): string =>
  `/* @ts-self-types="./pdfjs.d.mts" */
// pdf.js (Apache-2.0, Mozilla Foundation) as unpdf ${version} (MIT, Johann Schopplich) builds it, with a meter in it. Made by
// scripts/metered-pdfjs.ts (npm run gen:types), and not to be edited.
import { textOfName } from "./glyph-names.ts";
const $$own = {};
let $$left = 2 ** 30;
export function meter(units) { const left = $$left; $$left = units; return left; }
function $$c(units) { $$left -= units; }
function $$t() { if (--$$left < 0) throw new Error("The work takes more than it may."); }
function $$s(units) { if (($$left -= units) < 0) throw new Error("The work takes more than it may."); }
function $$a(size) { if (size > 0 && size <= ${SPARSE}) $$s(size); return size; }
function $$b(size) { if (typeof size === "number" && size > 0) $$s((size / 4) | 0); return size; }
`;

/** V8 makes longer lists that are empty as tables (JSArray::kInitialMaxFastElementArray). */
const SPARSE = 32 * 1024 * 1024;

type Node = { type: string; start: number; end: number } & Record<string, unknown>;

const LOOPS = new Set(["ForStatement", "ForInStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement"]);
const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
/** What takes as much memory as its first argument says. */
const SIZED = /^(?:Array|ArrayBuffer|(?:Big)?(?:Ui|I)nt\d+(?:Clamped)?Array|Float\d+Array)$/;
const PIECES = new Set(["push", "substring", "slice", "subarray", "fromCharCode", "concat"]);
const COLLECTIONS = /^(?:Map|Set|WeakMap|WeakSet|Promise)$/;

/** unpdf's pdf.js, with units taken at each turn of a loop and for what is made, so that what a file costs is bounded. */
export async function meteredPdfjs(): Promise<string> {
  const source = await readFile(path.join(SOURCE, "dist", "pdfjs.mjs"), "utf8");
  const { version } = JSON.parse(await readFile(path.join(SOURCE, "package.json"), "utf8")) as { version: string };
  const edits: Edit[] = [];
  const around = (node: Node, before: string, after: string): void => {
    edits.push({ at: node.start, other: node.end, text: before }, { at: node.end, other: node.start, text: after });
  };
  const end = source.indexOf(END_OF_WORK);
  if (end < 0) throw new Error(`unpdf's pdf.js has no "${END_OF_WORK}": what part of it works is not known.`);
  const visit = (node: Node, isInFunction: boolean): void => {
    if (node.start > end || isMessaging(node, source)) return;
    if (LOOPS.has(node.type)) {
      const body = node.body as Node;
      if (body.type === "BlockStatement") edits.push({ at: body.start + 1, other: source.length, text: "$$t();" });
      else around(body, "{$$t();", "}");
    }
    const isWithin = isInFunction || FUNCTIONS.has(node.type);
    const cost = isWithin ? costOf(node) : 0;
    if (cost > 0) around(node, `($$c(${cost}),`, ")");
    const size = isWithin ? sizeOf(node) : null;
    if (size) around(size, nameOf(node.callee) === "Array" ? "$$a(" : "$$b(", ")");
    for (const child of Object.values(node).flat())
      if (typeof (child as Node | null)?.type === "string") visit(child as Node, isWithin);
  };
  // The parser's own type of a node says less than is looked at here
  visit(parseAst(source) as unknown as Node, false);
  const names = NAMES.exec(source)?.groups;
  if (!names) throw new Error("unpdf's pdf.js does not look up the names of glyphs where it did.");
  const { list, glyph, texts, code } = names;
  const at = NAMES.exec(source)!.index + names.before!.length;
  edits.push({
    at,
    other: source.length,
    text: `const $$named=textOfName(${glyph},${list});if($$named!==null){${texts}[${code}]=$$named;continue}`,
  });
  const made = edited(source, edits).split(WORKING_HALF);
  if (made.length !== 3) throw new Error("unpdf's pdf.js does not leave and take its working half where it did.");
  return `${meterOf(version) + made.join("$$own.pdfjsWorker")}\nexport const glyphList = ${names.lister};\n`;
}

/** Where it looks up what the codes of a font stand for, by the names of their glyphs: it knows no variants, and few ligatures. */
const NAMES =
  /(?<before>const (?<list>\w+)=(?<lister>\w+)\(\);for\(const (?<code>\w+) in (?<all>\w+)\)\{let (?<glyph>\w+)=\k<all>\[\k<code>\];if\(\k<glyph>===""\)continue;)let (?<found>\w+)=\k<list>\[\k<glyph>\];if\(\k<found>!==void 0\)\{(?<texts>\w+)\[/;

/** A text that is put in. `other`: where what it stands around has its other end. */
type Edit = { at: number; other: number; text: string };

/** Where it leaves the half that works, and takes it from: another copy in the process would do the work, without a meter. */
const WORKING_HALF = "globalThis.pdfjsWorker";

/** What follows only asks, and shows. */
const END_OF_WORK = `${WORKING_HALF}=`;

/** Whether a class says to the other half what became of the work: it has to do that when the work was stopped. */
const isMessaging = ({ type, start }: Node, source: string): boolean =>
  type.startsWith("Class") &&
  /^class \w*\{static\{\w+\(this,"(?:Worker)?MessageHandler"\)\}/.test(source.slice(start, start + 100));

function costOf(node: Node): number {
  if (node.type === "ArrayExpression" || node.type === "ObjectExpression") return LITERAL;
  if (node.type === "NewExpression") return COLLECTIONS.test(nameOf(node.callee)) ? COLLECTION : OBJECT;
  if (node.type === "AssignmentExpression") {
    const { type, computed, object } = node.left as Node & { object?: Node };
    return type === "MemberExpression" && computed && object?.type === "MemberExpression" ? ENTRY : 0;
  }
  const callee = node.callee as Node | undefined;
  const isPiece = callee?.type === "MemberExpression" && PIECES.has(nameOf(callee.property));
  return node.type === "CallExpression" && isPiece && !callee.optional ? PIECE : 0;
}

/** What says how long a list or a buffer is to be, where it is not written there. */
function sizeOf(node: Node): Node | null {
  if (node.type !== "NewExpression" || !SIZED.test(nameOf(node.callee))) return null;
  const [size, ...more] = node.arguments as Node[];
  return size && more.length === 0 && !["Literal", "ArrayExpression", "SpreadElement"].includes(size.type)
    ? size
    : null;
}

const nameOf = (node: unknown): string => {
  const { type, name } = node as { type: string; name?: string };
  return type === "Identifier" && name ? name : "";
};

function edited(source: string, edits: readonly Edit[]): string {
  const isEnd = ({ at, other }: Edit): boolean => at > other;
  // Of two around the same, the one that begins last ends first.
  const ordered = [...edits.filter(isEnd).reverse(), ...edits.filter((edit) => !isEnd(edit))];
  ordered.sort((a, b) => a.at - b.at || Number(isEnd(b)) - Number(isEnd(a)) || b.other - a.other);
  const pieces: string[] = [];
  let at = 0;
  for (const edit of ordered) {
    pieces.push(source.slice(at, edit.at), edit.text);
    at = edit.at;
  }
  return pieces.concat(source.slice(at)).join("");
}
