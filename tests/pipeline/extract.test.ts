// Extraction through everything that is real: upload, reading, describing, the job, the function, the proof, the table.
import { afterAll, beforeAll, expect, it } from "vitest";
import { TEMPLATES } from "../../supabase/functions/_shared/extraction/templates/index.ts";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { hurry } from "../../testing/temporary.ts";
import { eventsOf, signUp, type User, watch } from "../../testing/user.ts";
import { waitFor, waitUntil } from "../../testing/waiting.ts";

let stack: LentStack;
let user: User;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  await hurry(stack);
  user = await signUp(stack);
});
afterAll(() => stack?.stop());

const invoice = (total: string, number = "RE-2026-0042") =>
  new TextEncoder().encode(
    [
      "Brandt & Söhne GmbH",
      "Kaistraße 8, 24103 Kiel",
      "",
      "Rechnung",
      `Rechnungsnummer: ${number}`,
      "Rechnungsdatum: 15.03.2026",
      "",
      "Bezeichnung  Menge  Einzelpreis  Betrag",
      "Webdesign  2  40,00  80,00",
      "Fensterreinigung  1  20,50  20,50",
      "",
      "Zwischensumme  100,50",
      "MwSt. 20%  20,10",
      `Gesamtbetrag  EUR ${total}`,
    ].join("\n"),
  );

async function upload(total: string, number?: string): Promise<string> {
  const response = await user.upload("rechnung.txt", invoice(total, number));
  const { document_id } = (await response.json()) as { document_id: string };
  await user.until(document_id, "completed", "failed");
  return document_id;
}

const extractionOf = async (document_id: string) =>
  waitFor(
    async () => {
      const { data } = await user.supabase.from("extractions").select("*").eq("document_id", document_id).single();
      expect(["completed", "needs_review", "failed"]).toContain(data?.status);
      return data!;
    },
    { interval: 200 },
  );

it("writes the fields of a document as soon as it is described, in a table that pages and sums", async () => {
  const { name, description, document_types, fields } = TEMPLATES.invoice!;
  const { data: schema, error } = await user.supabase
    .from("extraction_schemas")
    .insert({ name, description, document_types, fields })
    .select("id")
    .single();
  expect(error).toBeNull();
  const document_id = await upload("120,60");
  expect(await extractionOf(document_id)).toMatchObject({
    status: "completed",
    engine: "local",
    missing: [],
    error: null,
  });
  const { data: page } = await user.supabase.rpc("schema_rows", { schema_id: schema!.id });
  expect(page.rows).toMatchObject([
    {
      document_id,
      values: { invoice_number: "RE-2026-0042", invoice_date: "2026-03-15", total: { amount: 120.6, currency: "EUR" } },
    },
  ]);
  const { data: lines } = await user.supabase.rpc("schema_rows", {
    schema_id: schema!.id,
    line_items: "items",
    sort: "items.total",
  });
  expect(lines.rows.map(({ values }: any) => values["items.total"].amount)).toEqual([20.5, 80]);
});

it("leaves a broken sum to a person, and is told to the owner who asks for it again", async () => {
  const { data: schema } = await user.supabase.from("extraction_schemas").select("id").single();
  const document_id = await upload("120,99", "RE-2");
  expect(await extractionOf(document_id)).toMatchObject({ status: "needs_review", missing: ["total"] });
  const response = await user.callJson("extract", { document_id, schema_id: schema!.id, instruction: "read it again" });
  expect(response.status).toBe(200);
  const events = await eventsOf(response);
  expect(events.at(-1)).toMatchObject({
    complete: true,
    extraction: { status: "needs_review", instruction: "read it again" },
  });
  expect(events.some((event) => "text" in event)).toBe(true);
});

it("is refused for another's document, another's schema, and what is no request", async () => {
  const { data: schema } = await user.supabase.from("extraction_schemas").select("id").single();
  const { data: documents } = await user.supabase.from("documents").select("id");
  const stranger = await signUp(stack);
  const asked = { document_id: documents![0]!.id, schema_id: schema!.id };
  expect((await stranger.callJson("extract", asked)).status).toBe(404);
  expect((await user.callJson("extract", { ...asked, schema_id: crypto.randomUUID() })).status).toBe(404);
  expect((await user.callJson("extract", { ...asked, more: 1 })).status).toBe(400);
  expect((await user.callJson("extract", { document_id: asked.document_id })).status).toBe(400);
});

it("suggests a schema from documents, which can be saved and is not saved by itself", async () => {
  const documents = [await upload("120,60", "RE-11"), await upload("99,00", "RE-12")];
  const before = (await user.supabase.from("extraction_schemas").select("id")).data;
  const response = await user.callJson("extract", { suggest_from: documents });
  expect(response.status).toBe(200);
  const { engine, schema } = (await response.json()) as any;
  expect(engine).toBe("local");
  expect(Object.keys(schema.fields.properties)).toEqual(
    expect.arrayContaining(["invoice_number", "invoice_date", "net", "tax", "total", "items"]),
  );
  expect((await user.supabase.from("extraction_schemas").select("id")).data).toEqual(before);
  const { error } = await user.supabase.from("extraction_schemas").insert({ ...schema, name: "Suggested" });
  expect(error).toBeNull();

  const stranger = await signUp(stack);
  expect((await stranger.callJson("extract", { suggest_from: documents })).status).toBe(404);
  expect((await user.callJson("extract", { suggest_from: [] })).status).toBe(400);
});

it("tells the owner alone, by Realtime, how far an extraction is", async () => {
  const stranger = await signUp(stack);
  const { data: documents } = await user.supabase.from("documents").select("id").limit(1);
  const { data: schemas } = await user.supabase.from("extraction_schemas").select("id").order("created_at").limit(1);
  const [mine, theirs] = [await watch(user, "extractions"), await watch(stranger, "extractions")];
  const document_id = documents![0]!.id;
  await eventsOf(await user.callJson("extract", { document_id, schema_id: schemas![0]!.id }));
  await waitFor(() => {
    const statuses = mine.rows.filter((row) => row.document_id === document_id).map((row) => row.status);
    expect(statuses).toEqual(expect.arrayContaining(["queued", "running"]));
    expect(["completed", "needs_review"]).toContain(statuses.at(-1));
  });
  // Changes come in order, so what the stranger would have heard came before a change of their own.
  const own = await stranger.upload("rechnung.txt", invoice("120,60", "RE-99"));
  const { document_id: ownId } = (await own.json()) as { document_id: string };
  await stranger.until(ownId, "completed", "failed");
  await stranger.supabase
    .from("extraction_schemas")
    .insert({ name: "Mine", fields: { type: "object", properties: { total: { type: "object", format: "money" } } } });
  const { data: own_schema } = await stranger.supabase.from("extraction_schemas").select("id").single();
  await eventsOf(await stranger.callJson("extract", { document_id: ownId, schema_id: own_schema!.id }));
  await waitUntil(() => theirs.rows.length > 0);
  expect(theirs.rows.every((row) => row.document_id === ownId)).toBe(true);
  await Promise.all([user.leave(), stranger.leave()]);
});

it("refuses a schema with the name of the field that is wrong", async () => {
  const { error } = await user.supabase
    .from("extraction_schemas")
    .insert({ name: "Wrong", fields: { type: "object", properties: { colour: { type: "color" } } } });
  expect(error).toMatchObject({ hint: "invalid_schema", message: expect.stringContaining("colour: type must be") });
});
