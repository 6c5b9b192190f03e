// Mail on the whole stack: a mail client sends over SMTP, and the mail is a document with its parts and the tags of the address.
import { readFile } from "node:fs/promises";
import { createTransport } from "nodemailer";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lentStack, type LentStack } from "../../testing/lending.ts";
import { SAMPLES, signUp, type User } from "../../testing/user.ts";
import { waitUntil } from "../../testing/waiting.ts";

let stack: LentStack;
let user: User;
let invoice: Buffer;
beforeAll(async () => {
  stack = await lentStack({ OCR_ENGINE_URL: "" });
  user = await signUp(stack);
  invoice = await readFile(`${SAMPLES}brief.pdf`);
});
afterAll(() => stack?.stop());

async function make(more: object = {}): Promise<string> {
  const { data, error } = await user.supabase.rpc("create_inbox_address", { name: "Invoices", ...more });
  if (error) throw error;
  return `${data.local_part}@in.example.com`;
}
const send = (mail: Record<string, unknown>) =>
  createTransport({ host: "127.0.0.1", port: stack.smtp.port, ignoreTLS: true }).sendMail({
    from: "Ada <ada@example.com>",
    subject: "Your invoice of March",
    text: "Dear all,\n\nplease find the invoice for March attached.\n\nAda",
    ...mail,
  });
const documents = async () => (await user.supabase.from("documents").select("*").order("created_at")).data ?? [];
const refused = async () => (await user.supabase.from("refused_mails").select("code, sender").order("id")).data ?? [];
const clear = () => stack.sql("delete from public.documents; delete from public.refused_mails");

it("becomes a document with its attachment as a part, both tagged, once", async () => {
  const to = await make({ tags: ["by-mail"] });
  const mail = {
    to,
    messageId: "<1@example.com>",
    attachments: [
      { filename: "Invoice 7.pdf", content: invoice },
      { filename: "notes.txt", content: "Paid on the 17th of March." },
    ],
  };
  expect((await send(mail)).response).toMatch(/^250 /);
  const done = await waitUntil(
    async () => {
      const all = await documents();
      return all.length === 3 && all.every(({ status }) => status === "completed") && all;
    },
    { interval: 200 },
  );
  expect(done.map(({ filename }) => filename).sort()).toEqual([
    "Invoice 7.pdf",
    "Your invoice of March.eml",
    "notes.txt",
  ]);
  const whole = done.find(({ mime_type }) => mime_type === "message/rfc822")!;
  const parts = done.filter(({ parent_id }) => parent_id === whole.id);
  expect(parts).toHaveLength(2);
  for (const { tags } of done) expect(tags).toContain("by-mail");
  const { data: pages } = await user.supabase.from("document_pages").select("text").eq("document_id", whole.id);
  expect(pages?.[0]?.text).toContain("please find the invoice for March attached");
  const { data: history } = await user.supabase.from("document_events").select("*").eq("document_id", whole.id);
  expect(history?.find(({ kind }) => kind === "received")).toMatchObject({
    stage: "mail",
    message: "Came by mail to “Invoices”.",
  });

  // A mail program that sends again writes the mail again.
  await send(mail);
  expect(await documents()).toHaveLength(3);
  await clear();
});

it("is refused by the reply that gives it back to its sender, and the owner hears why", async () => {
  const to = await make({ allowed_senders: ["example.com"] });
  const reply = async (mail: object) =>
    send({ to, ...mail }).then(
      ({ response }) => response,
      (error: { response: string }) => error.response,
    );
  expect(await reply({ headers: { "Auto-Submitted": "auto-replied" } })).toMatch(/^554 .*automatic reply/);
  expect(await reply({ envelope: { from: "", to } })).toMatch(/^554 .*report/);
  expect(await reply({ from: "Eve <eve@example.org>" })).toMatch(/^554 .*sender/);
  expect(await reply({ envelope: { from: "eve@example.org", to } })).toMatch(/^554 .*proves/);
  expect(await reply({ to: "inbox-00000000000000000000000000000000@in.example.com" })).toMatch(/^550 /);
  expect(await documents()).toEqual([]);
  expect(await refused()).toEqual([
    { code: "auto_reply", sender: "ada@example.com" },
    { code: "bounce", sender: "ada@example.com" },
    { code: "sender_not_allowed", sender: "eve@example.org" },
    { code: "sender_not_allowed", sender: "ada@example.com" },
  ]);
  // Whoever sent it would take it for lost, and it is not.
  const nobody = "inbox-00000000000000000000000000000000@in.example.com";
  expect(await reply({ to: [nobody, to], messageId: "<two@example.com>" })).toMatch(/^250 /);
  expect(await documents()).toHaveLength(1);
  await stack.sql("update public.inbox_addresses set revoked_at = now()");
  expect(await reply({})).toMatch(/^550 .*no such mail address/);
  expect(await refused()).toHaveLength(4);
  await clear();
});

it("of 40 MB is refused with the size as the reason, over SMTP and over HTTP", async () => {
  const to = await make();
  const attachments = [{ filename: "large.bin", content: Buffer.alloc(40 * 1024 * 1024, "x") }];
  await expect(send({ to, attachments })).rejects.toMatchObject({ responseCode: 552 });
  expect(await refused()).toEqual([{ code: "file_too_large", sender: "ada@example.com" }]);
  const form = new FormData();
  form.append("recipient", to);
  form.append("sender", "ada@example.com");
  form.append("body-mime", `From: ada@example.com\r\nSubject: x\r\n\r\n${"x".repeat(40 * 1024 * 1024)}`);
  const answer = await fetch(`${stack.url}/functions/v1/inbound/mailgun/mime`, { method: "POST", body: form });
  expect(answer.status).toBe(406);
  expect(await answer.json()).toMatchObject({ code: "file_too_large" });
  expect(await documents()).toEqual([]);
  await clear();
});

it("that is hard to read becomes a document that says so, or is refused, and others go on", async () => {
  const to = await make();
  const post = (mail: string) =>
    fetch(`${stack.url}/functions/v1/inbound/${to}`, {
      method: "POST",
      body: mail,
      headers: { "Content-Type": "message/rfc822" },
    });
  const head = "From: ada@example.com\r\nSubject: x\r\n";
  const nested = Array.from(
    { length: 1000 },
    (_, at) => `--b${at}\r\nContent-Type: multipart/mixed; boundary=b${at + 1}\r\n\r\n`,
  ).join("");
  const answers = [
    await post(`${head}Content-Type: multipart/mixed; boundary=b0\r\n\r\n${nested}`),
    await post(`${head}X-Long: ${"x".repeat(1_000_000)}\r\n\r\ntext`),
    await post(`${head}\r\nNul\0 and more\0`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 422, 200]);
  const settled = await waitUntil(
    async () => {
      const all = await documents();
      return all.length === 2 && all.every(({ status }) => ["completed", "failed"].includes(status)) && all;
    },
    { interval: 200 },
  );
  expect(settled.map(({ status, error }) => error?.code ?? status)).toEqual(["broken_file", "completed"]);
  await clear();
});
