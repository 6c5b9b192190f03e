// A schema that is suggested from documents: the labels that they share, with the kinds of what stands by them.
import { describe, expect, it } from "vitest";
import { parseFields } from "../../../supabase/functions/_shared/extraction/schema.ts";
import { extractLocally } from "../../../supabase/functions/extract/local/extract.ts";
import type { Sample } from "../../../supabase/functions/_shared/extraction/calls.ts";
import { suggestLocally } from "../../../supabase/functions/extract/suggest/suggest.ts";

const sample = (document_type: string | null, ...lines: string[]): Sample => ({
  id: crypto.randomUUID(),
  document_type,
  language: "en",
  pages: [{ page_number: 1, text: lines.join("\n"), words: null }],
});

const logbook = (aircraft: string, day: string, hours: string, pilot: string, fee: string): Sample =>
  sample(
    "other",
    "Westwind Flying Club",
    "Tel: +44 20 7946 0000",
    `Aircraft: ${aircraft}`,
    `Flown on: ${day}`,
    `Pilot in command: ${pilot}`,
    `Landing fee    GBP ${fee}`,
    "",
    "Leg    From    Minutes    Fuel",
    `1    Bristol    ${hours}    12.5`,
    `2    Cardiff    41    9.0`,
  );
const LOGBOOKS = [
  logbook("G-AB12", "12 March 2026", "55", "Ann Field", "14.50"),
  logbook("G-XY34", "3 April 2026", "63", "Bob Hill", "9.00"),
  logbook("G-QR56", "19 May 2026", "38", "Cy Vale", "11.25"),
];

describe("a suggested schema", () => {
  it("has the labels that the documents share, each with the kind of its values, and their table", () => {
    const { fields, document_types } = suggestLocally(LOGBOOKS);
    expect(
      Object.fromEntries(
        Object.entries(fields.properties).map(([name, field]) => [name, { ...field, labels: undefined }]),
      ),
    ).toMatchObject({
      aircraft: { type: "string", format: "code" },
      flown_on: { type: "string", format: "date" },
      pilot_in_command: { type: "string" },
      landing_fee: { type: "object", format: "money" },
      items: {
        type: "array",
        items: { properties: { from: { type: "string" }, minutes: { type: "integer" }, fuel: { type: "number" } } },
      },
    });
    // What is the same on all of them is the letterhead.
    expect(Object.keys(fields.properties)).not.toContain("tel");
    expect(document_types).toEqual([]);
  });

  it("finds in each of the documents what it asks for", () => {
    const { fields } = suggestLocally(LOGBOOKS);
    for (const [nth, { pages }] of LOGBOOKS.entries()) {
      const { values } = extractLocally({ pages, fields, language: "en" });
      expect(values.find(({ path }) => path === "flown_on")?.value).toBe(
        ["2026-03-12", "2026-04-03", "2026-05-19"][nth],
      );
      expect(values.filter(({ path }) => path === "items.minutes").map(({ value }) => value)).toHaveLength(2);
    }
  });

  it("names what the templates know as they do, in whichever language it stands there, with the equations that hold", () => {
    const bill = (number: string, net: string, tax: string, total: string): Sample =>
      sample(
        "invoice",
        "Brandt GmbH",
        `Rechnungsnummer: ${number}`,
        "Rechnungsdatum: 15.03.2026",
        `Zwischensumme    ${net}`,
        `MwSt. 20%    ${tax}`,
        `Gesamtbetrag    EUR ${total}`,
      );
    const { name, fields, document_types } = suggestLocally([
      bill("RE-1", "100,00", "20,00", "120,00"),
      bill("RE-2", "50,00", "10,00", "60,00"),
    ]);
    expect(name).toBe("Invoices");
    expect(document_types).toEqual(["invoice"]);
    expect(Object.keys(fields.properties)).toEqual(
      expect.arrayContaining(["invoice_number", "invoice_date", "net", "tax", "total"]),
    );
    expect(fields.checks).toEqual(["net + tax = total"]);
    expect(fields.required).toContain("total");
  });

  it("has lists of few values that come again, and answers of yes and no, which are found again", () => {
    const order = (tariff: string, box: string, paid: string, note: string): Sample =>
      sample("other", `Tariff: ${tariff}`, `${box} Express delivery`, `Paid: ${paid}`, `Note: ${note}`);
    const orders = [
      order("Basic", "☒", "yes", "Call first"),
      order("Plus", "☐", "no", "Back door"),
      order("Basic", "☒", "yes", "Ring twice"),
      order("Plus", "☐", "yes", "Leave at desk"),
    ];
    const { fields } = suggestLocally(orders);
    expect(fields.properties).toMatchObject({
      tariff: { type: "string", enum: ["Basic", "Plus"] },
      express_delivery: { type: "boolean" },
      paid: { type: "boolean" },
      note: { type: "string" },
    });
    expect(fields.properties.note).not.toHaveProperty("enum");
    const found = orders.map(({ pages }) =>
      Object.fromEntries(extractLocally({ pages, fields, language: "en" }).values.map((one) => [one.path, one.value])),
    );
    expect(found).toMatchObject([
      { tariff: "Basic", express_delivery: true, paid: true },
      { tariff: "Plus", express_delivery: false, paid: false },
      { tariff: "Basic", express_delivery: true, paid: true },
      { tariff: "Plus", express_delivery: false, paid: true },
    ]);
  });

  it("is one that can be saved, whatever the labels are written in", () => {
    const { fields } = suggestLocally([
      sample(
        null,
        "日付: 2026-03-15",
        "合計: ¥1,200",
        "123 und so: 7",
        "Aircraft: G-ABCD",
        "AIRCRAFT: G-1",
        "class: B2",
      ),
    ]);
    expect(() => parseFields(fields)).not.toThrow();
    expect(Object.keys(fields.properties).every((name) => /^[a-z][a-z0-9_]{0,39}$/.test(name))).toBe(true);
    expect(Object.keys(fields.properties).length).toBeGreaterThan(2);
  });

  it("leaves out what only one of several documents has, and says so where they share nothing", () => {
    const one = sample("contract", "Only here: 12.50 EUR", "Signed on: 1 May 2026");
    const other = sample("contract", "Signed on: 2 May 2026", "Something: else");
    expect(Object.keys(suggestLocally([one, other]).fields.properties)).toEqual(["signed_on"]);
    expect(() => suggestLocally([sample(null, "Dear all,"), sample(null, "12 34 56")])).toThrow("share no labels");
  });
});
