import { hasLegalForm, looksLikeAddress, nameWithin, withoutLegalForm } from "./company-name.ts";
import { isNoName, REST_OF_A_NAME } from "../name/no-name.ts";
import { isWritten } from "../text/noise.ts";
import { isOrganization, titleCased } from "./organization-name.ts";
import { keyOf, wordsOf, type Line } from "../text/text.ts";

/** A name in two lines, of which the second says what it is: "Brackenshire" and "District Council". */
export function ownAbove(name: string, above: Line): string | null {
  const [own = ""] = above.cells;
  return above.cells.length === 1 &&
    /^\p{Lu}[\p{L}\p{M}'’-]{3,24}$/u.test(own) &&
    !isNoName(own) &&
    isWritten(own) &&
    !isOrganization(keyOf(own)) &&
    wordsOf(keyOf(name)).length <= 3 &&
    titleCased(name) >= 0.9 &&
    isOrganization(keyOf(name)) &&
    !hasLegalForm(name, keyOf(name)) &&
    !keyOf(name).includes(keyOf(own))
    ? `${own} ${name}`
    : null;
}

/** A name in two lines, of which the first says what it is: "Officina Meccanica" and "Brambilla & C. s.n.c.". */
export function ownerBelow(name: string, index: number, next: Line | undefined): string | null {
  if (index > 1 || !next || next.afterGap) return null;
  const words = wordsOf(keyOf(name));
  const owner = nameWithin(next.cells[0] ?? "");
  return words.length <= 2 &&
    isOrganization(` ${words[0]} x `) &&
    titleCased(name) >= 0.9 &&
    !hasLegalForm(name, keyOf(name)) &&
    owner === next.cells[0] &&
    wordsOf(keyOf(owner)).length <= 6 &&
    hasLegalForm(owner, keyOf(owner)) &&
    !isNoName(owner) &&
    !keyOf(owner).includes(keyOf(name).trimEnd())
    ? `${name} ${owner}`
    : null;
}

/** A name whose legal form was set on the line below: "ACME TRADING" and "SDN BHD (12345-X)". */
export function wrappedForm(name: string, line: Line, next: Line | undefined): string | null {
  if (
    !next ||
    next.page !== line.page ||
    (name !== line.text && !withinBrackets(line.text, name)) ||
    looksLikeAddress(name, line.key)
  )
    return null;
  const form = next.text.split(/\s?[([]/u, 1)[0]!;
  const whole = line.text.replace(/[,;:]$/u, "");
  // "ACME TRADING CO. (M)" holds a form already; another one below still belongs to it.
  const rest = withoutLegalForm(`X ${form}`).slice(2).toLowerCase();
  return form !== "" &&
    wordsOf(keyOf(form)).length <= 4 &&
    (rest === "" || (REST_OF_A_NAME.has(rest) && hasLegalForm(form, keyOf(form))))
    ? `${whole} ${form}`
    : null;
}

/** Whether a line is a name and a short remark in brackets: "ACME TRADING CO. (M)". */
function withinBrackets(text: string, name: string): boolean {
  return text.startsWith(name) && /^[\s.]{0,2}\([\p{L}.&]{1,12}\)$/u.test(text.slice(name.length));
}

/** A name set one word a line at the top of a receipt: THE / ROTI / MAN / BAKERY. */
export function stackedName(lines: Line[]): { name: string; line: Line } | null {
  const start = lines.findIndex((line) => /^\p{Lu}[\p{Lu}'’]+$/u.test(line.text));
  if (start < 0 || start > 2) return null;
  let end = start;
  while (end < lines.length && end - start < 5 && /^[\p{Lu}'’&]{2,}$/u.test(lines[end]!.text)) end++;
  const name = lines
    .slice(start, end)
    .map((line) => line.text)
    .join(" ");
  return end - start >= 3 && !isNoName(name) ? { name, line: { ...lines[start]!, text: name } } : null;
}
