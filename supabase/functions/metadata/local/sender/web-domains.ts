import { trimmed } from "../../../_shared/trim.ts";
import { titleCase } from "./company-name.ts";
import { CONFIDENCE } from "../confidence.ts";
import { COMMON_DOMAINS } from "../tables/companies.ts";
import { foldSpace, keyOf, visible, wordsOf, type Finding, type Line } from "../text/text.ts";

/**
 * The names in the domains of addresses that stand in the text: "acme" of billing@acme.co.uk.
 *
 * @param bare whether "acme.com" in a line of its own counts too
 */
export function domainsOf(lines: Line[], { bare: withBare = false } = {}): string[] {
  const names = new Set<string>();
  for (const line of lines) {
    for (const match of line.text
      .toLowerCase()
      .matchAll(/(?:@|www\.|https?:\/\/(?:www\.)?)([a-z0-9-]{3,40})(?:\.[a-z0-9-]{2,20}){1,3}/g)) {
      if (match[1]) names.add(match[1].replaceAll("-", ""));
    }
    // "progressive.com" in a line or a column of its own.
    for (const cell of withBare ? line.cells : []) {
      const bare = BARE_DOMAIN.exec(cell.toLowerCase())?.[1];
      if (bare) names.add(bare.replaceAll("-", ""));
    }
  }
  return [...names];
}

/** A web address without "www.", with a word before it or none. */
const BARE_DOMAIN =
  /^(?:\p{L}{2,12}:?\s)?(?:[a-z0-9-]{2,20}\.)?([a-z0-9-]{3,40})\.(?:com|org|net|gov|edu|io|co\.uk|org\.uk|gov\.uk|com\.au|com\.my|com\.br|de|at|ch|fr|es|it|pt|nl|be|ie|pl|cz|sk|se|dk|no|fi|hu|ro|gr|ru|ua|jp|cn|kr|my|in|au|ca|us|eu|example)(?:\/\S{0,60})?$/u;

/** A name that is the domain of an address in the text and stands beside it as a word too: "Acme" where www.acme.com is named. */
export function brandOf(lines: Line[], domains: string[]): Finding<string> | null {
  for (const domain of domains) {
    if (domain.length < 3 || COMMON_DOMAINS.includes(domain)) continue;
    // The web address of whoever is spoken of stands in the text; the issuer's name stands at the head or the foot too.
    for (const line of [...lines.slice(0, 12), ...lines.slice(-4)]) {
      if (wordsOf(line.key).length > 9) continue;
      const word = line.text
        .split(/\s+/u)
        .map((part) => trimmed(part, /[^\p{L}\d]/u))
        .find(
          (part) =>
            /^\p{Lu}/u.test(part) &&
            part.length <= 30 &&
            !/[@/.]/.test(part) &&
            !isCommonNoun(part, lines) &&
            keyOf(part).replaceAll(" ", "") === domain,
        );
      if (word)
        return {
          value: titleCase(visible(word)),
          page: line.page,
          quote: line.text,
          confidence: CONFIDENCE.sender.brand,
        };
    }
  }
  return null;
}

/** Whether a word is written small elsewhere: "Cancer" on a guide "for people with cancer" is what it is about, and not who wrote it. */
function isCommonNoun(word: string, lines: Line[]): boolean {
  const small = word.toLowerCase();
  return lines.some(({ text }) => text.split(/[\s,;:()"“”]+/u).some((part) => part.replace(/\.$/u, "") === small));
}

/** Whether a domain is the name's own. */
export function belongsTo(domain: string, name: string): boolean {
  const squeezed = foldSpace(keyOf(name)).replaceAll(" ", "");
  // "Rooms" is but the end of oyorooms.com.
  return domain.length >= 4 && (squeezed.includes(domain) || (squeezed.length >= 4 && domain.startsWith(squeezed)));
}
