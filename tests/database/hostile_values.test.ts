// Every column that a user may write and every argument of a function that a user may call, from the catalog, with every kind of value
// that Postgres has and a reader does not expect. Each is taken as something harmless, or refused with an error of the caller's: never with
// one that looks like a fault of the server (PostgREST answers 500 and 503 to classes 25, 40, 53, 54, 55, 57, 58, XX and to P0001's kin).
import { beforeEach, describe, expect, it } from "vitest";
import { type Database, withDatabase } from "../../testing/database/migrated.ts";
import { complete } from "../../testing/database/worker.ts";

let database: Database;
let user: string;
let document: string;
withDatabase((made) => ({ database, user } = made));
beforeEach(async () => {
  document = await complete(database, user);
  await database.asUser(user, "insert into public.tag_aliases (alias, tag) values ('first', 'second')");
  await database.asUser(user, "insert into public.preferences (language) values ('de')");
  await database.asUser(user, "select public.create_webhook('https://example.com', '{document.completed}')");
  await database.asUser(user, `insert into public.rules (name, actions) values ('a rule', '{"add_tags": ["a"]}')`);
});

/** Random characters of three bytes each, which no compression makes smaller. */
const wide = (length: number): string =>
  Array.from({ length }, (_, place) => String.fromCodePoint(0x4e00 + ((place * 7919 + length) % 20000))).join("");
const TEXTS = [
  "",
  " ",
  "\n",
  "\u0001",
  "\u001f",
  "\u007f",
  "a\u0007b",
  "\u202Ea",
  "x".repeat(300),
  "x".repeat(2_000_000),
  wide(250),
  wide(3000),
  "%",
  "\\",
  "'",
  "{",
  "a\tb",
  "😀".repeat(201),
];
const ARRAYS = [
  "{}",
  "{{a,b},{c,d}}",
  "{{{a}}}",
  "{NULL}",
  '{""}',
  '{" "}',
  '{"a\nb"}',
  "[5:6]={a,b}",
  `{${Array.from({ length: 20_000 }, (_, n) => `t${n}`).join()}}`,
  `{${wide(201)}}`,
  `{${wide(2000)}}`,
  "{x,x,x}",
  "{",
];
const DATES = [
  "infinity",
  "-infinity",
  "0044-03-15 BC",
  "10000-01-01",
  "5874897-12-31",
  "2026-02-30",
  "now",
  "epoch",
  "0000-00-00",
  "12:00",
];
const deep = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
const JSON_VALUES = [
  "null",
  "1",
  '""',
  "{}",
  "[]",
  deep(1000),
  '{"key": null}',
  '{"key": "x", "id": 1}',
  '{"key": "\\u0000"}',
  '{"key": 1e400}',
  JSON.stringify({ key: "x".repeat(5000), id: "x" }),
];
/** What is tried for a type; what it was before comes back by the rollback. */
const HOSTILE: Record<string, string[]> = {
  text: TEXTS,
  "text[]": ARRAYS,
  date: DATES,
  numeric: ["NaN", "infinity", "-infinity", "1e400", "1e131071", "0.1e-16000", "", "12,50"],
  "timestamp with time zone": [...DATES, "9999-12-31", "2001-01-01"],
  boolean: ["maybe", "", "2"],
  uuid: ["", "x", "00000000-0000-0000-0000-000000000000"],
  "uuid[]": [
    "{}",
    "{NULL}",
    "{x}",
    "{{00000000-0000-0000-0000-000000000000},{00000000-0000-0000-0000-000000000001}}",
    "[0:0]={00000000-0000-0000-0000-000000000000}",
    "",
    "{{00000000-0000-0000-0000-000000000000}}",
    "{00000000-0000-0000-0000-000000000000,00000000-0000-0000-0000-000000000000}",
    `{${"00000000-0000-0000-0000-000000000000,".repeat(20_000)}00000000-0000-0000-0000-000000000000}`,
  ],
  integer: ["NaN", "-1", "0", "2147483647", "2147483648", "1e400", "1.5"],
  bigint: ["NaN", "-1", "9223372036854775807", "9223372036854775808"],
  json: JSON_VALUES,
  jsonb: JSON_VALUES,
};

const CALLERS_FAULT = /^(22|23|42501$|PT4)/;

