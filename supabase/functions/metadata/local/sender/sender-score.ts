import type { DocumentType } from "../../../_shared/metadata.ts";
import { isOfAddress } from "./addressees.ts";
import { hasBusinessWord, hasLegalForm, isMerelyBusiness, looksLikeAddress } from "./company-name.ts";
import { looksLikeNoise } from "./no-sender.ts";
import { IMPRINT_WORDS } from "../tables/companies.ts";
import { ORGANIZATION_WORDS } from "../tables/organizations.ts";
import { OPERATOR_WORDS } from "../tables/tickets.ts";
import { holds, keyOf, wordsOf, type Line } from "../text/text.ts";

/** What in a line and the one below says that it names the issuer. `addressBeside`: street and town stand in the columns to the right. */
export function proofOf(
  name: string,
  line: Line,
  next: Line | undefined,
  type: DocumentType,
  addressBeside: boolean,
): { looks: number; sender: number } {
  const key = keyOf(name);
  const form = hasLegalForm(name, key) ? 4 : 0;
  const operator =
    type === "ticket" && wordsOf(key).length >= 2 && wordsOf(key).length <= 6 && holds(key, OPERATOR_WORDS) ? 3 : 0;
  const business =
    operator ||
    (hasBusinessWord(key)
      ? 2
      : holds(key, ORGANIZATION_WORDS) && wordsOf(key).length >= 2 && type !== "receipt"
        ? 1.5
        : 0);
  const imprint = next && holds(next.key, IMPRINT_WORDS) ? (type === "receipt" ? 2 : 4) : 0;
  const mailBelow = next && !imprint && next.text.includes("@") ? 3 : 0;
  // "Acme GmbH · Hauptstr. 1 · 10115 Berlin": the sender's line above a window address.
  const beside = line.text.slice(line.text.indexOf(name) + name.length);
  const parted = (beside.match(/[,·•|∙*–-]\s*\p{L}|\s[·•|∙*–-]\s|,\s*\d/gu) ?? []).length >= 2;
  const sender = (parted && (/\b\d{4,6}\b/.test(beside) || isOfAddress(beside))) || addressBeside ? 2.5 : 0;
  const ownImprint =
    type !== "receipt" && name.length < line.text.length && holds(keyOf(beside), IMPRINT_WORDS) ? 4 : 0;
  return { looks: form + business, sender: Math.max(imprint, ownImprint) + mailBelow + sender };
}

/** What the place and the look of a line say: the nearer to the top, the likelier. */
export function placeOf(name: string, line: Line, index: number, proof: number, type: DocumentType): number {
  const key = keyOf(name);
  const form = hasLegalForm(name, key);
  const top = Math.max(0, 4.5 - index * 0.6) * (type === "receipt" ? 1.5 : proof >= 2 ? 1 : 0.7);
  const address = looksLikeAddress(name, key) && !form ? -5 : 0;
  const partOfAnAddress = /,$/u.test(line.text) && !form ? -2 : 0;
  const prose = wordsOf(key).length > 7 ? -3 : 0;
  const noise = type === "receipt" && !form && looksLikeNoise(name) ? -4 : 0;
  return top + address + partOfAnAddress + prose + noise - (isMerelyBusiness(key) ? 3 : 0);
}
