// Rules on the whole stack: written by supabase-js, applied to an upload as it is completed, told in its history and to a receiver.
import { afterAll, beforeAll, expect, it } from "vitest";
import { TEMPLATES } from "../../supabase/functions/_shared/extraction/templates/index.ts";
import { startReceiver } from "../../testing/fakes/receiver.ts";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { hurry } from "../../testing/temporary.ts";
import { SAMPLES, signUp, type User } from "../../testing/user.ts";
import { waitUntil } from "../../testing/waiting.ts";

let stack: LentStack;
let user: User;
let stranger: User;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  await hurry(stack);
  await stack.sql("update private.settings set loopback_webhooks = true");
  user = await signUp(stack);
  stranger = await signUp(stack);
});
afterAll(() => stack?.stop());

const until = (ready: () => Promise<boolean> | boolean) => waitUntil(ready, { interval: 100 });

it("tags, names and sends a document that was uploaded; another user's rules do nothing", async () => {
  await using receiver = await startReceiver();
  const { data: webhook } = await user.supabase.rpc("create_webhook", {
    url: receiver.url,
    events: ["document.deleted"],
  });
  const { error } = await user.supabase.from("rules").insert({
    name: "Everything",
    conditions: { formats: ["application/pdf"], sources: ["upload"] },
    actions: { add_tags: ["by-rule"], name: "{type} by rule", webhooks: [webhook.id] },
  });
  expect(error).toBeNull();
  await stranger.supabase.from("rules").insert({ name: "Theirs", actions: { add_tags: ["theirs"] } });

  const { id } = await user.process(`${SAMPLES}brief.pdf`);
  const { data: document } = await user.supabase.from("documents").select("*").eq("id", id).single();
  expect(document).toMatchObject({
    status: "completed",
    display_name: `${document!.document_type} by rule.pdf`,
    tags: expect.arrayContaining(["by-rule"]),
    locked_fields: [],
  });
  expect(document!.tags).not.toContain("theirs");
  const { data: told } = await user.supabase
    .from("document_events")
    .select("message")
    .eq("document_id", id)
    .eq("stage", "rule");
  expect(told).toEqual([{ message: "Rule “Everything”: Name, Tags; sent to a webhook." }]);
  await until(() => receiver.received.length === 1);
  expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({
    type: "document.ruled",
    data: { rule: { name: "Everything" }, document: { id, status: "completed" } },
  });
});

it("refuses a rule with unknown fields, and names them", async () => {
  const { error, status } = await user.supabase.from("rules").insert({
    name: "Wrong",
    conditions: { from: "Acme" },
    actions: { move_to: "folder" },
  });
  expect(status).toBe(400);
  expect(error).toMatchObject({
    hint: "invalid_request",
    message: expect.stringContaining("conditions.from, actions.move_to"),
  });
});

it("applies rules to the archive and takes that back", async () => {
  const owner = await signUp(stack);
  const { id, tags } = await owner.process(`${SAMPLES}brief.pdf`);
  await owner.supabase.from("rules").insert({ name: "Later", actions: { add_tags: ["later"] } });
  const { data: dry } = await owner.supabase.rpc("dry_run_rules", {});
  expect(dry).toMatchObject({
    documents: [{ document_id: id, changes: { tags: { to: [...tags, "later"] } } }],
    next: null,
  });

  const { data: run } = await owner.supabase.rpc("apply_rules", {});
  const state = async (): Promise<string> =>
    (await owner.supabase.from("rule_runs").select("state").eq("id", run.id).single()).data!.state;
  const tagsNow = async (): Promise<string[]> =>
    (await owner.supabase.from("documents").select("tags").eq("id", id).single()).data!.tags;
  await until(async () => (await state()) === "done");
  expect(await tagsNow()).toEqual([...tags, "later"]);
  await owner.supabase.rpc("undo_rule_run", { rule_run_id: run.id });
  await until(async () => (await state()) === "undone");
  expect(await tagsNow()).toEqual(tags);
});

it("finds by which day a document is payable, in several languages, and tells of it before", async () => {
  const owner = await signUp(stack);
  const { name, fields } = TEMPLATES.invoice!;
  const { data: schema } = await owner.supabase
    .from("extraction_schemas")
    .insert({ name, fields })
    .select("id")
    .single();
  await owner.supabase.from("rules").insert({ name: "Due dates", actions: { schemas: [schema!.id] } });
  const invoices = {
    en: "Northwind Ltd\n\nInvoice\nInvoice number: N-17\nInvoice date: 15 March 2026\nDue date: 28 April 2031\n\nTotal: EUR 120.00",
    de: "Brandt GmbH\n\nRechnung\nRechnungsnummer: R-18\nRechnungsdatum: 15.03.2026\nFällig am: 28.04.2031\n\nGesamtbetrag EUR 120,00",
    fr: "Dupont SARL\n\nFacture\nNuméro de facture : F-19\nDate de facture : 15/03/2026\nDate d'échéance : 28/04/2031\n\nTotal TTC EUR 120,00",
    es: "García S.L.\n\nFactura\nNúmero de factura: E-20\nFecha de factura: 15/03/2026\nFecha de vencimiento: 28/04/2031\n\nTotal EUR 120,00",
    it: "Rossi S.r.l.\n\nFattura\nNumero fattura: I-21\nData fattura: 15/03/2026\nData di scadenza: 28/04/2031\n\nTotale EUR 120,00",
  };
  for (const [language, text] of Object.entries(invoices)) {
    const response = await owner.upload(`${language}.txt`, new TextEncoder().encode(text));
    const { document_id } = (await response.json()) as { document_id: string };
    expect(await owner.until(document_id, "completed", "failed"), language).toMatchObject({
      document_date: "2026-03-15",
    });
    await until(async () => {
      const { data } = await owner.supabase.from("extractions").select("status").eq("document_id", document_id);
      return ["completed", "needs_review", "failed"].includes(data?.[0]?.status);
    });
    const { data: found } = await owner.supabase
      .from("extracted_values")
      .select("value, proof")
      .eq("document_id", document_id)
      .eq("path", "due_date");
    expect(found, language).toEqual([{ value: "2031-04-28", proof: "quote" }]);
  }

  await using receiver = await startReceiver();
  await owner.supabase.rpc("create_webhook", { url: receiver.url, events: ["document.due_soon"] });
  // The day comes near.
  await stack.sql(
    "update public.extracted_values set value = to_jsonb((current_date + 2)::text) where path = 'due_date' and quote like '%28.04.2031%'",
  );
  await stack.sql("select private.tell_due()");
  await until(() => receiver.received.length === 1);
  expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({
    type: "document.due_soon",
    data: { document: { filename: "de.txt" } },
  });
});
