import type { DocumentType } from "../../_shared/metadata.ts";
import type { Amount } from "./amounts.ts";
import { withoutLegalForm } from "./company-name.ts";
import { DOCUMENT_TYPE_LABELS } from "./tables/document-types.ts";
import { FUNCTION_WORDS } from "./tables/function-words.ts";
import { foldSpace, keyOf, shorten, visible, whole } from "./text.ts";

const LONGEST = 60;
const SMALL_WORDS = new Set(Object.values(FUNCTION_WORDS).flat().filter((word) => word.length <= 4));

/** What a name is made of. */
export type NameParts = { type: DocumentType; correspondent: string | null; date: string | null; subject: string | null; amount: Amount | null };

/** Extensions for files whose name has none. */
const EXTENSIONS: Record<string, string> = {
  "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "image/tiff": "tiff", "image/heic": "heic", "image/gif": "gif", "image/bmp": "bmp",
  "text/plain": "txt", "text/markdown": "md", "text/html": "html", "text/csv": "csv", "message/rfc822": "eml", "application/rtf": "rtf",
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx", "application/vnd.oasis.opendocument.text": "odt",
};

/** "Invoice - Acme Corp - 2026-03-15.pdf": at most 60 characters; the parts shrink at word boundaries, the date never. */
export function displayName(parts: NameParts, filename: string, mimeType: string): string {
  const label = DOCUMENT_TYPE_LABELS[parts.type];
  const correspondent = clean(parts.correspondent);
  const subject = withoutLabel(clean(parts.subject), label);
  const date = parts.date ?? "";
  // Without a date or a sender, the amount is what tells two bills apart.
  const amount = parts.amount && (!date || !correspondent) ? amountText(parts.amount) : "";
  const extension = extensionOf(filename, mimeType);
  const fixed = [label, date, amount].filter((part) => part !== "");
  const room = LONGEST - extension.length - fixed.join(" - ").length;
  const titled = TITLED.includes(parts.type) && subject !== "";
  const sender = correspondent.length + subject.length + (subject === "" ? 3 : 6) > room ? withoutLegalForm(correspondent) : correspondent;
  // What bears a title goes by it; the sender is named too where both fit.
  const parted = titled && sender.length + subject.length + 6 > room ? [subject] : [sender, subject];
  const flexible = fit(parted.filter((part) => part !== ""), room);
  const names = [label, ...flexible, amount, date].filter((part) => part !== "");
  return names.join(" - ") + extension;
}

/** The name of a file in which no text was found. */
export function blankName(filename: string, mimeType: string): string {
  return `Blank Document${extensionOf(filename, mimeType)}`;
}

const TITLED: readonly DocumentType[] = ["report", "minutes", "manual", "article", "form", "certificate", "contract", "other"];

/** Shares the room between a sender and a subject, each with its " - "; a part too short to be read is left out. */
function fit(parts: string[], room: number): string[] {
  const [first, second] = parts;
  if (first === undefined) return [];
  if (second === undefined) return room >= 6 + 3 ? [cut(first, room - 3)] : [];
  // The sender may take all but ten characters, the subject what is left.
  const shortFirst = cut(first, Math.min(30, room - 6 - Math.min(10, second.length)));
  const left = room - 6 - shortFirst.length;
  return left >= 8 ? [shortFirst, cut(second, left)] : [cut(first, room - 3)];
}

/** Shortens so that no small word hangs at the end: "Ministry of" becomes "Ministry". */
function cut(text: string, length: number): string {
  const words = shorten(text, length).split(" ");
  while (text.length > length && words.length > 1 && SMALL_WORDS.has(keyOf(words.at(-1)!).trim())) words.pop();
  return words.join(" ");
}

/** ".pdf" as the file has it; from the type where the file name has none. */
function extensionOf(filename: string, mimeType: string): string {
  const own = /\.([a-z0-9]{1,8})$/i.exec(filename.trim())?.[1];
  const extension = own ?? EXTENSIONS[mimeType.split(";")[0]?.trim().toLowerCase() ?? ""];
  return extension ? `.${extension.toLowerCase()}` : "";
}

/** Without control characters, invisible marks, and what file systems do not take in a name. */
function clean(text: string | null): string {
  return whole(foldSpace(visible((text ?? "").normalize("NFC")).replace(/[/\\:*?"<>|]+/g, " ").replace(/\s-\s/g, " "))).replace(/^[\s.,;–-]+|[\s.,;–-]+$/gu, "");
}

/** The type stands in front already: "Annual Report" is "Annual", and "Report" alone is nothing. */
function withoutLabel(subject: string, label: string): string {
  const own = subject.length >= label.length && keyOf(subject.slice(-label.length)) === keyOf(label);
  return own && /^$|[\s]$/u.test(subject.slice(0, -label.length)) ? subject.slice(0, -label.length).trim() : subject;
}

function amountText({ amount, currency }: Amount): string {
  return `${currency ? `${currency} ` : ""}${amount.toFixed(2)}`;
}
