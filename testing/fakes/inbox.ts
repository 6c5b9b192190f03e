/**
 * The part of the database that mail uses, in memory: addresses with who may send to them, the mails that were
 * admitted, and those that were refused. What it does follows supabase/migrations (…_inbox_addresses), which
 * tests/database tests.
 */
import { createHash } from "node:crypto";
import { PipelineError } from "../../supabase/functions/_shared/errors.ts";
import { createLog } from "../../supabase/functions/_shared/log.ts";
import { createInboundHandler, type InboundParts } from "../../supabase/functions/inbound/handler.ts";

export const LOCAL_PART = `inbox-${"a".repeat(32)}`;
export const OTHER_LOCAL_PART = `inbox-${"b".repeat(32)}`;
export const ADDRESS = `${LOCAL_PART}@in.example.com`;

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");

type Admitted = Parameters<InboundParts["pipeline"]["admitMail"]>[0];
type Refused = Parameters<InboundParts["pipeline"]["refuseMail"]>[0];

/** @param addresses local parts, and who may send to each */
export function inbox({
  addresses = { [LOCAL_PART]: [] },
  ...more
}: {
  addresses?: Record<string, string[]>;
  maxBytes?: number;
  secrets?: InboundParts["secrets"];
  get?: typeof fetch;
} = {}) {
  const known = new Map(Object.entries(addresses).map(([localPart, allowed]) => [hashOf(localPart), allowed]));
  const admitted: Admitted[] = [];
  const refused: Refused[] = [];
  const stored = new Map<string, Uint8Array>();
  const tokens = new Map<string, string>();
  const failures: PipelineError[] = [];
  const look = async (address: string) => {
    const allowed_senders = known.get(address);
    if (!allowed_senders) throw new PipelineError("not_found", "There is no such mail address.");
    return { allowed_senders };
  };
  const parts: InboundParts = {
    log: createLog("error", () => {}),
    maxBytes: more.maxBytes ?? 1024 * 1024,
    secrets: more.secrets ?? {},
    ...(more.get && { get: more.get }),
    pipeline: {
      lookAtInboxAddress: look,
      async admitMail(mail) {
        await look(mail.address_sha256);
        const failure = failures.shift();
        if (failure) throw failure;
        const before = admitted.findIndex(
          (other) => other.address_sha256 === mail.address_sha256 && other.message_sha256 === mail.message_sha256,
        );
        const at = before < 0 ? admitted.push(mail) - 1 : before;
        const path = `user/${at}`;
        return {
          document_id: `document-${at}`,
          storage_path: path,
          filename: mail.filename,
          status: "uploading",
          admitted_at: "now",
          duplicate: stored.has(path),
          invocation: undefined,
        };
      },
      async refuseMail(mail) {
        refused.push(mail);
        return {};
      },
      async useMailToken(token, message) {
        if (!tokens.has(token)) tokens.set(token, message);
        return tokens.get(token) === message;
      },
      async abandonUpload() {
        return undefined;
      },
    },
    files: {
      async store(path, bytes) {
        stored.set(path, bytes);
      },
    },
  };
  const handle = createInboundHandler(parts);
  return {
    admitted,
    refused,
    stored,
    /** Makes the next admission fail. */
    fail: (error: PipelineError) => failures.push(error),
    /** What was stored last, as text. */
    mail: () => new TextDecoder().decode([...stored.values()].at(-1)),
    codes: () => refused.map(({ code }) => code),
    async send(path: string, init: RequestInit = {}) {
      const answer = await handle(
        new Request(`http://functions.test/inbound${path}`, { method: "POST", ...init } as RequestInit),
      );
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown>, headers: answer.headers };
    },
    /** Sends a mail as it is. */
    post(mail: string | Uint8Array, headers: Record<string, string> = {}, path = `/${ADDRESS}`) {
      return this.send(path, {
        body: typeof mail === "string" ? mail : new Uint8Array(mail),
        headers: { "Content-Type": "message/rfc822", ...headers },
      });
    },
  };
}

/** A plain mail with more fields. */
export const mailWith = (fields: string[] = [], text = "Here is the bill."): string =>
  [
    "From: Ada <ada@example.com>",
    `To: ${ADDRESS}`,
    "Subject: Your bill",
    "Date: Tue, 17 Mar 2026 08:30:00 +0000",
    ...fields,
    "",
    text,
    "",
  ].join("\r\n");
