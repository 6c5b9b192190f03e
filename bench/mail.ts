import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { createTransport, type Transporter } from "nodemailer";
import pg from "pg";
import { freePort } from "../stack/ports.ts";
import { SUPERUSER } from "../stack/postgres.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { latencyOf } from "./figures.ts";
import { pause, until } from "./temporary-stack.ts";
import { signUp } from "./user.ts";

const RESTARTS = 2;
/** Mails that are on their way at the same time. */
const SENDERS = 8;
/** As mail servers do after 4xx and lost connections, only sooner. */
const AGAIN_MS = 500;
const PATIENCE_MS = 10 * 60_000;

/**
 * `npm run bench -- mail [--mails 300] [--json]`: mails over SMTP while the stack is stopped and started twice. The
 * senders do what mail servers do: send again, as the same bytes, after 4xx, and after a connection that was lost.
 * Exits 1 when a mail is lost, or is two documents.
 */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { mails: { type: "string", default: "300" }, json: { type: "boolean", default: false } },
  });
  const mail = await mailsOverSmtp(Number(values.mails));
  if (values.json) console.log(JSON.stringify({ mail }, null, 2));
  else for (const [name, value] of Object.entries(mail)) console.log(`${name.padEnd(24)} ${value}`);
}

/** So many mails to a stack of their own. Sets the exit code when one is lost, or is two documents. */
export async function mailsOverSmtp(mails: number) {
  const folder = await mkdtemp(path.join(tmpdir(), "docket-mail-"));
  await chmod(folder, 0o755);
  const ports = { port: await freePort(), databasePort: await freePort(), smtpPort: await freePort() };
  const start = (): Promise<Stack> => startStack({ folder, ...ports, env: { OCR_ENGINE_URL: "" } });
  let stack = await start();
  try {
    const mail = await deliver(
      mails,
      () => stack,
      async () => {
        await stack.stop();
        stack = await start();
      },
    );
    if (mail.lost > 0 || mail.duplicated > 0 || mail.parts !== mail.mails || mail.unsettled > 0) process.exitCode = 1;
    return mail;
  } finally {
    await stack.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function deliver(mails: number, stack: () => Stack, restart: () => Promise<void>) {
  await signUp(stack());
  const address = await withDatabase(stack(), async (db) => {
    await db.query(
      "update private.settings set requests_per_minute = null, documents_per_month = 1000000, pages_per_month = null, stored_bytes = null, mails_per_minute_and_inbox_address = 100000",
    );
    const { rows } = await db.query(
      "insert into public.inbox_addresses (user_id, name, tags) select id, 'Bench', '{bench}' from auth.users returning id, local_part",
    );
    await db.query(
      "insert into private.link_secrets (link_id, user_id, token_sha256) select id, user_id, sha256(convert_to(local_part, 'UTF8')) from public.inbox_addresses",
    );
    return `${rows[0].local_part}@in.example.com`;
  });

  const transport = createTransport({ host: "127.0.0.1", port: stack().smtp.port, ignoreTLS: true });
  const counts = { refused_for_now: 0, connections_lost: 0, refused: 0 };
  const times: number[] = [];
  const queue = Array.from({ length: mails }, (_, at) => at);
  let taken = 0;
  const started = performance.now();
  const senders = Array.from({ length: SENDERS }, async () => {
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      const began = performance.now();
      await sendUntilTaken(transport, address, await rawMail(at, address), counts);
      times.push(performance.now() - began);
      taken += 1;
    }
  });
  const restarting = (async () => {
    for (let restarts = 1; restarts <= RESTARTS; restarts += 1) {
      await until(async () => taken >= (mails * restarts) / (RESTARTS + 1), 20, PATIENCE_MS);
      await restart();
    }
  })();
  await Promise.all([...senders, restarting]);
  const seconds = (performance.now() - started) / 1000;

  return await withDatabase(stack(), async (db) => {
    const unsettled = async (): Promise<number> =>
      (
        await db.query(
          "select count(*)::int as count from public.documents where status not in ('completed', 'failed') or error is not null",
        )
      ).rows[0].count;
    await until(async () => (await unsettled()) === 0, 500, PATIENCE_MS).catch(() => {});
    const { rows } = await db.query(`
      select count(*) filter (where filename like 'Mail %')::int as documents,
        count(distinct filename) filter (where filename like 'Mail %')::int as messages,
        count(*) filter (where parent_id is not null)::int as parts,
        count(*) filter (where not 'bench' = any (tags))::int as without_tags
      from public.documents`);
    const { documents, messages, parts, without_tags } = rows[0] as Record<string, number>;
    return {
      mails,
      lost: mails - messages!,
      duplicated: documents! - messages!,
      parts: parts!,
      without_tags: without_tags!,
      unsettled: await unsettled(),
      restarts: RESTARTS,
      ...counts,
      seconds: Math.round(seconds),
      taken_p50_ms: Math.round(latencyOf(times).p50_ms),
    };
  });
}

/** A mail with an attachment of its own, as a mail server has it in its queue. */
async function rawMail(at: number, to: string): Promise<Buffer> {
  const composed = await createTransport({ streamTransport: true, buffer: true }).sendMail({
    from: "Ada <ada@example.com>",
    to,
    subject: `Mail ${at}`,
    messageId: `<${at}@example.com>`,
    text: `Dear all,\n\nthis is invoice ${at} of March.\n\nAda`,
    attachments: [
      { filename: `invoice-${at}.txt`, content: `Invoice ${at}\n\nTotal: ${at}.00 EUR\nDate: 17 March 2026\n` },
    ],
  });
  return composed.message as Buffer;
}

async function sendUntilTaken(
  transport: Transporter,
  to: string,
  raw: Buffer,
  counts: { refused_for_now: number; connections_lost: number; refused: number },
): Promise<void> {
  for (;;) {
    try {
      await transport.sendMail({ envelope: { from: "ada@example.com", to }, raw });
      return;
    } catch (thrown) {
      const { responseCode } = thrown as { responseCode?: number };
      if (responseCode !== undefined && responseCode >= 500) {
        counts.refused += 1;
        return;
      }
      if (responseCode === undefined) counts.connections_lost += 1;
      else counts.refused_for_now += 1;
      await pause(AGAIN_MS);
    }
  }
}

async function withDatabase<Result>(stack: Stack, work: (db: pg.Client) => Promise<Result>): Promise<Result> {
  const db = new pg.Client({ connectionString: stack.postgres.url(SUPERUSER) });
  await db.connect();
  try {
    return await work(db);
  } finally {
    await db.end();
  }
}
