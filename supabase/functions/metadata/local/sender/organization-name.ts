import { hasBusinessWord, withoutLegalForm } from "./company-name.ts";
import { beforeTypeName, isSmallWord, isTypeName } from "../name/no-name.ts";
import { ORGANIZATION_WORDS } from "../tables/organizations.ts";
import { holds, keyOf, RUNS_ON } from "../text/text.ts";

export function isOrganization(key: string): boolean {
  return hasBusinessWord(key) || holds(key, ORGANIZATION_WORDS);
}

/** The share of the longer words that begin with a capital. */
export function titleCased(text: string): number {
  const words = text.match(/\p{L}{3,}/gu) ?? [];
  return words.filter((word) => /^[\p{Lu}\p{Lo}]/u.test(word)).length / Math.max(1, words.length);
}

/** A name without what kind of paper it is: "Amazing Web Services Invoice", "Acme Ltd Bank Statement", "ACME Pay Slip". */
export function withoutType(name: string): string {
  if (RUNS_ON.test(name)) {
    const owner = beforeTypeName(name).replace(/(?:信用卡|クレジットカード|신용카드)$/u, "");
    if (isOrganization(keyOf(owner))) return owner;
  }
  const words = name.split(" ");
  for (let count = Math.min(4, words.length - 1); count > 0; count--) {
    const type = words.slice(-count).join(" ");
    if (!isTypeName(keyOf(type).trim())) continue;
    const rest = words.slice(0, -count).join(" ");
    // "Datos de la factura" names nobody.
    if (isSmallWord(words.at(-count - 1)!)) return name;
    const ends = withoutLegalForm(rest) !== rest;
    // The longest name of a paper counts: "Limited Warranty" is one.
    return ends || isContrast(rest, type) || (count === 1 && words.length > 2) ? rest : name;
  }
  return name;
}

function isContrast(name: string, type: string): boolean {
  return name.length >= 4 && name === name.toUpperCase() && type !== type.toUpperCase();
}
