import type { ExtractPage, Value } from "../../_shared/extraction/values.ts";

/**
 * How sure the recognizer has to be of the digits of a value that nothing else bears out. Of the amounts and days on scanned
 * receipts that tesseract was less sure of, a quarter was misread, of the others 1.4%; of words half, and 3%.
 */
export const LEAST_LEGIBLE = 0.8;

/** Whether the digits of a value were read well, somewhere on its page; pages without confidences are text, and are. */
export type IsLegible = (found: { page: number | null; quote: string | null; value: Value }) => boolean;

export function legibleOn(pages: ExtractPage[]): IsLegible {
  const known = new Map(pages.map((page) => [page.page_number, surestOf(page)] as const));
  return ({ page, quote, value }) => {
    const surest = page === null ? undefined : known.get(page);
    if (!surest || surest.size === 0) return true;
    return (quote ?? "")
      .split(" ")
      .filter((word) => isPartOf(word, value))
      .every((word) => (surest.get(digitsOf(word)) ?? 1) >= LEAST_LEGIBLE);
  };
}

/** For the digits of each word of a page, how sure the surest of the words with these digits is. */
function surestOf({ words }: ExtractPage): Map<string, number> {
  const surest = new Map<string, number>();
  for (const { text, confidence } of words ?? []) {
    const digits = digitsOf(text);
    if (digits !== "") surest.set(digits, Math.max(confidence, surest.get(digits) ?? 0));
  }
  return surest;
}

/** Whether a word of a quote may be one of those that say a value: of an amount all of its digits, of a day year, month or day. */
function isPartOf(word: string, value: Value): boolean {
  const digits = digitsOf(word);
  if (digits === "") return false;
  if (typeof value === "boolean") return false;
  if (typeof value === "string") {
    const day = /^(\d{2})(\d{2})-(\d{2})-(\d{2})$/.exec(value);
    if (!day) return !/\s/.test(value) && digitsOf(value).includes(digits);
    const parts = [day[1]! + day[2]!, day[2], day[3], day[4], String(Number(day[3])), String(Number(day[4]))];
    return word.match(/\d+/g)!.every((part) => parts.includes(part));
  }
  const number = typeof value === "number" ? value : value.amount;
  return [digitsOf(number.toFixed(2)), digitsOf(String(number))].some((own) => own.includes(digits));
}

const digitsOf = (text: string): string => text.replace(/\D/g, "");
