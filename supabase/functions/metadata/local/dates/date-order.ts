import { mainCurrency } from "../amounts/money.ts";
import { DAY_FIRST_HINTS, MONTH_FIRST_HINTS } from "../tables/dates.ts";
import { holds, type Line } from "../text/text.ts";
import { orderShown } from "./written-dates.ts";

/** How numeric dates are read here: as an unmistakable one among them shows, else as language and country suggest. */
export function readsDayFirst(lines: Line[], language: string | null): boolean | null {
  for (const line of lines) {
    const shown = orderShown(line.text);
    if (shown !== null) return shown;
  }
  const american = lines.filter(({ text }) => US_ADDRESS.test(text)).length;
  const monthFirst = american + lines.filter((line) => holds(line.key, MONTH_FIRST_HINTS)).length;
  const dayFirst = lines.filter((line) => holds(line.key, DAY_FIRST_HINTS)).length;
  // Spanish is written in the United States too.
  if (language !== null && language !== "en") return american > dayFirst ? null : true;
  if (monthFirst !== dayFirst) return dayFirst > monthFirst;
  const currency = mainCurrency(lines);
  return currency === null ? null : currency !== "USD" ? true : null;
}

/** A state with its postcode, or a telephone number as it is written in the United States. */
const US_ADDRESS =
  /\b(?:A[KLRZ]|C[AOT]|DE|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|DC)[\s,.]+\d{5}(?:-\d{4})?\b|\(\d{3}\)[\s-]{0,2}\d{3}[\s-]\d{4}\b/u;
