import { trimmedEnd } from "../../../_shared/trim.ts";
import { CONFIDENCE } from "../confidence.ts";
import { writtenDates } from "../dates/written-dates.ts";
import { BEFORE_PARTIES, JOINED_NAMES, PARTY_JOINERS, PARTY_OPENERS, PARTY_ROLES } from "../tables/contracts.ts";
import { foldSpace, keyOf, visible, wordsOf, type Finding, type Line } from "../text/text.ts";

/** Lines of the first page in which parties are introduced, and how far the second one may stand from the first. */
const INTRODUCTION = 60;
const REACH = 900;

const OPENER = new RegExp(`(?:^|[\\s,])(?:${PARTY_OPENERS.join("|")})(?![\\p{L}\\p{N}])\\s?:?\\s?`, "iu");
const JOINER = `(?:${PARTY_JOINERS.join("|")})`;
/** A joiner behind a bracket, a comma or a line's end ends an introduction; one between bare words may be part of a name. */
const JOINER_AFTER_MARK = new RegExp(`[),;»”"\\n]\\s*${JOINER}[\\s:]+`, "iu");
const JOINER_BETWEEN = new RegExp(`\\s${JOINER}\\s+`, "giu");
const BEFORE = new RegExp(
  `^(?:[\\s:–-]|\\(?[1a]\\)|1\\.|(?:${BEFORE_PARTIES.map((word) => word.replaceAll(".", "\\.")).join("|")})(?:(?<=['’])|(?=[\\s:])))+`,
  "iu",
);

/** The first two parties of a contract ("between A, of …, and B"), each with the line that names it; else none. */
export function findParties(lines: Line[]): Finding<string>[] {
  const first = lines.filter((line) => line.page === lines[0]?.page).slice(0, INTRODUCTION);
  for (const [index, line] of first.entries()) {
    const opener = OPENER.exec(line.text);
    if (!opener) continue;
    const beside = line.text.slice(opener.index + opener[0].length);
    const below = first.slice(index + 1);
    // In running text a line's end is a space; where the parties stand below, it ends a name.
    const text = (
      beside === "" ? below.map(({ text }) => text).join("\n") : [beside, ...below.map(({ text }) => text)].join(" ")
    ).slice(0, REACH);
    const names = twoNames(text);
    if (names) return names.map((name) => findingOf(name, [line, ...below]));
  }
  return [];
}

function twoNames(text: string): [string, string] | null {
  const one = nameAt(text);
  if (!one) return null;
  const rest = text.slice(one.end);
  const joiner = JOINER_AFTER_MARK.exec(rest) ?? new RegExp(JOINER_BETWEEN.source, "iu").exec(rest);
  const two = joiner && nameAt(rest.slice(joiner.index + joiner[0].length));
  return two && keyOf(two.name) !== keyOf(one.name) ? [one.name, two.name] : null;
}

/** The name that a text begins with, and where it ends: at a mark, at a line's end, or at a joiner that joins no names. */
function nameAt(text: string): { name: string; end: number } | null {
  const start = BEFORE.exec(text)?.[0].length ?? 0;
  const mark =
    /[,;(\n„“"«]|\s[–-]\s|(?<=\p{Ll}{4})\.\s|\s(?:of|at)\s(?=\d)|\s(?:dated|residing|located|registered|represented|vertreten|wohnhaft|représentée?|representada?)\s/u.exec(
      text.slice(start),
    );
  let end = mark ? start + mark.index : text.length;
  for (const joiner of text.slice(start, end).matchAll(JOINER_BETWEEN)) {
    const next = wordsOf(keyOf(text.slice(start + joiner.index + joiner[0].length, end)))[0] ?? "";
    if (JOINED_NAMES.includes(next)) continue;
    end = start + joiner.index;
    break;
  }
  const whole = visible(text.slice(start, end));
  const bare = trimmedEnd(whole, /[\s.:,-]/u);
  const name = whole[bare.length] === "." ? `${bare}.` : bare;
  return isName(name) ? { name, end } : null;
}

function isName(name: string): boolean {
  const words = wordsOf(keyOf(name));
  return (
    /^[\p{Lu}\p{Lo}\d]/u.test(name) &&
    /\p{L}{2}/u.test(name) &&
    name.length <= 80 &&
    words.length <= 9 &&
    !words.every((word) => PARTY_ROLES.includes(word)) &&
    writtenDates(name, true).length === 0 &&
    !/^\d+ \p{L}+$/u.test(name)
  );
}

function findingOf(name: string, lines: Line[]): Finding<string> {
  const beginning = foldSpace(name).split(" ").slice(0, 2).join(" ");
  const line =
    lines.find(({ text }) => text.includes(name)) ?? lines.find(({ text }) => text.includes(beginning)) ?? lines[0]!;
  return { value: name, page: line.page, quote: line.text, confidence: CONFIDENCE.sender.party };
}
