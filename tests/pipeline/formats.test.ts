// Files that are no PDF and no picture, and files within files, through the whole chain.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { docx, p } from "../../testing/fixtures/office.ts";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { hurry } from "../../testing/temporary.ts";
import { type DocumentRow, FIXTURES, signUp, type User } from "../../testing/user.ts";
import { waitFor } from "../../testing/waiting.ts";

let stack: LentStack;
let user: User;
beforeAll(async () => {
  stack = await lentStack();
  await hurry(stack);
  user = await signUp(stack);
});
afterAll(async () => {
  await user?.leave();
  await stack?.stop();
});

async function textOf({ id }: { id: string }): Promise<{ raw_text: string; engine: string; page_count: number }> {
  const { data, error } = await user.supabase
    .from("ocr_results")
    .select("raw_text, engine, page_count")
    .eq("document_id", id)
    .single();
  if (error) throw error;
  return data;
}

/** The parts of a document, in their order, each with the document that it became once that is at its end. */
async function partsOf({
  id,
}: {
  id: string;
}): Promise<{ filename: string; code: string | null; document: DocumentRow | null }[]> {
  const { data, error } = await user.supabase
    .from("document_parts")
    .select("filename, document_id, error")
    .eq("parent_id", id)
    .order("position");
  if (error) throw error;
  return Promise.all(
    data.map(async ({ filename, document_id, error: refusal }) => ({
      filename,
      code: refusal?.code ?? null,
      document: document_id ? await user.until(document_id, "completed", "failed") : null,
    })),
  );
}

it("reads a Word document and a workbook as they are written, and describes them", async () => {
  const minutes = await user.process(`${FIXTURES}minutes.docx`);
  expect(minutes).toMatchObject({
    status: "completed",
    page_count: 1,
    display_name: expect.stringMatching(/\.docx$/),
    parent_id: null,
  });
  expect(await textOf(minutes)).toEqual({
    raw_text: "Minutes of the allotment committee, 8 January 2026.",
    engine: "file_text",
    page_count: 1,
  });

  const ledger = await user.process(`${FIXTURES}ledger.xlsx`);
  expect(ledger).toMatchObject({ status: "completed", page_count: 2 });
  expect((await textOf(ledger)).raw_text).toBe(
    "Expenses\n2026-01-01  Seed potatoes  48.50\n2026-02-02  Water butt  129.00\nSum  177.50\n\nMembers\nMarigold Finch",
  );
  const { data } = await user.supabase.storage.from("documents").download(ledger.storage_path);
  expect(data?.type).toBe("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
});

it("makes documents of what is attached to a mail, the same bytes once, and they go with it, files and all", async () => {
  const mail = await user.process(`${FIXTURES}mail.eml`);
  expect(mail.status).toBe("completed");
  expect((await textOf(mail)).raw_text).toMatch(
    /^From: Hazel Penrose[^]*Subject: Plot 14\n\nDear Marigold,[^]*Attachment: agreement.pdf/,
  );
  const [agreement, rules, again] = await partsOf(mail);
  expect(agreement!.document).toMatchObject({
    status: "completed",
    filename: "agreement.pdf",
    mime_type: "application/pdf",
    parent_id: mail.id,
  });
  expect((await textOf(agreement!.document!)).raw_text).toContain("Plot agreement for plot 14");
  expect(rules!.document).toMatchObject({
    status: "completed",
    filename: "rules.txt",
    mime_type: "text/plain",
    parent_id: mail.id,
  });
  expect(again).toMatchObject({ filename: "rules again.txt", document: { id: rules!.document!.id } });

  const paths = [mail, agreement!.document!, rules!.document!].map(({ storage_path }) => storage_path);
  const stored = (bucket = "%"): Promise<unknown[]> =>
    stack.sql(
      `select from storage.objects where bucket_id like '${bucket}' and name in (${paths.map((path) => `'${path}'`).join()})`,
    );
  expect(await stored("documents")).toHaveLength(3);
  await user.supabase.from("documents").delete().eq("id", mail.id);
  await waitFor(async () => expect(await stored()).toHaveLength(0));
});

it("unpacks an archive and the archive in it, and says what became no document", async () => {
  const archive = await user.process(`${FIXTURES}letters.zip`);
  expect(archive.status).toBe("completed");
  expect((await textOf(archive)).raw_text).toContain("2026/february.html");
  const [january, february, program, older] = await partsOf(archive);
  expect((await textOf(january!.document!)).raw_text).toBe(
    "Letter of 5 January 2026: the gate is to be painted green.",
  );
  expect((await textOf(february!.document!)).raw_text).toBe("Letter of 2 February 2026: the gate is green.");
  expect(program).toEqual({ filename: "setup.exe", code: "unsupported_type", document: null });
  const [december] = await partsOf(older!.document!);
  expect(december!.document).toMatchObject({
    filename: "december.md",
    parent_id: older!.document!.id,
    status: "completed",
  });
  const { data: events } = await user.supabase
    .from("document_events")
    .select("data")
    .eq("document_id", archive.id)
    .eq("kind", "parts");
  expect(events).toEqual([
    { data: { documents: 3, refused: [{ position: 3, filename: "setup.exe", code: "unsupported_type" }] } },
  ]);
});

it("refuses a bomb without unpacking it, and a file cut short", async () => {
  const bomb = await user.process(`${FIXTURES}bomb.zip`);
  expect(bomb).toMatchObject({
    status: "failed",
    error: { stage: "ocr", code: "unpacked_too_large", message: expect.stringContaining("120 MiB") },
  });
  const whole = docx(p(`Cut short, ${randomUUID()}`));
  const response = await user.upload("cut.docx", whole.slice(0, -200));
  const { document_id } = (await response.json()) as { document_id: string };
  expect(await user.until(document_id, "completed", "failed")).toMatchObject({
    status: "failed",
    error: { code: "broken_file" },
  });
});
