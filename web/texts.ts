// The texts of the page: which its code shows, which stand in the catalogs, and which English ones bypass them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type MessageFormatElement, parse, TYPE } from "@formatjs/icu-messageformat-parser";
import { parseAst } from "vite";
import { ERRORS } from "../supabase/functions/_shared/errors.ts";
import { TEMPLATES } from "../supabase/functions/_shared/extraction/templates/index.ts";
import { DOCUMENT_TYPES } from "../supabase/functions/_shared/document-types.ts";
import { METADATA_FIELDS } from "../supabase/functions/_shared/metadata-fields.ts";
import { labelOf, scalarsOf, tablesOf } from "./src/extraction/model.ts";
import { countText, words } from "./src/format.ts";
import { SENTENCES } from "./src/sentences.ts";

const SOURCE = fileURLToPath(new URL("src/", import.meta.url));
export const OTHER_LANGUAGES = ["de", "fr", "es"] as const;
const catalogFile = (language: string, part = "") => path.join(SOURCE, "languages", `${language}${part}.json`);

/** What is loaded when it is opened (lazyView): its texts are in a catalog of their own, so that the first load has less. */
const LATER =
  /^(?:account|connections|document|extraction|palette|sign-in|tags|trash|usage|visitors)\/|^(?:documents\/(?:Selection|BulkEdit|export|Grid)|refusals\.ts|upload\/Photographs|views\/(?:KeepView|ManageViews))|^(?:TEMPLATES|ERRORS)$/;

/** A node of the parser's tree: its fields depend on its type. */
type Node = { type: string; start: number; end: number } & Record<string, unknown>;
export type Found = { text: string; at: string };

const files = (): string[] =>
  readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter((file) => /(?<!\.d)\.tsx?$/.test(file));

/** What the code passes to `t`, `rich`, `mark` and `count`, and the names that it takes from the functions. */
export function usedTexts(): Found[] {
  return [
    ...files().flatMap((file) => textsIn(readFileSync(path.join(SOURCE, file), "utf8"), file)),
    ...METADATA_FIELDS.map(({ label }) => ({ text: label, at: "METADATA_FIELDS" })),
    ...DOCUMENT_TYPES.map((type) => ({ text: words(type), at: "DOCUMENT_TYPES" })),
    ...Object.values(TEMPLATES).flatMap(({ name, description, fields }) =>
      [
        name,
        description,
        ...[...scalarsOf(fields).keys(), ...tablesOf(fields).map(([table]) => table)].map(labelOf),
      ].map((text) => ({ text, at: "TEMPLATES" })),
    ),
    // Those that the page has no sentence of its own for: the project's message is English.
    ...Object.keys(ERRORS)
      .filter((code) => !(code in SENTENCES))
      .map((code) => ({ text: `error ${code}`, at: "ERRORS" })),
  ];
}

/** @throws when a text is not written where it is used: the catalogs could not know it */
export function textsIn(code: string, file: string): Found[] {
  const found: Found[] = [];
  visit(parsed(code, file), [], (node) => {
    if (node.type !== "CallExpression") return;
    const at = place(code, file, node);
    const given = node.arguments as Node[];
    switch (nameOf(node.callee)) {
      // What is not written here is a constant that was marked, or a name that usedTexts adds.
      case "t":
        for (const text of literalsOf(given[0])) found.push({ text, at });
        return;
      case "rich":
      case "mark": {
        const [text] = literalsOf(given[0]);
        if (text === undefined) throw new Error(`${at}: the text has to stand here`);
        found.push({ text, at });
        return;
      }
      case "count": {
        const [one, many] = given.slice(1).map((argument) => literalsOf(argument)[0]);
        if (one === undefined) throw new Error(`${at}: the text has to stand here`);
        found.push({ text: countText(one, many), at });
      }
    }
  });
  return found;
}

/** Attributes and fields that people read. */
const READ =
  /^(?:aria-label|aria-description|aria-placeholder|title|placeholder|label|alt|about|action|header|name|what|hint)$/;
/** Functions whose first or second text people read. */
const SAYS = /^(?:say|attempt|copy)$/;

/** English that a reader would see and no catalog knows: words in the page, in attributes that are read, and in what is said. */
export function untranslated(): Found[] {
  return files().flatMap((file) => untranslatedIn(readFileSync(path.join(SOURCE, file), "utf8"), file));
}

export function untranslatedIn(code: string, file: string): Found[] {
  const found: Found[] = [];
  visit(parsed(code, file), [], (node, above) => {
    const text = textOf(node);
    // An address that is an example is one in every language.
    if (text === undefined || !/\p{L}{2}/u.test(text.replace(/\S*[@/]\S*|\S+\.example/g, ""))) return;
    if (isShown(node, text, above)) found.push({ text: text.trim().replace(/\s+/g, " "), at: place(code, file, node) });
  });
  return found;
}

