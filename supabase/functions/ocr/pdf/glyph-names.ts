/** The code points of single names: those of the Adobe Glyph List. */
export type GlyphList = Readonly<Record<string, number>>;

/** More than any name has. */
const MAX_NAME = 200;

/**
 * The text that the name of a glyph stands for, by the rules of the Adobe Glyph List (https://github.com/adobe-type-tools/agl-specification, section 2):
 * "f_f_i" and "f_i.alt" are ligatures, "A.sc" is an A, "uni00660069" is given in code points. Null where the name does not say: "g12" and "a34" only count.
 */
export function textOfName(name: string, list: GlyphList): string | null {
  if (name.length > MAX_NAME) return null;
  const [base = ""] = name.split(".", 1);
  let text = "";
  for (const part of base.split("_")) {
    const its = textOfPart(part, list);
    if (its === null) return null;
    text += its;
  }
  return text;
}

function textOfPart(part: string, list: GlyphList): string | null {
  const listed = Object.hasOwn(list, part) ? list[part]! : null;
  if (listed !== null) return plain(listed);
  const hex = /^uni((?:[0-9A-F]{4})+)$/.exec(part)?.[1]?.match(/.{4}/g) ?? /^u([0-9A-F]{4,6})$/.exec(part)?.slice(1);
  const codes = hex?.map((digits) => Number.parseInt(digits, 16));
  return codes?.every(isCharacter) ? String.fromCodePoint(...codes) : null;
}

/** Control codes, halves of pairs and places for private use say nothing. */
const isCharacter = (code: number): boolean =>
  code <= 0x10ffff && !/[\p{Cc}\p{Cs}\p{Co}]/u.test(String.fromCodePoint(code));

/** Where Adobe puts small capitals and old-style figures ("Asmall", "oneoldstyle"), by their letters in Latin-1. */
const VARIANTS = 0xf700;

function plain(code: number): string | null {
  const variantOf = code - VARIANTS;
  if (variantOf > 0x20 && variantOf <= 0xff) return String.fromCharCode(variantOf);
  return isCharacter(code) ? String.fromCodePoint(code) : null;
}
