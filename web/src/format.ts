import { languageNow, localeNow, t } from "./language.ts";

/** A format of Intl in the locale of the reader, made when it is first needed and again when the locale changes. */
function byLocale<Format>(make: (locale: string) => Format): () => Format {
  let known: { locale: string; format: Format } | undefined;
  return () => {
    const locale = localeNow();
    if (known?.locale !== locale) known = { locale, format: make(locale) };
    return known.format;
  };
}
const numbers = (options?: Intl.NumberFormatOptions) => byLocale((locale) => new Intl.NumberFormat(locale, options));
const dates = (options: Intl.DateTimeFormatOptions) => byLocale((locale) => new Intl.DateTimeFormat(locale, options));

const plainNumbers = numbers();
/** A number as the reader writes it: "1,001". */
export const number = (amount: number): string => plainNumbers().format(amount);

const decimals = numbers({ maximumFractionDigits: 4 });
export const decimal = (amount: number): string => decimals().format(amount);

/** Between the whole part and the decimals, where the reader is: "." or ",". */
export const decimalSign = (): string =>
  decimals()
    .formatToParts(1.5)
    .find(({ type }) => type === "decimal")?.value ?? ".";

const typedNumbers = numbers({ maximumFractionDigits: 10, useGrouping: false });
/** A number as the reader would type it: "1565,52". */
export const typedNumber = (amount: number): string => typedNumbers().format(amount);

const shares = numbers({ style: "percent" });
/** 0.97 as "97%", or "97 %" where that is written so. */
export const percent = (share: number): string => shares().format(share);

const sizes = numbers({ maximumFractionDigits: 1 });
export function bytes(amount: number): string {
  if (amount < 1000) return t("{size} B", { size: amount });
  if (amount < 1_000_000) return t("{size} KB", { size: sizes().format(amount / 1000) });
  if (amount < 1_000_000_000) return t("{size} MB", { size: sizes().format(amount / 1_000_000) });
  return t("{size} GB", { size: sizes().format(amount / 1_000_000_000) });
}

/** "credit-note" → "Credit note" */
export const words = (slug: string): string => slug.charAt(0).toUpperCase() + slug.slice(1).replaceAll("-", " ");

/** What a document is, in the reader's language. The catalogs have all of DOCUMENT_TYPES. */
export const typeName = (type: string): string => t(words(type));

/** A name within a sentence: "Edit amount". German nouns keep their capital. */
export const within = (name: string): string => (languageNow() === "de" ? name : name.toLowerCase());

const days = dates({ day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
/** A calendar day, "2026-03-17", in no time zone. */
export const day = (iso: string): string => days().format(new Date(`${iso}T00:00:00Z`));

/** Of the calendar: 2026-02-30 is none, nor is a year 0. */
export function isDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) && text >= "0001" ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

const monthNames = {
  narrow: dates({ month: "narrow", timeZone: "UTC" }),
  long: dates({ month: "long", timeZone: "UTC" }),
  withYear: dates({ month: "long", year: "numeric", timeZone: "UTC" }),
};
/** The month of a calendar day, "2026-03-01". */
export const monthName = (iso: string, style: keyof typeof monthNames): string =>
  monthNames[style]().format(new Date(`${iso}T00:00:00Z`));

const moments = dates({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const daysHere = dates({ day: "numeric", month: "short", year: "numeric" });
const daysOfMonths = dates({ day: "numeric", month: "long", timeZone: "UTC" });
const clocks = dates({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const relatives = byLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));

/** Postgres writes "2026-11-24 17:49:01.116654+00", PostgREST ISO 8601; browsers are sure of the latter only. */
export const instant = (time: string): Date => new Date(time.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));

export const moment = (time: string): string => moments().format(instant(time));
/** The day of a time, where the reader is. */
export const date = (time: string): string => daysHere().format(instant(time));
/** The day and month of a time in UTC: "1 December". */
export const dayOfMonth = (time: string): string => daysOfMonths().format(instant(time));
export const clock = (time: string): string => clocks().format(instant(time));

/** "2 hours ago" within a day; the day beyond. */
export function ago(time: string, now = Date.now()): string {
  const seconds = Math.round((instant(time).getTime() - now) / 1000);
  if (seconds > -45) return t("just now");
  if (seconds > -3600) return relatives().format(Math.round(seconds / 60), "minute");
  if (seconds > -86_400) return relatives().format(Math.round(seconds / 3600), "hour");
  return daysHere().format(instant(time));
}

/**
 * "1 page", "2,000 pages". The catalogs have it under `countText(one, many)`.
 *
 * @param one and `many` are texts of the code, for the catalogs
 */
export const count = (amount: number, one: string, many?: string): string => t(countText(one, many), { count: amount });

/** The text of the catalogs for a count: "{count, plural, one {# page} other {# pages}}". */
export const countText = (one: string, many = `${one}s`): string => `{count, plural, one {# ${one}} other {# ${many}}}`;

const sums = numbers({ minimumFractionDigits: 2, maximumFractionDigits: 4 });
/** An amount of money without its currency. */
export const sum = (amount: number): string => sums().format(amount);

const cents = numbers({ style: "currency", currency: "USD", maximumFractionDigits: 2 });
const partsOfCents = numbers({ style: "currency", currency: "USD", maximumFractionDigits: 4 });
export const dollars = (microUsd: number): string =>
  (microUsd > 0 && microUsd < 100_000 ? partsOfCents : cents)().format(microUsd / 1_000_000);

const languageNames = byLocale((locale) => new Intl.DisplayNames(locale, { type: "language" }));
export function language(code: string): string {
  try {
    return languageNames().of(code) ?? code;
  } catch {
    return code;
  }
}
