import { trimmed, trimmedEnd } from "../../../_shared/trim.ts";
import { writtenDates } from "../dates/written-dates.ts";
import { titleCase } from "../sender/company-name.ts";
import { moneyIn } from "../amounts/money.ts";
import {
  FROM_LABELS,
  ROUTE_ARROWS,
  ROUTE_JOINERS,
  ROUTE_WORDS,
  STATION_WORDS,
  TICKET_WORDS,
  TO_LABELS,
} from "../tables/tickets.ts";
import { foldSpace, holds, keyOf, visible, wordsOf, type Finding, type Line } from "../text/text.ts";

/** Where a journey begins and ends, as the ticket names the places. */
export type Route = { from: string; to: string };

/** How many lines below its beginning a journey's end may be labelled. */
const REACH = 8;

const TIME = /(?<!\d)\d{1,2}\s?[:.h]\s?\d{2}(?:\s?(?:am|pm|uhr|h)\b)?(?!\d)/giu;
/** "Bologna Centrale ore 9:32": what stands before a time of day. */
const CLOCK_WORDS = /\s(?:(?:alle )?ore|um|at|à|a las|kl\.?|às)\s(?=\d{1,2}\s?[:.h]\s?\d{2})/giu;
const ARROW = new RegExp(`^(.{2,50}?)\\s?(?:${ROUTE_ARROWS.join("|")})\\s?(.{2,50})$`, "u");
const WORD = new RegExp(`^(.{3,50}?)\\s(?:${ROUTE_WORDS.join("|")})\\s(.{3,50})$`, "u");

/** The journey of a ticket: by its labels, by an arrow or a word between two places, or by two times with places. */
export function findRoute(lines: Line[]): Finding<Route> | null {
  return labelledRoute(lines) ?? joinedRoute(lines) ?? timedRoute(lines);
}

/** "Leeds to York", in the language of the ticket; a dash stands for the word in languages that bend the names beside it. */
export function routeText({ from, to }: Route, language: string | null): string {
  return `${from} ${ROUTE_JOINERS[language ?? "en"] ?? "–"} ${to}`;
}

/** The places without what their stations are called: "Leeds Central" becomes "Leeds". */
export function shortRoute({ from, to }: Route): Route {
  return { from: shortPlace(from), to: shortPlace(to) };
}

function labelledRoute(lines: Line[]): Finding<Route> | null {
  for (const line of lines) {
    // "From: LEEDS (LDS)   To: YORK (YRK)" in one row.
    const cells = line.cells.map((text) => ({ ...line, text, key: keyOf(text), cells: [text] }));
    const from = cells.length > 1 ? labelledPlace(cells, 0, FROM_LABELS) : null;
    const to = from && labelledPlace(cells, 1, TO_LABELS);
    if (from && to && to !== from) return { value: { from, to }, page: line.page, quote: line.text };
  }
  for (const [index, line] of lines.entries()) {
    const from = labelledPlace(lines, index, FROM_LABELS);
    if (!from) continue;
    for (let below = index + 1; below <= index + REACH && below < lines.length; below++) {
      const to = labelledPlace(lines, below, TO_LABELS);
      if (to && to !== from) return { value: { from, to }, page: line.page, quote: line.text };
    }
  }
  return null;
}

/** The place beside a label, or below one that stands alone. */
function labelledPlace(lines: Line[], index: number, labels: readonly string[]): string | null {
  const line = lines[index]!;
  const labelled = /^([\p{L} ']{1,25}?)\s?(?::\s?|\s(?=\p{Lu}))(.+)$/u.exec(line.text);
  if (labelled && labels.includes(keyOf(labelled[1] ?? "").trim())) return placeIn(labelled[2] ?? "");
  return labels.includes(line.key.trim()) && lines[index + 1] ? placeIn(lines[index + 1]!.text) : null;
}

function joinedRoute(lines: Line[]): Finding<Route> | null {
  for (const pattern of [ARROW, WORD]) {
    for (const line of lines) {
      const sides = pattern.exec(foldSpace(line.text.replace(TIME, " ")));
      const from = placeIn(sides?.[1] ?? "");
      const to = placeIn(sides?.[2] ?? "");
      if (from && to && from !== to) return { value: { from, to }, page: line.page, quote: line.text };
    }
  }
  return null;
}

/** "08:42 Leeds" and, below, "10:17 York": the first such place and the last one that is another. */
function timedRoute(lines: Line[]): Finding<Route> | null {
  const stops = lines.flatMap((line) => {
    const place = /^\D{0,3}\d{1,2}[:.h]\d{2}\D|\D\d{1,2}[:.h]\d{2}$/u.test(line.text) ? placeIn(line.text) : null;
    // Three letters beside a time are as likely the network on a telephone's screen.
    return place && place.replace(/[^\p{L}]/gu, "").length > 3 ? [{ place, line }] : [];
  });
  const first = stops[0];
  const last = stops.findLast(({ place }) => place !== first?.place);
  return first && last
    ? { value: { from: first.place, to: last.place }, page: first.line.page, quote: first.line.text }
    : null;
}

/** The name of a place in a text that holds nothing else but times, dates and codes in brackets; else null. */
function placeIn(text: string): string | null {
  const dates = writtenDates(text, true);
  const undated = dates
    .reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text)
    .replace(CLOCK_WORDS, " ")
    .replace(/\s(?:del|am|le|on|den|el)\s?$/u, "");
  const bare = undated.replace(/,?\s(?:terminal|gate|platform|pier|gleis|halle|voie|andén|quai)\s\w{1,3}(?!\w)/iu, "");
  const place = trimmed(visible(bare.replace(TIME, " ").replace(/\([^()]*\)/gu, " ")), /[\s|·•,;:–>-]/u);
  const key = keyOf(place);
  const words = place.split(" ");
  if (
    words.length > 5 ||
    place.length > 40 ||
    /\d/u.test(place) ||
    moneyIn(text).length > 0 ||
    !/\p{L}{3}/u.test(place)
  )
    return null;
  // Each word begins with a capital, but for the small ones within: "Frankfurt am Main".
  if (
    !/^[\p{Lu}\p{Lo}]/u.test(place) ||
    !words.every((word) => /^[\p{Lu}\p{Lo}(]/u.test(word) || word.length <= 4) ||
    /^\p{Ll}/u.test(words.at(-1)!)
  )
    return null;
  if (/ (?:time|zeit|uhrzeit|heure|hora|ora|tijd|terminal) /u.test(key)) return null;
  if (holds(key, TICKET_WORDS)) return null;
  // "EDINBURGH EDI": the code of an airport or a station stands behind its name.
  return titleCase(place.replace(/(?<=\p{L}{3})\s[A-Z]{3}$/u, ""));
}

function shortPlace(place: string): string {
  const words = place.split(" ");
  const station = words.findIndex((word, index) => index > 0 && STATION_WORDS.includes(wordsOf(keyOf(word))[0] ?? ""));
  return trimmedEnd((station > 0 ? words.slice(0, station) : words).join(" "), /[\s,(–-]/u);
}
