import { keyOf } from "../text/text.ts";

/** The languages whose papers are read. */
const LOCALES = [
  "en",
  "de",
  "fr",
  "es",
  "it",
  "pt",
  "nl",
  "ms",
  "pl",
  "cs",
  "sk",
  "sv",
  "da",
  "nb",
  "fi",
  "hu",
  "ro",
  "tr",
  "el",
  "ru",
  "uk",
  "ja",
  "zh",
  "ko",
  "ar",
  "he",
];

let known: Set<string> | undefined;

/** The days of the week, in full and short, in key form. Made when first asked for. */
function weekdays(): Set<string> {
  if (known) return known;
  known = new Set();
  for (const locale of LOCALES)
    for (const weekday of ["long", "short"] as const) {
      const format = new Intl.DateTimeFormat(locale, { weekday, timeZone: "UTC" });
      // 2024-01-01 was a Monday.
      for (let day = 1; day <= 7; day++) known.add(keyOf(format.format(Date.UTC(2024, 0, day))).trim());
    }
  return known;
}

/** A key without the day of the week that it ends in: " held on tuesday " becomes " held on ". */
export function withoutWeekday(key: string): string {
  const end = key.trimEnd();
  const last = end.slice(end.lastIndexOf(" ") + 1);
  return last !== "" && weekdays().has(last) ? end.slice(0, end.length - last.length) : key;
}

/** Whether a key is a day of the week and nothing else. */
export function isWeekday(key: string): boolean {
  return weekdays().has(key.trim());
}
