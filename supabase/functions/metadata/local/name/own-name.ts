import { trimmed } from "../../../_shared/trim.ts";
import { DOCUMENT_NAMES } from "../tables/document-names.ts";
import { DOCUMENT_TYPE_EVIDENCE, DOCUMENT_TYPE_LABELS } from "../tables/document-types.ts";
import { foldSpace, keyOf, shorten, visible } from "../text/text.ts";

/** What documents are called, in one word. */
const TYPE_WORDS = new Set(
  [
    ...Object.values(DOCUMENT_TYPE_LABELS),
    ...Object.values(DOCUMENT_NAMES).flat(),
    ...Object.values(DOCUMENT_TYPE_EVIDENCE).flatMap((rows) =>
      rows.filter(([weight]) => weight >= 5).flatMap(([, ...phrases]) => phrases),
    ),
  ]
    .map((name) => keyOf(name).trim())
    .filter((name) => !name.includes(" ")),
);

/** What cameras, scanners, screens and programs call their files, without the numbers. */
const MACHINE_WORDS =
  /^(?:img|image|images|imag|dsc|dscn|dscf|pxl|mvimg|cam|camera|photo|picture|pic|bild|foto|scan|scans|scanned|scanner|scanned document|doc|docs|document|dokument|documento|untitled|unbenannt|sans titre|sin titulo|senza titolo|file|datei|fichier|archivo|fax|archive|archiv|archivo comprimido|compressed|zip|page|seite|print|output|out|export|download|attachment|anhang|temp|tmp|new|neu|copy|kopie|copie|copia|whatsapp image|whatsapp|screenshot|screen shot|bildschirmfoto|capture|captura|signal|telegram|img wa|input|upload|final|test|sample|v|am|pm|at|um|of|the|a)$/iu;

/** Whether a file name says nothing: made by a camera, a scanner or a program ("IMG_2041", "scan0001", "document (3)", a hash). */
export function isMachineMade(filename: string): boolean {
  const stem = stemOf(filename);
  if (/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/iu.test(stem) || /^[0-9a-f]{16,}$/iu.test(stem)) return true;
  const words = tidied(stem)
    .replace(/\d+/gu, " ")
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word.length > 1 || /[^\p{Script=Latin}]/u.test(word));
  if (words.length === 0) return true;
  if (MACHINE_WORDS.test(words.join(" "))) return true;
  // "invoice.pdf", "Rechnung 2025.pdf": no more than what the type says.
  if (words.every((word) => TYPE_WORDS.has(keyOf(word).trim()))) return true;
  return (
    words.every((word) => MACHINE_WORDS.test(word) || word.length < 3 || /^[^aeiouyäöüáéíóú]+$/iu.test(word)) &&
    words.every((word) => /\p{Script=Latin}/u.test(word))
  );
}

/**
 * The name that a person gave a file, tidied: marks that stand for blanks become blanks, the first letter is a capital.
 * The extension is not part of it. Empty where nothing is left.
 */
export function ownName(filename: string, longest: number): string {
  const name = tidied(stemOf(filename));
  const shown = /^\p{Ll}[\p{Ll}\p{M}]*(?![\p{L}\p{N}])/u.test(name) ? name[0]!.toUpperCase() + name.slice(1) : name;
  return shorten(shown, longest);
}

function stemOf(filename: string): string {
  return filename
    .trim()
    .replace(/^.*[/\\]/u, "")
    .replace(/\.[a-z0-9]{1,8}$/iu, "");
}

function tidied(stem: string): string {
  const blanks = /[\s\p{L}]\s\p{L}/u.test(stem)
    ? stem
    : stem.replace(/[_+]+|%20/gu, " ").replace(/(?<=\p{L})-(?=\p{L})|(?<=\p{L})-(?=\d)|(?<=\d)-(?=\p{L})|--+/gu, " ");
  return trimmed(
    foldSpace(
      visible(blanks.normalize("NFC"))
        .replace(/_+/gu, " ")
        .replace(/[/\\:*?"<>|]+/gu, " "),
    ),
    /[\s.,;-]/u,
  );
}
