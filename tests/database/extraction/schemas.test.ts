// Schemas in the database: the same fields are taken and refused as in TypeScript, and a user's schemas are their own.
import { expect, describe, it } from "vitest";
import { parseFields } from "../../../supabase/functions/_shared/extraction/schema.ts";
import { TEMPLATES } from "../../../supabase/functions/_shared/extraction/templates/index.ts";
import { type Database, withDatabase } from "../../../testing/database/migrated.ts";

let database: Database;
let user: string;
withDatabase((made) => ({ database, user } = made));

const TOTAL = { type: "object", format: "money" };
const NUMBER = { type: "number" };
const TABLE = (properties: object, more: object = {}) => ({
  type: "array",
  items: { type: "object", properties, ...more },
});
const schema = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });

const errorOf = async (fields: unknown): Promise<string | null> =>
  (await database.sql("select private.schema_error($1) as wrong", [JSON.stringify(fields)]))[0]!.wrong;
const create = (owner: string, name: string, fields: unknown): Promise<{ id: string; version: number }[]> =>
  database.asUser(owner, "insert into public.extraction_schemas (name, fields) values ($1, $2) returning id, version", [
    name,
    JSON.stringify(fields),
  ]);

describe("a schema", () => {
  it.each(Object.entries(TEMPLATES))("of the template %s is taken", async (_, { fields }) => {
    expect(await errorOf(fields)).toBeNull();
  });

  it.each<[unknown, string]>([
    [null, "fields"],
    [[], "fields"],
    [{ type: "object" }, "fields"],
    [schema({}), "properties"],
    [schema({ a: 1 }), "a"],
    [schema({ colour: { type: "color" } }), "colour"],
    [schema({ mail: { type: "string", format: "email" } }), "mail"],
    [schema({ address: { type: "object", properties: {} } }), "address"],
    [schema({ a: { type: "string", pattern: "(a+)+$" } }), "a"],
    [schema({ a: { type: "string", enum: [] } }), "a"],
    [schema({ a: { type: "string", enum: "b" } }), "a"],
    [schema({ a: { ...TOTAL, labels: [1] } }), "a"],
    [schema({ a: { ...TOTAL, labels: Array(61).fill("a") } }), "a"],
    [schema({ a: { ...TOTAL, rule: "guess" } }), "a"],
    [schema({ rows: TABLE({}) }), "rows"],
    [schema({ rows: { type: "array", items: { $ref: "#" } } }), "rows"],
    [schema({ rows: TABLE({ cells: TABLE({ a: TOTAL }) }) }), "rows.cells"],
    [schema({ rows: TABLE({ a: TOTAL }, { required: ["b"] }) }), "rows.items.required"],
    [schema({ "A b": TOTAL }), "A b"],
    [schema({ a: TOTAL }, { required: ["b"] }), "required"],
    [schema({ a: TOTAL }, { additionalProperties: true }), "fields"],
    [schema(Object.fromEntries(Array.from({ length: 200 }, (_, nth) => [`f${nth}`, TOTAL]))), "properties"],
    [schema({ a: TOTAL }, { checks: ["a = b"] }), "checks[0]"],
    [schema({ a: TOTAL, b: { type: "string" } }, { checks: ["a = a", "a = b"] }), "checks[1]"],
    [schema({ a: TOTAL }, { checks: ["a"] }), "checks[0]"],
    [schema({ a: TOTAL }, { checks: ["a = (a)"] }), "checks[0]"],
    [schema({ a: TOTAL }, { checks: ["a = a +"] }), "checks[0]"],
    [schema({ a: TOTAL }, { checks: ["a = sum(a)"] }), "checks[0]"],
    [schema({ a: TOTAL, rows: TABLE({ b: NUMBER }) }, { checks: ["a = rows"] }), "checks[0]"],
    [schema({ one: TABLE({ b: NUMBER }), two: TABLE({ b: NUMBER }) }, { checks: ["one.b = two.b"] }), "checks[0]"],
  ])("is refused with the field that is wrong, as in TypeScript: case %#", async (fields, field) => {
    expect((await errorOf(fields))?.split(/[:.](?= |[a-z])/)[0]?.startsWith(field.split(".")[0]!)).toBe(true);
    expect(await errorOf(fields)).toMatch(new RegExp(`^${field.replace(/[[\].]/g, "\\$&")}`));
    expect(() => parseFields(fields)).toThrow(field.split(".")[0]);
  });

  it("that is wrong ends a request with 400 and the field's name", async () => {
    await expect(create(user, "A", schema({ a: { type: "color" } }))).rejects.toMatchObject({
      code: "PT400",
      hint: "invalid_schema",
      message: expect.stringContaining("a: type must be"),
    });
  });

  it("goes up a version when its fields change, and each version stays", async () => {
    const [made] = await create(user, "A", schema({ a: TOTAL }));
    await database.asUser(user, "update public.extraction_schemas set name = 'B' where id = $1", [made!.id]);
    await database.asUser(user, "update public.extraction_schemas set fields = $2 where id = $1", [
      made!.id,
      JSON.stringify(schema({ b: TOTAL })),
    ]);
    expect(
      await database.asUser(
        user,
        "select version, fields -> 'properties' as properties from public.extraction_schema_versions order by version",
      ),
    ).toEqual([
      { version: 1, properties: { a: TOTAL } },
      { version: 2, properties: { b: TOTAL } },
    ]);
  });

  it("keeps its fields and columns in the order in which they were given, and another order is no new version", async () => {
    // Neither by name nor by length, which is how jsonb sorts.
    const fields = schema({
      zeta: TOTAL,
      invoice_number: NUMBER,
      b: TABLE({ width: NUMBER, a: NUMBER }),
      alpha: TOTAL,
    });
    const order = async () => {
      const [found] = await database.asUser(user, "select fields, version from public.extraction_schemas");
      return [
        Object.keys(found!.fields.properties),
        Object.keys(found!.fields.properties.b.items.properties),
        found!.version,
      ];
    };
    const [made] = await create(user, "A", fields);
    expect(await order()).toEqual([["zeta", "invoice_number", "b", "alpha"], ["width", "a"], 1]);
    const [{ answer }] = (await database.asUser(user, "select public.call_api('list_schemas', '{}') as answer")) as [
      { answer: [{ fields: { properties: object } }] },
    ];
    expect(Object.keys(answer[0].fields.properties)).toEqual(["zeta", "invoice_number", "b", "alpha"]);
    const moved = { alpha: TOTAL, b: TABLE({ a: NUMBER, width: NUMBER }), invoice_number: NUMBER, zeta: TOTAL };
    await database.asUser(user, "update public.extraction_schemas set fields = $2 where id = $1", [
      made!.id,
      JSON.stringify(schema(moved)),
    ]);
    expect(await order()).toEqual([["alpha", "b", "invoice_number", "zeta"], ["a", "width"], 1]);
  });

  it("is its owner's alone", async () => {
    const [made] = await create(user, "A", schema({ a: TOTAL }));
    const stranger = await database.user();
    expect(await database.asUser(stranger, "select from public.extraction_schemas")).toEqual([]);
    expect(
      await database.asUser(stranger, "delete from public.extraction_schemas where id = $1 returning id", [made!.id]),
    ).toEqual([]);
    await expect(
      database.asUser(
        stranger,
        "insert into public.extraction_schemas (user_id, name, fields) values ($1, 'x', '{}')",
        [user],
      ),
    ).rejects.toMatchObject({ code: "42501" });
  });

  it("is one of 50 at most", async () => {
    await database.asUser(
      user,
      "insert into public.extraction_schemas (name, fields) select nth::text, $1 from generate_series(1, 50) as nth",
      [JSON.stringify(schema({ a: TOTAL }))],
    );
    await expect(create(user, "one more", schema({ a: TOTAL }))).rejects.toMatchObject({ hint: "too_many_schemas" });
  });
});

describe("an equation", () => {
  it.each<[string, object, object, object, number | null]>([
    ["net + tax = total", { net: 50, tax: 10, total: 60 }, {}, {}, 0],
    ["closing = opening + sum(t.amount)", { closing: 70, opening: 100 }, { "t.amount": -30 }, {}, 0],
    ["t.n * t.p = t.total", {}, {}, { "t.n": 3, "t.p": 0.1, "t.total": 0.31 }, -0.01],
    ["- a + 2 * b = 0", { a: 4, b: 2 }, {}, {}, 0],
    ["a = b", { a: 1 }, {}, {}, null],
  ])("counts: %s", async (source, scalars, sums, row, difference) => {
    const [found] = await database.sql("select private.check_difference($1, $2, $3, $4)::float as off", [
      source,
      scalars,
      sums,
      row,
    ]);
    expect(found!.off).toBe(difference);
  });
});
