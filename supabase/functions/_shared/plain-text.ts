import { trimmedEnd } from "./trim.ts";

/**
 * Makes text that a model or a document chose fit to be shown anywhere: one line, nothing that a browser, a terminal or
 * a spreadsheet would act on, nothing that looks like what it is not. Doing it twice changes nothing.
 *
 * - control, bidi and other invisible characters go, a line break becomes a space; the joiners stay where a script needs them
 * - markup goes: HTML and XML, also written with entities or full-width signs; Markdown links keep their words
 * - addresses with a scheme, and such as begin with "www.", go
 * - a letter of another script in a word of Latin ones becomes the Latin letter that it imitates
 */
export function plainText(text: string): string {
  let before = "";
  let plain = text;
  // What is taken away may leave something new behind ("<scr<b>ipt>"), so until nothing changes; each round only shortens.
  for (let round = 0; round < MAX_ROUNDS && plain !== before; round++) {
    before = plain;
    plain = PASSES.reduce((text, pass) => pass(text), plain);
  }
  return plain;
}

/** Plain text as a file name: without what file systems and shells take for something else. */
export function plainName(name: string): string {
  const clean = plainText(name)
    .replace(/[/\\:*?"|]+/g, " ")
    .replace(/\s+/g, " ")
    .replace(/(?: - )(?:- )+/g, " - ")
    .replace(/^[\s.~-]+/, "");
  return trimmedEnd(clean, /[\s-]/);
}

/** Every string in a JSON value as plain text, keys included; what is nested too deeply is left out. */
export function plainValue(value: unknown, depth = 5): unknown {
  if (typeof value === "string") return plainText(value);
  if (value === null || typeof value !== "object") return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.map((item) => plainValue(item, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [plainText(key), plainValue(item, depth - 1)]));
}

/** Whether a quote from a document may be kept and shown as it stands: a changed quote would prove nothing. */
export function isInert(quote: string): boolean {
  return (
    !/(?![\u00AD\u200C\u200D])[^\P{C}\s]/u.test(quote) && !/<[a-z/!?]|(?:javascript|vbscript|data):\S/iu.test(quote)
  );
}

const MAX_ROUNDS = 8;

/** Scripts in which a joiner, or its opposite, makes another word. */
const JOINING = [
  "Arabic",
  "Devanagari",
  "Bengali",
  "Gujarati",
  "Gurmukhi",
  "Kannada",
  "Malayalam",
  "Sinhala",
  "Tamil",
  "Telugu",
];
const STRAY_JOINERS = new RegExp(
  `[\\u200C\\u200D](?<![${JOINING.map((script) => `\\p{Script=${script}}`).join("")}]\\p{M}{0,20}.)`,
  "gu",
);

const PASSES: ((text: string) => string)[] = [
  (text) =>
    text
      .normalize("NFC")
      .replace(/[＆／０-９＜＝＞Ａ-Ｚａ-ｚ\u{1D400}-\u{1D7FF}]/gu, (letter) => letter.normalize("NFKC")),
  (text) =>
    text
      .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
      .replace(STRAY_JOINERS, "")
      .replace(/\p{Variation_Selector}|[^\P{C}\u200C\u200D]/gu, ""),
  (text) => text.replace(/(\p{M}{3})\p{M}+/gu, "$1"),
  (text) => text.replace(/&(?:amp|#38|#x26);/gi, "&").replace(/&(?:#x?[0-9a-f]{1,6}|[a-z]{2,8});?(?<=;|\d)/gi, " "),
  (text) => withoutMarkup(text).replace(/[<>\uFE64\uFE65]/g, ""),
  (text) => text.replace(/!?\[([^\][]*)\]\((?:[^()]|\([^()]*\))*\)?/g, "$1").replace(/`+|\{\{|\}\}|\$\{/g, ""),
  (text) =>
    text
      .replace(/\b[a-z][a-z0-9+.-]{1,20}:\/\/\S*/gi, "")
      .replace(/\b(?:javascript|vbscript|data|mailto):\S+/gi, "")
      .replace(/\bwww\.\S+/gi, ""),
  (text) => text.replace(/[\p{L}\p{M}\p{N}]+/gu, latinised),
  (text) =>
    text
      .replace(/\s+/g, " ")
      .replace(/^[\s=@]+/, "")
      .trimEnd(),
];

/** What begins with one of these ends with the other, whatever stands between them. */
const ENCLOSED: [opening: RegExp, closing: RegExp][] = [
  [/^<script\b/i, /<\/script\s{0,20}>/gi],
  [/^<style\b/i, /<\/style\s{0,20}>/gi],
  [/^<!--/, /-->/g],
];

/**
 * A text with a space in place of each script, style, comment and tag. Step by step: a pattern would look for the end of each thing
 * that has none as far as the text goes.
 */
function withoutMarkup(text: string): string {
  const pieces: string[] = [];
  const endless = new Set<RegExp>();
  let from = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at + 1)) {
    if (at < from) continue;
    const end = endOfEnclosed(at) ?? endOfTag(at);
    if (end === null) continue;
    pieces.push(text.slice(from, at));
    from = end;
  }
  return [...pieces, text.slice(from)].join(" ");

  function endOfEnclosed(at: number): number | null {
    const opened = text.slice(at, at + 8);
    for (const [opening, closing] of ENCLOSED) {
      if (!opening.test(opened) || endless.has(closing)) continue;
      closing.lastIndex = at;
      if (closing.test(text)) return closing.lastIndex;
      endless.add(closing);
    }
    return null;
  }

  function endOfTag(at: number): number | null {
    if (!/[a-z/!?]/i.test(text[at + 1] ?? "")) return null;
    TAG_END.lastIndex = at + 2;
    const end = TAG_END.exec(text);
    return end?.[0] === ">" ? end.index + 1 : null;
  }
}

const TAG_END = /[<>]/g;

/** Cyrillic and Greek letters that are drawn like Latin ones, and those. https://www.unicode.org/reports/tr39/#Confusable_Detection */
const IMITATIONS =
  "аaеeоoрpсcуyхxіiјjѕsһhԁdԛqԝwАAВBЕEКKМMНHОOРPСCТTХXІIЈJЅSУYοoαaνvρpιiκkυuΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX";
const LATIN_FOR = new Map(
  Array.from({ length: IMITATIONS.length / 2 }, (_, index) => [IMITATIONS[index * 2]!, IMITATIONS[index * 2 + 1]!]),
);

function latinised(word: string): string {
  if (!/\p{Script=Latin}/u.test(word) || !/[\p{Script=Cyrillic}\p{Script=Greek}]/u.test(word)) return word;
  return Array.from(word, (letter) => LATIN_FOR.get(letter) ?? letter).join("");
}