function isShown(node: Node, text: string, above: Node[]): boolean {
  // What a document says, and names.
  if (above.some(isNotToTranslate)) return false;
  if (node.type === "JSXText") return true;
  // Keys of the keyboard, and of queries.
  if (above.some(({ type, key }) => type === "Property" && /^(?:key|queryKey)$/.test(String((key as Node).name))))
    return false;
  for (let up = above.length - 1; up >= 0; up -= 1) {
    const parent = above[up]!;
    const child = above[up + 1] ?? node;
    switch (parent.type) {
      case "CallExpression":
      case "NewExpression":
        if (/^(?:t|rich|mark|count)$/.test(nameOf(parent.callee) ?? "")) return false;
        if (SAYS.test(nameOf(parent.callee) ?? "")) return /\s/.test(text.trim()) || /^\p{Lu}/u.test(text);
        return nameOf(parent.callee) === "Error" && isSentence(text);
      case "BinaryExpression":
      case "ImportDeclaration":
      case "ImportExpression":
      case "ExportNamedDeclaration":
      case "TSLiteralType":
      case "MemberExpression":
      case "SwitchCase":
        return false;
      case "ConditionalExpression":
        if (child === parent.test) return false;
        continue;
      case "JSXAttribute":
        // A field's name is for the form that it is in.
        return READ.test(String((parent.name as Node).name)) && (parent.name as Node).name !== "name";
      case "JSXExpressionContainer":
        if (above[up - 1]?.type === "JSXAttribute") continue;
        return true;
      case "Property": {
        if (child === parent.key) return false;
        const key = parent.key as Node;
        if (READ.test(String(key.name ?? key.value)) && /^\p{Lu}|\s/u.test(text)) return true;
        return isSentence(text);
      }
      case "ArrowFunctionExpression":
      case "FunctionDeclaration":
      case "VariableDeclarator":
      case "ReturnStatement":
      case "ArrayExpression":
        return isSentence(text);
    }
  }
  return false;
}

/** Words that begin with a capital, or several of them: no id, class or path. */
const isSentence = (text: string): boolean =>
  /^\p{Lu}\p{Ll}+(?: |$)/u.test(text.trim()) || /\p{L}{2,} \p{L}{2,}/u.test(text);

/** An element with HTML's own `translate="no"`. */
const isNotToTranslate = ({ type, openingElement }: Node): boolean =>
  type === "JSXElement" &&
  ((openingElement as Node).attributes as Node[]).some(
    (attribute) =>
      attribute.type === "JSXAttribute" &&
      (attribute.name as Node).name === "translate" &&
      (attribute.value as Node).value === "no",
  );

const textOf = (node: Node): string | undefined => {
  if (node.type === "JSXText") return node.value as string;
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TemplateLiteral")
    return (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join(" ");
  return undefined;
};

/** The text of a literal, or those of the branches of a condition. */
function literalsOf(node: Node | undefined): string[] {
  if (!node) return [];
  if (node.type === "ConditionalExpression")
    return [...literalsOf(node.consequent as Node), ...literalsOf(node.alternate as Node)];
  const text = node.type === "TemplateLiteral" && (node.expressions as Node[]).length > 0 ? undefined : textOf(node);
  return text === undefined ? [] : [text];
}

const nameOf = (callee: unknown): string | undefined => {
  const { type, name } = callee as Node;
  return type === "Identifier" ? String(name) : undefined;
};

const parsed = (code: string, file: string): Node =>
  parseAst(code, { lang: file.endsWith("x") ? "tsx" : "ts" }, file) as unknown as Node; // Walked without knowing each type

const place = (code: string, file: string, { start }: Node): string =>
  `${file}:${code.slice(0, start).split("\n").length}`;

function visit(node: unknown, above: Node[], look: (node: Node, above: Node[]) => void): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) return node.forEach((one) => visit(one, above, look));
  const isNode = typeof (node as Node).type === "string" && typeof (node as Node).start === "number";
  if (isNode) look(node as Node, above);
  const next = isNode ? [...above, node as Node] : above;
  for (const value of Object.values(node)) visit(value, next, look);
}

const readJson = (file: string): Record<string, string> =>
  existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : {};

export const catalogOf = (language: string): Record<string, string> => ({
  ...readJson(catalogFile(language)),
  ...readJson(catalogFile(language, ".more")),
});

/** The parts of a catalog as they are to stand in their files: by their texts' order, a text a line, so that two people's lines rarely meet. */
export function partsOf(texts: Record<string, string>, used: Found[]): { first: string; more: string } {
  const early = new Set(used.filter(({ at }) => !LATER.test(at)).map(({ text }) => text));
  const sorted = Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1));
  const json = (some: [string, string][]) => `${JSON.stringify(Object.fromEntries(some), null, 2)}\n`;
  return {
    first: json(sorted.filter(([text]) => early.has(text))),
    more: json(sorted.filter(([text]) => !early.has(text))),
  };
}

export const filesOf = (language: string): { first: string; more: string } => ({
  first: readFileSync(catalogFile(language), "utf8"),
  more: readFileSync(catalogFile(language, ".more"), "utf8"),
});

export function writeCatalog(language: string, texts: Record<string, string>, used: Found[]): void {
  const { first, more } = partsOf(texts, used);
  writeFileSync(catalogFile(language), first);
  writeFileSync(catalogFile(language, ".more"), more);
}

/** The arguments of an ICU message: "count". Tags are none, since `rich` takes elements as values. */
export function placeholdersOf(text: string): string[] {
  const names = new Set<string>();
  const look = (elements: MessageFormatElement[]): void => {
    for (const element of elements) {
      if (element.type === TYPE.literal || element.type === TYPE.pound) continue;
      if (element.type === TYPE.tag) throw new Error(`A tag in "${text}"`);
      names.add(element.value);
      if (element.type === TYPE.plural || element.type === TYPE.select)
        for (const { value } of Object.values(element.options)) look(value);
    }
  };
  look(parse(text));
  return [...names].sort();
}
