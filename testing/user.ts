import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createClient, type RealtimeChannel, type SupabaseClient } from "@supabase/supabase-js";
import { expect } from "vitest";
import { WebSocket } from "ws";
import { waitUntil } from "./waiting.ts";

export { eventsOf } from "./events.ts";

export const SAMPLES = fileURLToPath(new URL("../samples/", import.meta.url));
export const FIXTURES = fileURLToPath(new URL("../tests/fixtures/", import.meta.url));

export type DocumentRow = {
  id: string;
  user_id: string;
  filename: string;
  storage_path: string;
  status: string;
  error: { stage: string; code: string; message: string; attempt: number } | null;
  display_name: string | null;
  tags: string[];
  summary: string | null;
  document_type: string | null;
  correspondent: string | null;
  document_date: string | null;
  page_count: number | null;
  parent_id: string | null;
  metadata_source: string | null;
  locked_fields: string[];
  mime_type: string;
};

/** A signed-up user of the stack as a frontend has one: supabase-js with the publishable key, and fetch. */
export type User = {
  supabase: SupabaseClient;
  id: string;
  token: string;
  /** POSTs to a function as this user. */
  call(name: string, body: BodyInit, headers?: Record<string, string>): Promise<Response>;
  callJson(name: string, body: object): Promise<Response>;
  /** Uploads a file of the repository, or given bytes. */
  upload(file: string, bytes?: Uint8Array): Promise<Response>;
  /** Uploads, and waits for the document's end. */
  process(file: string): Promise<DocumentRow>;
  document(id: string): Promise<DocumentRow>;
  /** Waits until the document has one of the statuses. */
  until(id: string, ...statuses: string[]): Promise<DocumentRow>;
  leave(): Promise<void>;
};

let count = 0;

export async function signUp(stack: { url: string; keys: { publishableKey: string } }): Promise<User> {
  const supabase = createClient(stack.url, stack.keys.publishableKey, {
    auth: { persistSession: false, storageKey: `user-${++count}` },
    realtime: { transport: WebSocket as never },
  });
  const { data, error } = await supabase.auth.signUp({
    email: `user-${count}-${Date.now()}@docket.test`,
    password: "correct horse",
  });
  if (error || !data.session) throw error ?? new Error("no session");
  const { access_token: token, user } = data.session;

  const self: User = {
    supabase,
    id: user.id,
    token,
    call: (name, body, headers = {}) =>
      fetch(`${stack.url}/functions/v1/${name}`, {
        method: "POST",
        body,
        headers: { Authorization: `Bearer ${token}`, ...headers },
      }),
    callJson: (name, body) => self.call(name, JSON.stringify(body), { "Content-Type": "application/json" }),
    async upload(file, bytes) {
      const form = new FormData();
      form.append("file", new Blob([new Uint8Array(bytes ?? (await readFile(file)))]), path.basename(file));
      return self.call("upload", form);
    },
    async process(file) {
      const response = await self.upload(file);
      const answer = (await response.json()) as { document_id: string };
      expect(response.status, JSON.stringify(answer)).toBe(202);
      return self.until(answer.document_id, "completed", "failed");
    },
    async document(id) {
      const { data: row, error: failure } = await supabase.from("documents").select("*").eq("id", id).single();
      if (failure) throw new Error(failure.message);
      return row as DocumentRow;
    },
    until: (id, ...statuses) =>
      waitUntil(
        async () => {
          const row = await self.document(id).catch(() => undefined);
          return row && statuses.includes(row.status) ? row : undefined;
        },
        { timeout: 55_000, interval: 100 },
      ) as Promise<DocumentRow>,
    async leave() {
      await supabase.removeAllChannels();
      await supabase.realtime.disconnect();
    },
  };
  return self;
}

/** Rows of a table as Realtime brings them, from the moment of SUBSCRIBED on. */
export async function watch(
  user: User,
  table: string,
): Promise<{ rows: Record<string, unknown>[]; channel: RealtimeChannel }> {
  const rows: Record<string, unknown>[] = [];
  const channel = await new Promise<RealtimeChannel>((resolve, reject) => {
    const joining = user.supabase
      .channel(`watch-${table}-${++count}`)
      .on("postgres_changes", { event: "*", schema: "public", table }, (change) => rows.push(change.new))
      .subscribe((status, error) => {
        if (status === "SUBSCRIBED") resolve(joining);
        else if (status !== "CLOSED") reject(error ?? new Error(status));
      });
  });
  return { rows, channel };
}
