/**
 * Equations between the fields of a schema: `net + tax = total`, `closing = opening + sum(transactions.amount)`, and, for
 * every row of a table, `items.quantity * items.unit_price = items.total`. Each side is a sum of products of fields, sums and
 * numbers; there are no parentheses but those of sum(). private.check_terms reads the same language in SQL.
 */

/** One factor: a number, a field, or the sum of a column. */
export type Factor = { kind: "number"; value: number } | { kind: "field" | "sum"; path: string };
/** A product with its sign, on the left of the equation (what stands on the right has the other sign). */
export type Term = { sign: 1 | -1; factors: Factor[] };
export type Check = { source: string; terms: Term[] };

export const MOST_CHECK_CHARACTERS = 300;
const MOST_TERMS = 20;
const MOST_FACTORS = 3;

/** Amounts are written with cents: what differs by half of one is the same. */
export const TOLERANCE = 0.0051;

const TOKENS = /sum\([a-z][a-z0-9_.]{0,90}\)|[a-z][a-z0-9_.]{0,90}|\d{1,9}(?:\.\d{1,6})?|[-+*=]/g;

/** Reads an equation. @throws Error that says what is wrong with it */
export function parseCheck(source: string): Check {
  if (source.length > MOST_CHECK_CHARACTERS) throw new Error(`has more than ${MOST_CHECK_CHARACTERS} characters`);
  const tokens = source.match(TOKENS) ?? [];
  if (tokens.join("") !== source.replaceAll(" ", ""))
    throw new Error("holds something else than fields, numbers, sum(array.field), +, -, * and =");
  if (tokens.filter((token) => token === "=").length !== 1) throw new Error("must have one =");
  const terms: Term[] = [];
  let side: 1 | -1 = 1;
  let sign: 1 | -1 = 1;
  let factors: Factor[] = [];
  let wantsFactor = true;
  const end = () => {
    if (wantsFactor) throw new Error("has an operator with nothing beside it");
    terms.push({ sign: (side * sign) as 1 | -1, factors });
    factors = [];
    sign = 1;
    wantsFactor = true;
  };
  for (const token of tokens) {
    if (token === "=") {
      end();
      side = -1;
    } else if (token === "+" || token === "-") {
      if (factors.length > 0) end();
      else if (sign === -1) throw new Error("has two signs in a row");
      sign = token === "-" ? -1 : 1;
    } else if (token === "*") {
      if (wantsFactor) throw new Error("has an operator with nothing beside it");
      wantsFactor = true;
    } else {
      if (!wantsFactor) throw new Error("has two fields without an operator between");
      factors.push(factorOf(token));
      wantsFactor = false;
    }
  }
  end();
  if (terms.length > MOST_TERMS || terms.some((term) => term.factors.length > MOST_FACTORS))
    throw new Error(`has more than ${MOST_TERMS} terms, or more than ${MOST_FACTORS} factors in one`);
  return { source, terms };
}

function factorOf(token: string): Factor {
  if (/^\d/.test(token)) return { kind: "number", value: Number(token) };
  return token.startsWith("sum(") ? { kind: "sum", path: token.slice(4, -1) } : { kind: "field", path: token };
}

/** The paths that an equation names. */
export const pathsOf = (check: Check): string[] => [
  ...new Set(check.terms.flatMap(({ factors }) => factors.flatMap((one) => (one.kind === "number" ? [] : [one.path])))),
];

/** The array whose rows an equation is about, or null where it is about the whole document. */
export function arrayOf(check: Check): string | null {
  for (const { factors } of check.terms)
    for (const factor of factors)
      if (factor.kind === "field" && factor.path.includes(".")) return factor.path.split(".")[0]!;
  return null;
}

/** The numbers of a document: `one` of a field, in a row of a table for a row's field; `column` of all rows, null where one is missing. */
export type Numbers = {
  one(path: string, row: number): number | null;
  column(path: string): number[] | null;
};

/** Left side less right side, to a hundredth of a cent; null where a number is missing. */
export function difference(check: Check, numbers: Numbers, row = 0): number | null {
  let sum = 0;
  for (const { sign, factors } of check.terms) {
    let product: number = sign;
    for (const factor of factors) {
      const value = valueOfFactor(factor, numbers, row);
      if (value === null) return null;
      product *= value;
    }
    sum += product;
  }
  return Math.round(sum * 10_000) / 10_000;
}

function valueOfFactor(factor: Factor, numbers: Numbers, row: number): number | null {
  if (factor.kind === "number") return factor.value;
  if (factor.kind === "field") return numbers.one(factor.path, row);
  const column = numbers.column(factor.path);
  return column ? column.reduce((sum, value) => sum + value, 0) : null;
}

export const holds = (difference: number): boolean => Math.abs(difference) <= TOLERANCE;

/** What a field has to be for the equation to hold, the others being right; null where it stands in a product, or twice. */
export function solvedFor(check: Check, path: string, numbers: Numbers, row = 0): number | null {
  const own = check.terms.filter(({ factors }) => factors.some((one) => one.kind === "field" && one.path === path));
  if (own.length !== 1 || own[0]!.factors.length !== 1) return null;
  const rest = difference({ ...check, terms: check.terms.filter((term) => term !== own[0]) }, numbers, row);
  return rest === null ? null : Math.round(-rest * own[0]!.sign * 100) / 100;
}
