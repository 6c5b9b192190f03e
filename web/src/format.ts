const bytesFormat = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const units = ["KB", "MB", "GB"];
  let value = count / 1000;
  while (value >= 1000 && units.length > 1) {
    value /= 1000;
    units.shift();
  }
  return `${bytesFormat.format(value)} ${units[0]}`;
}

/** "credit-note" → "Credit note" */
export const words = (slug: string): string => slug.charAt(0).toUpperCase() + slug.slice(1).replaceAll("-", " ");

const dayFormat = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
/** A calendar day, "2026-03-17", in no time zone. */
export const day = (iso: string): string => dayFormat.format(new Date(`${iso}T00:00:00Z`));

const timeFormat = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const shortFormat = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric" });
const clockFormat = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const relativeFormat = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** Postgres writes "2026-11-24 17:49:01.116654+00", PostgREST ISO 8601; browsers are sure of the latter only. */
export const instant = (time: string): Date => new Date(time.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));

export const moment = (time: string): string => timeFormat.format(instant(time));
/** The day of a time, where the reader is. */
export const date = (time: string): string => shortFormat.format(instant(time));
export const clock = (time: string): string => clockFormat.format(instant(time));

/** "2 hours ago" within a day; the day beyond. */
export function ago(time: string, now = Date.now()): string {
  const seconds = Math.round((instant(time).getTime() - now) / 1000);
  if (seconds > -45) return "just now";
  if (seconds > -3600) return relativeFormat.format(Math.round(seconds / 60), "minute");
  if (seconds > -86_400) return relativeFormat.format(Math.round(seconds / 3600), "hour");
  return shortFormat.format(instant(time));
}

export const count = (amount: number, one: string, many = `${one}s`): string =>
  `${amount.toLocaleString()} ${amount === 1 ? one : many}`;

const sumFormat = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 4 });
/** An amount of money without its currency. */
export const sum = (amount: number): string => sumFormat.format(amount);

export const dollars = (microUsd: number): string =>
  new Intl.NumberFormat(undefined, {
    style: "currency",
    currency: "USD",
    maximumFractionDigits: microUsd > 0 && microUsd < 100_000 ? 4 : 2,
  }).format(microUsd / 1_000_000);

const languageNames = new Intl.DisplayNames(undefined, { type: "language" });
export function language(code: string): string {
  try {
    return languageNames.of(code) ?? code;
  } catch {
    return code;
  }
}