async function outcome(statement: string, value: string): Promise<string> {
  return database.asUser(user, statement, [value]).then(
    () => "taken",
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
}

describe("a column that users may write", () => {
  const COLUMNS = `
    select format('%I.%I', nspname, relname) as relation, attname as name, format_type(atttypid, null) as type
    from pg_attribute join pg_class on pg_class.oid = attrelid join pg_namespace on pg_namespace.oid = relnamespace
    where nspname = 'public' and attnum > 0 and not attisdropped and has_column_privilege('authenticated', attrelid, attnum, 'update')
    order by 1, 2`;

  it("takes what is harmless, and refuses the rest as the caller's fault", async () => {
    await database.sql("insert into private.user_limits (user_id, requests_per_minute) values ($1, 1000000)", [user]);
    const columns = await database.sql(COLUMNS);
    expect(columns.length).toBeGreaterThan(10);
    for (const { relation, name, type } of columns) {
      const values = HOSTILE[type];
      expect(values, `${relation}.${name}: add values of the type ${type} above`).toBeDefined();
      for (const value of values!) {
        const came = await outcome(`update ${relation} set ${name} = $1 where true`, value);
        if (came !== "taken") expect(came, `${relation}.${name} = ${value.slice(0, 60)}`).toMatch(CALLERS_FAULT);
      }
    }
  });

  it.each([
    ["document_date", ["infinity", "-infinity", "0044-03-15 BC", "10000-01-01"]],
    [
      "tags",
      [
        "{{a,b},{c,d}}",
        "{NULL}",
        '{""}',
        '{" "}',
        '{"a\nb"}',
        "[5:6]={a,b}",
        `{${wide(201)}}`,
        `{${"a,".repeat(50)}b}`,
      ],
    ],
    ["locked_fields", ["{{tags,summary}}", "{NULL}", "{status}"]],
    ["display_name", ["", " ", "\n", "a\nb", "a\u0007", "x".repeat(201)]],
    ["summary", ["a\u0001", "x".repeat(1001)]],
    ["correspondent", ["a\nb", "x".repeat(201)]],
    ["document_type", ["a\tb", "x".repeat(101)]],
    ["amount", ["NaN", "infinity", "-infinity", "1e13", "0.00001"]],
    ["currency", ["", "eur", "EURO", "EU\n", "€"]],
    ["language", ["", "de\n", "DE", "deu"]],
  ])("%s is refused by a constraint that says why", async (column, values) => {
    for (const value of values)
      expect(await outcome(`update public.documents set ${column} = $1 where id = '${document}'`, value), value).toBe(
        "23514",
      );
  });

  it("takes what people do write", async () => {
    for (const [column, value] of [
      ["document_date", "1582-10-15"],
      ["tags", '{Steuer 2026,"größer, als","a-b"}'],
      ["summary", "First line.\nSecond line.\tEnd."],
      ["display_name", "Rechnung – Müller & Söhne (2026).pdf"],
      ["tags", "{}"],
      ["locked_fields", "{tags,summary}"],
    ])
      expect(await outcome(`update public.documents set ${column} = $1 where id = '${document}'`, value!), value).toBe(
        "taken",
      );
  });
});

describe("an argument of a function that users may call", () => {
  const FUNCTIONS = `
    select format('%I.%I', nspname, proname) as name, proargnames[1:pronargs] as arguments,
      array(select format_type(type, null) from unnest(proargtypes::oid[]) with ordinality as types (type, place) order by place) as types, pronargdefaults as optional
    from pg_proc join pg_namespace on pg_namespace.oid = pronamespace
    where nspname = 'public' and has_function_privilege('authenticated', pg_proc.oid, 'execute') and pronargs > 0 order by 1`;

  it("takes what is harmless, and refuses the rest as the caller's fault", async () => {
    await database.sql("insert into private.user_limits (user_id, requests_per_minute) values ($1, 1000000)", [user]);
    const rows = await database.sql(FUNCTIONS);
    expect(rows.length).toBeGreaterThan(3);
    for (const { name, arguments: names, types, optional } of rows) {
      const plain = (type: string): string =>
        ({
          uuid: `'${document}'`,
          bigint: "1",
          integer: "1",
          "text[]": "'{tags}'",
          jsonb: "'{}'",
          date: "'2026-01-01'",
        })[type] ?? "'plain'";
      for (const [place, type] of types.entries()) {
        const values = HOSTILE[type];
        expect(values, `${name}.${names[place]}: add values of the type ${type} above`).toBeDefined();
        const others = types.flatMap((other: string, at: number) =>
          at !== place && at < types.length - optional ? [`${names[at]} => ${plain(other)}`] : [],
        );
        const call = `select ${name}(${[`${names[place]} => $1`, ...others].join(", ")})`;
        for (const value of values!) {
          const came = await outcome(call, value);
          if (came !== "taken") expect(came, `${call} with ${value.slice(0, 60)}`).toMatch(CALLERS_FAULT);
        }
      }
    }
  });
});
