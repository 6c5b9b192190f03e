import { Children, type ReactElement, type ReactNode, useSyncExternalStore } from "react";
import { MessageFormatter, pluralTypeHandler } from "@ultraq/icu-message-formatter";

/** The languages that the page speaks, each by its own name. English stands in the code; the others in languages/. */
export const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français", es: "Español" } as const;
export type Language = keyof typeof LANGUAGES;
export const LANGUAGE_CODES = Object.keys(LANGUAGES).filter(isLanguage);

/** English text to that of another language. */
export type Catalog = Readonly<Record<string, string>>;

type Parts = Record<"first" | "more", () => Promise<{ default: Catalog }>>;

/** What the first view says, and what the views say that are loaded when they are opened (web/texts.ts tells them apart). */
const CATALOGS: Record<Exclude<Language, "en">, Parts> = {
  de: { first: () => import("./languages/de.json"), more: () => import("./languages/de.more.json") },
  fr: { first: () => import("./languages/fr.json"), more: () => import("./languages/fr.more.json") },
  es: { first: () => import("./languages/es.json"), more: () => import("./languages/es.more.json") },
};

let language: Language = "en";
let locale: string = "en";
let catalog: Catalog = {};
let formatter = formatterOf(locale);
/** The rest of the catalog, since a view was opened that needs it. */
let more: Promise<void> | undefined;
const listeners = new Set<() => void>();

/** What a text is filled with. Numbers are written as they are; `{count, plural, …}` and `{count, number}` write them by the locale. */
export type Values = Record<string, string | number>;

/** A text of a constant: it has to pass through `t`, where it is shown. */
export type Text = { readonly english: string };

/**
 * An English text in the language of the reader. With values it is an ICU message: `t("{count, plural, one {# page} other
 * {# pages}}", { count })`. The text is the key of the catalogs, so it stands where it is used: no variable, no template.
 */
export function t(text: string | Text, values?: Values): string {
  const english = typeof text === "string" ? text : text.english;
  const said = catalog[english] || plain(english);
  return values ? formatter.process(said, values).flat(Number.POSITIVE_INFINITY).join("") : said;
}

/** A text with elements in it: `rich("Type {email} to go on", { email: <b>{email}</b> })`. */
export function rich(english: string, values: Record<string, string | number | ReactElement>): ReactNode {
  // Gives each part a key.
  return Children.toArray(formatter.process(catalog[english] || plain(english), values));
}

/** A text of a constant, for the catalogs. `t` translates it where it is shown, when the language is known. */
export const mark = (english: string): Text => ({ english });

/** Where English has one word for two meanings, the text says which after a tilde: "Read ~ as a right". */
const plain = (english: string): string => english.split(" ~ ")[0] ?? english;

/** The sentence of a catalog for an error's code, in another language than English; the codes are those of _shared/errors.ts. */
export const errorText = (code: string): string | undefined => catalog[`error ${code}`] || undefined;

export const languageNow = (): Language => language;
/** The chosen language with the reader's region, as "de-CH": how dates and numbers are written. */
export const localeNow = (): string => locale;

/** Draws the component again when the language changes. */
export const useLanguage = (): Language => useSyncExternalStore(subscribe, languageNow);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The language that was chosen on this device, or else the first of the browser's that the page speaks. */
export function preferredLanguage(): Language {
  const chosen = localStorage.getItem("language");
  const wanted = [...(chosen ? [chosen] : []), ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find(isLanguage) ?? "en";
}

/** Speaks a language from now on; without its catalog, when that cannot be loaded, the one that was spoken before. */
export async function speak(next: Language): Promise<void> {
  const read = next === "en" ? {} : await readCatalog(CATALOGS[next]);
  language = next;
  locale = localeOf(next);
  catalog = read;
  formatter = formatterOf(locale);
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

/** Has the texts of later views too, now and in each language that is chosen afterwards. Fails silently: the next view tries again. */
export const readMoreTexts = (): Promise<void> => (more ??= moreTexts().catch(() => (more = undefined)));

async function moreTexts(): Promise<void> {
  const spoken = language;
  if (spoken === "en") return;
  const { default: rest } = await CATALOGS[spoken].more();
  if (language === spoken) catalog = { ...catalog, ...rest };
}

async function readCatalog(parts: Parts): Promise<Catalog> {
  const read = await Promise.all(more ? [parts.first(), parts.more()] : [parts.first()]);
  return Object.assign({}, ...read.map((part) => part.default));
}

/** Speaks a language, and remembers it on this device. */
export async function chooseLanguage(next: Language): Promise<void> {
  await speak(next);
  localStorage.setItem("language", next);
}

function isLanguage(code: string): code is Language {
  return Object.hasOwn(LANGUAGES, code);
}

function localeOf(code: Language): string {
  return navigator.languages.find((tag) => tag.toLowerCase().split("-")[0] === code && isLocale(tag)) ?? code;
}

/** Not all that browsers name is one: "en-US@posix" of a system without a locale. */
function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** What writes ICU messages: plurals by the rules of the language, and numbers by the locale. */
function formatterOf(tag: string): MessageFormatter {
  const numbers = new Intl.NumberFormat(tag);
  return new MessageFormatter(tag, { plural: pluralTypeHandler, number: (value: number) => numbers.format(value) });
}
