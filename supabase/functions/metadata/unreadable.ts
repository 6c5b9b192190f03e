import { shorten } from "./local/text/text.ts";

/** What `Metadata.summary` may have. */
const SUMMARY_LENGTH = 200;

/** The sentence that says how many pages are missing, by language. */
const SENTENCES: Record<string, (pages: number, of: number) => string> = {
  en: (pages, of) => `${pages} of ${of} pages could not be read.`,
  de: (pages, of) => `${pages} von ${of} Seiten ${pages === 1 ? "war" : "waren"} nicht lesbar.`,
  fr: (pages, of) => `${pages} page${pages === 1 ? "" : "s"} sur ${of} illisible${pages === 1 ? "" : "s"}.`,
  es: (pages, of) => `No se ${pages === 1 ? "pudo" : "pudieron"} leer ${pages} de ${of} páginas.`,
  ms: (pages, of) => `${pages} daripada ${of} halaman tidak dapat dibaca.`,
  it: (pages, of) => `Non è stato possibile leggere ${pages} ${pages === 1 ? "pagina" : "pagine"} su ${of}.`,
  nl: (pages, of) => `${pages} van ${of} pagina's ${pages === 1 ? "kon" : "konden"} niet worden gelezen.`,
  pt: (pages, of) => `Não foi possível ler ${pages} de ${of} páginas.`,
};

/**
 * A summary that says that it is of part of a document; it is shortened where both do not fit. `language`: that of the summary, ISO 639-1;
 * English where it is unknown or has no sentence here.
 */
export function summaryOfPart(
  summary: string,
  unreadable: { pages: number; of: number },
  language: string | null,
): string {
  const sentence = (SENTENCES[language ?? "en"] ?? SENTENCES["en"]!)(unreadable.pages, unreadable.of);
  const said = shorten(summary, SUMMARY_LENGTH - sentence.length - 2);
  return `${said}${/[.!?…。！？]$/u.test(said) ? "" : "."} ${sentence}`;
}
