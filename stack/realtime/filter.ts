import pg from "pg";

/** One condition of a `postgres_changes` filter: `column=[not.]op.value`. */
export type Filter = { column: string; op: Operator; value: string; negate: boolean };

/** How each operator is written in SQL; `$` stands for the value, which Postgres reads as the column's own type. */
const OPERATORS = {
  eq: "= $",
  neq: "<> $",
  lt: "< $",
  lte: "<= $",
  gt: "> $",
  gte: ">= $",
  in: "= any($)",
  like: "like $",
  ilike: "ilike $",
  match: "~ $",
  imatch: "~* $",
  isdistinct: "is distinct from $",
  is: "",
} as const;

type Operator = keyof typeof OPERATORS;

const MOST_IN_VALUES = 100;

/** A filter that cannot be used; the message says why, as upstream does. */
export class FilterError extends Error {}

/**
 * Parses a filter: conditions joined by commas, all of which must hold. Commas inside parentheses or quotes do not
 * separate. Follows supabase/realtime (lib/extensions/postgres_cdc_rls/subscriptions.ex).
 *
 * @throws FilterError
 */
export function parseFilter(filter: string): Filter[] {
  return filter.trim() === "" ? [] : conditions(filter.trim()).map(parseCondition);
}

/** The condition as SQL on the row `r`, and its parameter. Null counts as not passing. */
export function filterSql({ column, op, value, negate }: Filter, parameter: number): { sql: string; values: string[] } {
  const operand = `r.${pg.escapeIdentifier(column)}`;
  const plain = op === "is" ? `${operand} is ${value}` : `${operand} ${OPERATORS[op].replace("$", `$${parameter}`)}`;
  return { sql: `coalesce(${negate ? `not (${plain})` : plain}, false)`, values: op === "is" ? [] : [value] };
}

function parseCondition(condition: string): Filter {
  if (condition.trim() === "") throw new FilterError("filter must not contain empty segments (check for extra commas)");
  const [, column, not, op, raw] = /^\s*([^=]+)=(not\.)?([^.]*)\.(.*?)\s*$/s.exec(condition) ?? [];
  if (column === undefined || op === undefined || raw === undefined) throw new FilterError(JSON.stringify([condition]));
  if (!Object.hasOwn(OPERATORS, op)) throw new FilterError(JSON.stringify([op, raw]));
  return {
    column: column.trim(),
    op: op as Operator,
    value: operandOf(op as Operator, raw),
    negate: not !== undefined,
  };
}

function operandOf(op: Operator, raw: string): string {
  if (op === "in") {
    if (!/^\(.*\)$/s.test(raw)) throw new FilterError("`in` filter value must be wrapped by parentheses");
    if (conditions(raw.slice(1, -1)).length > MOST_IN_VALUES)
      throw new FilterError(`too many values for \`in\` filter. Maximum ${MOST_IN_VALUES}`);
    return `{${raw.slice(1, -1)}}`;
  }
  if (op === "is" && !/^(null|true|false|unknown)$/.test(raw)) {
    throw new FilterError("invalid value for is filter: must be null, true, false, or unknown");
  }
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(raw);
  return quoted ? quoted[1]!.replace(/\\(.)/gs, "$1") : raw;
}

/** Splits at the commas that are outside parentheses and quotes. A quote counts where a value can begin. */
function conditions(filter: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < filter.length; at++) {
    const character = filter[at]!;
    if (quoted) {
      if (character === "\\") at++;
      else if (character === '"') quoted = false;
    } else if (character === '"' && (at === start || /[.(,]/.test(filter[at - 1]!))) quoted = true;
    else if (character === "(") depth++;
    else if (character === ")") depth = Math.max(0, depth - 1);
    else if (character === "," && depth === 0) {
      parts.push(filter.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, filter.slice(start)];
}
