/** Letters and signs of fonts that have others in the place of Latin letters (ECMA-376, part 1, 17.3.3.30), as everybody reads them. */

const SYMBOL_CAPITALS = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ";
const SYMBOL_SMALL = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ";
const SYMBOL = new Map([
  [0xa3, "≤"],
  [0xa5, "∞"],
  [0xae, "→"],
  [0xac, "←"],
  [0xb0, "°"],
  [0xb1, "±"],
  [0xb3, "≥"],
  [0xb4, "×"],
  [0xb7, "•"],
  [0xb8, "÷"],
  [0xb9, "≠"],
  [0xba, "≡"],
  [0xbb, "≈"],
  [0xbc, "…"],
  [0xd6, "√"],
  [0xd7, "⋅"],
  [0xde, "⇒"],
  [0xe5, "∑"],
  [0xf2, "∫"],
  [0xe2, "®"],
  [0xd2, "®"],
  [0xe3, "©"],
  [0xd3, "©"],
  [0xe4, "™"],
  [0xd4, "™"],
]);
const WINGDINGS = new Map([
  [0x4a, "☺"],
  [0x4c, "☹"],
  [0x43, "👍"],
  [0x46, "☞"],
  [0x76, "❖"],
  [0xab, "★"],
  [0xd8, "➢"],
  [0x28, "☎"],
  [0x2a, "✉"],
  [0x6c, "●"],
  [0x6e, "■"],
  [0x6f, "☐"],
  [0x71, "☐"],
  [0x72, "☐"],
  [0x78, "☒"],
  [0xa7, "▪"],
  [0xa8, "☐"],
  [0xdf, "←"],
  [0xe0, "→"],
  [0xe8, "→"],
  [0xf0, "⇨"],
  [0xfb, "✘"],
  [0xfc, "✔"],
  [0xfd, "☒"],
  [0xfe, "☑"],
]);
const WINGDINGS_2 = new Map([
  [0x4f, "✘"],
  [0x50, "✔"],
  [0x51, "☒"],
  [0x52, "☑"],
  [0xa3, "☐"],
]);

const WEBDINGS = new Map([
  [0x61, "✔"],
  [0x63, "☐"],
  [0x67, "■"],
  [0x72, "✘"],
]);
const SIGNS = /^(?:wingdings(?: 2)?|webdings|symbol)$/i;

/** A text in a font: of one that has signs in the place of letters, the signs. What is unknown stays, unless it is for private use. */
export function signsOf(font: string, text: string): string {
  if (!SIGNS.test(font)) return text;
  return Array.from(text, (letter) => {
    const code = letter.codePointAt(0)!;
    if (code === 0x20 || (code > 0xff && !(code >= 0xf000 && code <= 0xf0ff))) return letter;
    return signOf(font, code.toString(16)) || (code > 0xff ? "" : letter);
  }).join("");
}

/** What a sign of a font looks like. `code`: in hexadecimal, of the font's own, mostly in an area for private use. Nothing where it is unknown. */
export function signOf(font: string, code: string): string {
  const number = Number.parseInt(code, 16);
  if (!(number > 0 && number <= 0x10ffff)) return "";
  const isPrivate = number >= 0xf000 && number <= 0xf0ff;
  if (!isPrivate && number > 0xff) return String.fromCodePoint(number).toWellFormed();
  const own = number & 0xff;
  if (/^wingdings 2$/i.test(font)) return WINGDINGS_2.get(own) ?? "";
  if (/^wingdings$/i.test(font)) return WINGDINGS.get(own) ?? "";
  if (/^webdings$/i.test(font)) return WEBDINGS.get(own) ?? "";
  if (/^symbol/i.test(font)) {
    if (own >= 0x41 && own <= 0x5a) return SYMBOL_CAPITALS[own - 0x41]!;
    if (own >= 0x61 && own <= 0x7a) return SYMBOL_SMALL[own - 0x61]!;
    return SYMBOL.get(own) ?? (own < 0x7f ? String.fromCharCode(own) : "");
  }
  return isPrivate ? "" : String.fromCharCode(number);
}
