import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { createClient, type RealtimeChannel, type SupabaseClient } from "@supabase/supabase-js";
import { WebSocket } from "ws";
import type { Database } from "../supabase/functions/_shared/database.types.ts";
import { METADATA_FIELDS, type MetadataField } from "../supabase/functions/_shared/metadata-fields.ts";
import { acceptedType } from "../supabase/functions/_shared/file-type.ts";

/** A step of a document as Realtime told it; `ms` since its upload began. */
export type SeenEvent = { ms: number; status: string } | { ms: number; stage: string; kind: string; message: string };

/** What became of a file, as the `--json` of `npm run demo` prints it. `ms` counts from the upload's begin; null where it was not seen. */
export type Result = {
  file: string;
  document_id: string | null;
  status: string;
  error: { code: string; message: string } | null;
  page_count: number | null;
  text_engine: string | null;
  metadata_source: string | null;
  duplicate: boolean;
  ms: { accepted: number | null; ocr_complete: number | null; completed: number | null };
  events: SeenEvent[];
} & Pick<Database["public"]["Tables"]["documents"]["Row"], MetadataField>;

/** What the upload function says; `path` and `token` of a file that was announced, `code` and `message` of a refusal. */
type Answer = {
  document_id: string;
  status: string;
  duplicate: boolean;
  path?: string;
  token?: string;
  code: string;
  message: string;
};

/** Above this a file is announced, and goes past the function. */
const SIGNED_FROM_BYTES = 6_000_000;

type Row = Record<string, unknown> & { id: string; status: string };
/** `at` is when it arrived, on the clock of `performance.now()`: it may be before the upload was answered. */
type Watcher = { onRow(row: Row, at: number): void; onEvent(event: Record<string, unknown>, at: number): void };

/** Realtime gives no delivery guarantee, so the row is read again now and then. */
const REREAD_MS = 5_000;

/** A signed-in user who sends files and watches what becomes of them: supabase-js and fetch, nothing else. */
export type Session = {
  send(file: string, onSeen?: (event: SeenEvent) => void): Promise<Result>;
  close(): Promise<void>;
};

