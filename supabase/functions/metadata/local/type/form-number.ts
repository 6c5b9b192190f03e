import { foldSpace, type Finding, type Line } from "../text/text.ts";

const FORM_NUMBER =
  /(?:^|[\s(])(?:Form|Formular|Vordruck|Formulaire|Cerfa(?:\sn°)?|Modelo|Modello|Formulario|Modulo)\s((?:[A-Z]{1,4}[- ]?)?\d{1,5}(?:[A-Z]{1,2})?(?:[-*][A-Z0-9]{1,4})?)(?![\p{L}\d.,/-])((?:\s+(?:and|of|for|und|et|de|\p{Lu}[\p{L}'’-]+)){0,8})/u;

/** The number that a form goes by, with the words beside it that are its title: "W-2 Wage and Tax Statement". */
export function findFormNumber(lines: Line[], { withTitle }: { withTitle: boolean }): Finding<string> | null {
  for (const line of lines) {
    if (line.page !== lines[0]!.page) break;
    const found = FORM_NUMBER.exec(line.text);
    const number = found?.[1];
    if (!found || number === undefined || line.text.slice(0, found.index).length > 40) continue;
    const words = (found[2] ?? "").trim();
    const value = foldSpace(`${number} ${words}`).replace(/\s(?:To|Rev|Page|Department|Dept|Copy)\b.{0,120}$/u, "");
    // A number alone may be that of another form that is spoken of, unless the line begins with it.
    if (withTitle ? value.split(" ").length >= 3 : found.index === 0 && line.text.length < 30)
      return { value: withTitle ? value : found[0].trim(), page: line.page, quote: line.text };
  }
  return null;
}
