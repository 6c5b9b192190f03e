import { BY_PLAN, FOR_ALL, type Plan, PLANS } from "./limits.ts";
import { ASSUMED, MEASURED } from "./measured.ts";
import { first, MODEL_RATES, type Rate, RATES, ROOM } from "./rates.ts";

/** Two significant digits: the inputs are no better. */
const rough = (value: number): string => Number(value.toPrecision(2)).toLocaleString("en-US");
const number = (value: number): string => value.toLocaleString("en-US");

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

const rates = (list: Rate[]): string => {
  const least = Object.fromEntries(PLANS.map((plan) => [plan, first(list, plan).what])) as Record<Plan, string>;
  return table(
    ["documents a day", "free", "paid", "self-hosted", "from", "what moves it"],
    list.map(({ what, aDay, formula, setting }) => [
      what,
      ...PLANS.map((plan) => {
        const value = aDay[plan];
        return value === null ? "" : least[plan] === what ? `**${rough(value)}**` : rough(value);
      }),
      formula,
      setting,
    ]),
  );
};

/** The tables of docs/capacity.md, by the names of their places there. */
export const TABLES: Record<string, () => string> = {
  inputs: () =>
    table(
      ["of a document", "", "from"],
      [
        ...Object.values(MEASURED).map(({ what, value, unit, from }) => [
          what,
          `${number(value)}${unit && ` ${unit}`}`,
          from,
        ]),
        ...Object.values(ASSUMED).map(({ what, value, unit }) => [
          what,
          `${number(value)}${unit && ` ${unit}`}`,
          "**assumed**",
        ]),
      ],
    ),
  limits: () =>
    table(
      ["", "free", "paid (Pro)", "self-hosted", "source"],
      Object.values(BY_PLAN).map((limit) => [
        `${limit.of}, ${limit.unit}`,
        ...PLANS.map((plan) => {
          const value: number | null = limit[plan];
          return value === null ? "" : number(value);
        }),
        limit.source,
      ]),
    ),
  "limits-for-all": () =>
    table(
      ["", "", "source"],
      Object.values(FOR_ALL).map(({ value, unit, source }) => [unit, number(value), source]),
    ),
  rates: () => rates(RATES),
  "model-rates": () => rates(MODEL_RATES),
  room: () =>
    table(
      ["documents in all", "free", "paid", "from"],
      ROOM.map(({ what, documents, formula }) => [
        what,
        ...(["free", "pro"] as const).map((plan) => {
          const value = documents[plan];
          return value === null ? "" : rough(value);
        }),
        formula,
      ]),
    ),
  answer: () =>
    table(
      ["", "free", "paid", "self-hosted"],
      [
        ["documents a day", ...PLANS.map((plan) => `**${rough(first(RATES, plan).aDay)}**`)],
        ["what saturates first", ...PLANS.map((plan) => first(RATES, plan).what)],
        [
          "documents a day with Claude",
          ...PLANS.map((plan) => `**${rough(first([...RATES, ...MODEL_RATES], plan).aDay)}**`),
        ],
        ["what saturates first", ...PLANS.map((plan) => first([...RATES, ...MODEL_RATES], plan).what)],
      ],
    ),
};

/** The page with its tables replaced, between `<!-- name -->` and `<!-- end -->`. */
export const withTables = (page: string): string =>
  page.replace(/<!-- ([a-z-]+) -->\n[\s\S]*?<!-- end -->/g, (place, name: string) =>
    TABLES[name] ? `<!-- ${name} -->\n${TABLES[name]()}\n<!-- end -->` : place,
  );