/** Signs the user in, or up when there is no such user yet, and subscribes to their documents. */
export async function openSession(
  url: string,
  publishableKey: string,
  user: { email: string; password: string },
): Promise<Session> {
  // Node has a WebSocket of its own only since version 22.
  const supabase = createClient(url, publishableKey, {
    auth: { persistSession: false },
    // The types of ws and of the browser differ in what nobody uses here
    realtime: { transport: WebSocket as never },
  });
  const known = await supabase.auth.signInWithPassword(user);
  const { data, error } = known.error ? await supabase.auth.signUp(user) : known;
  if (error || !data.session) throw new Error(`Could not sign in as ${user.email}: ${error?.message ?? "no session"}`);
  const token = data.session.access_token;

  const watchers = new Map<string, Watcher>();
  const early = new Map<string, ((watcher: Watcher) => void)[]>();
  const tell = (documentId: string, deliver: (watcher: Watcher) => void) => {
    const watcher = watchers.get(documentId);
    if (watcher) deliver(watcher);
    else early.set(documentId, [...(early.get(documentId) ?? []), deliver]);
  };
  const channel = await subscribe(supabase, data.session.user.id, {
    onRow: (row, at) => tell(row.id, (watcher) => watcher.onRow(row, at)),
    onEvent: (event, at) => tell(String(event.document_id), (watcher) => watcher.onEvent(event, at)),
  });

  return {
    async send(file, onSeen = () => {}) {
      const started = performance.now();
      const since = (at: number) => Math.max(0, Math.round(at - started));
      const { ok, answer } = await upload(path.basename(file), await readFile(file));
      if (!ok) return refused(file, answer);

      const events: SeenEvent[] = [];
      const ms: Result["ms"] = { accepted: since(performance.now()), ocr_complete: null, completed: null };
      const see = (event: SeenEvent) => {
        events.push(event);
        onSeen(event);
      };
      const row = await untilEnded(
        answer.document_id,
        (status, at) => {
          if (status === "ocr_complete" || status === "completed") ms[status] = since(at);
          see({ ms: since(at), status });
        },
        (event, at) =>
          see({ ms: since(at), stage: String(event.stage), kind: String(event.kind), message: String(event.message) }),
      );
      const { data: read } = await supabase
        .from("ocr_results")
        .select("engine")
        .eq("document_id", answer.document_id)
        .maybeSingle();
      return {
        ...resultOf(file, row),
        document_id: answer.document_id,
        duplicate: answer.duplicate,
        text_engine: read?.engine ?? null,
        ms,
        events,
      };
    },
    async close() {
      await supabase.removeChannel(channel);
      await supabase.realtime.disconnect();
    },
  };

  /** A large file goes straight to Storage: a function has to hold what it receives in memory. */
  async function upload(filename: string, bytes: Buffer): Promise<{ ok: boolean; answer: Answer }> {
    if (bytes.byteLength > SIGNED_FROM_BYTES) {
      const mime_type = await acceptedType(bytes, filename).catch(() => "application/octet-stream");
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const announced = await post(JSON.stringify({ filename, byte_size: bytes.byteLength, mime_type, sha256 }), {
        "Content-Type": "application/json",
      });
      const { path, token: uploadToken, duplicate } = announced.answer;
      if (!announced.ok || duplicate) return announced;
      const { error: failure } = await supabase.storage
        .from("documents")
        .uploadToSignedUrl(path!, uploadToken!, new Blob([new Uint8Array(bytes)], { type: mime_type }));
      return failure
        ? { ok: false, answer: { ...announced.answer, code: "storage_unavailable", message: failure.message } }
        : announced;
    }
    const form = new FormData();
    form.append("file", new Blob([new Uint8Array(bytes)]), filename);
    return post(form);
  }

  /** An answer of 502 or 503 says that trying again helps, and the same bytes give the same document. */
  async function post(
    body: BodyInit,
    headers: Record<string, string> = {},
    tries = 5,
  ): Promise<{ ok: boolean; answer: Answer }> {
    const response = await fetch(`${url}/functions/v1/upload`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, ...headers },
      body,
    });
    if (tries > 1 && (response.status === 502 || response.status === 503)) {
      await response.body?.cancel();
      await new Promise((resolve) => setTimeout(resolve, 500));
      return post(body, headers, tries - 1);
    }
    return { ok: response.ok, answer: (await response.json()) as Answer };
  }

  /** Waits for the document's end by Realtime, and by looking, should an event get lost. */
  function untilEnded(
    id: string,
    onStatus: (status: string, at: number) => void,
    onEvent: Watcher["onEvent"],
  ): Promise<Row> {
    return new Promise((resolve, reject) => {
      let last = "";
      const look = async () => {
        const { data: row, error: failure } = await supabase.from("documents").select("*").eq("id", id).maybeSingle();
        if (failure) return;
        if (!row) return end(() => reject(new Error(`Document ${id} is gone.`)));
        if (row.status === "completed" || row.status === "failed") end(() => resolve(row));
      };
      const end = (settle: () => void) => {
        clearInterval(timer);
        watchers.delete(id);
        settle();
      };
      const timer = setInterval(look, REREAD_MS);
      const watcher: Watcher = {
        onRow(row, at) {
          if (row.status !== last) onStatus((last = row.status), at);
          if (row.status === "completed" || row.status === "failed") void look();
        },
        onEvent,
      };
      watchers.set(id, watcher);
      for (const deliver of early.get(id) ?? []) deliver(watcher);
      early.delete(id);
      void look();
    });
  }
}

function subscribe(supabase: SupabaseClient, userId: string, watcher: Watcher): Promise<RealtimeChannel> {
  const mine = { schema: "public", filter: `user_id=eq.${userId}` };
  return new Promise((resolve, reject) => {
    const channel = supabase
      .channel("documents")
      .on(
        "postgres_changes",
        { event: "*", table: "documents", ...mine },
        ({ new: row }) => "id" in row && watcher.onRow(row as Row, performance.now()),
      )
      .on("postgres_changes", { event: "INSERT", table: "document_events", ...mine }, ({ new: event }) =>
        watcher.onEvent(event, performance.now()),
      )
      .subscribe((status, error) => {
        if (status === "SUBSCRIBED") resolve(channel);
        if (status === "CHANNEL_ERROR" || status === "TIMED_OUT") reject(error ?? new Error(`Realtime: ${status}`));
      });
  });
}

function resultOf(file: string, row: Row): Omit<Result, "document_id" | "duplicate" | "text_engine" | "ms" | "events"> {
  const fields = [
    ...METADATA_FIELDS.map(({ name }) => name).filter((name) => name !== "tags"),
    "page_count",
    "metadata_source",
  ] as const;
  const known = Object.fromEntries(fields.map((field) => [field, row[field] ?? null])) as Pick<
    Result,
    (typeof fields)[number]
  >;
  return {
    file,
    status: row.status,
    error: (row.error as Result["error"]) ?? null,
    tags: (row.tags as string[]) ?? [],
    ...known,
  };
}

function refused(file: string, { code, message }: { code: string; message: string }): Result {
  const nothing: Row = { id: "", status: "refused", error: { code, message } };
  const ms = { accepted: null, ocr_complete: null, completed: null };
  return { ...resultOf(file, nothing), document_id: null, duplicate: false, text_engine: null, ms, events: [] };
}
