import type { SupabaseClient } from "@supabase/supabase-js";
import { archive, type ArchivedFile, type ArchiveOptions } from "./archive.ts";
import { createAutomation } from "./automation.ts";
import { DocketError } from "./error.ts";
import { createHttp, type Http, place, type TokenSource } from "./http.ts";
import { createTokens } from "./tokens.ts";
import type {
  Account,
  Changes,
  DescribingEvent,
  Document,
  ExtractingEvent,
  FileLink,
  Filters,
  Found,
  History,
  Listed,
  Page,
  Retention,
  RetentionChanges,
  RowFilters,
  RowOptions,
  Rows,
  RowSum,
  Schema,
  SchemaRow,
  Status,
  SuggestedSchema,
  Step,
  SumOptions,
  Sums,
  TableFormat,
  Tag,
  Undone,
  Uploaded,
  Usage,
  Value,
} from "./types.ts";
import { upload, type UploadOptions } from "./upload.ts";
import { wait, type WaitOptions, watch, type Watcher } from "./watch.ts";

export type DocketOptions = {
  /** The project's address: https://<project>.supabase.co, or http://127.0.0.1:54321. */
  url: string;
  /**
   * An API token, an access token, or what gives one; asked again with a token that was refused. Where it is left out it is the
   * session's of `supabase`, which is renewed when it is refused.
   */
  token?: string | TokenSource;
  /** Whether calls that do no harm twice are made again while the other side is away; true where it is left out. */
  repeats?: boolean;
  /** Sent beside the token, for projects whose gateway asks for it. */
  publishableKey?: string;
  /** A signed-in client: for `watch` and `tokens`, which take access tokens only. */
  supabase?: SupabaseClient;
  fetch?: typeof fetch;
};

/** Documents and tokens, for a page that has to be small: without `rules`, `webhooks`, addresses and links. */
export type DocumentsOnly = ReturnType<typeof createDocumentsOnly>;
export type Docket = ReturnType<typeof createDocket>;

/** Docket as one user sees it. All calls throw DocketError. */
export function createDocket(options: DocketOptions) {
  const http = httpOf(options);
  return { ...documentsBy(http, options), ...createAutomation(http) };
}

/** See DocumentsOnly. All calls throw DocketError. */
export function createDocumentsOnly(options: DocketOptions) {
  return documentsBy(httpOf(options), options);
}

function httpOf({
  url,
  token,
  repeats = true,
  publishableKey,
  supabase,
  fetch: fetching = globalThis.fetch.bind(globalThis),
}: DocketOptions): Http {
  async function tokenOfSession(refused?: string): Promise<string | null> {
    const known = (await supabase?.auth.getSession())?.data.session?.access_token;
    const current =
      refused && known === refused ? (await supabase?.auth.refreshSession())?.data.session?.access_token : known;
    return current ?? null;
  }
  return createHttp(
    url.replace(/\/+$/, ""),
    (refused) => (typeof token === "function" ? token(refused) : (token ?? tokenOfSession(refused))),
    fetching,
    publishableKey,
    repeats,
  );
}

/** What a function tells while it works, as server-sent events. */
async function* told<Event extends object>(
  http: Http,
  path: string,
  json: object,
  signal: AbortSignal | undefined,
): AsyncGenerator<Event, void> {
  const response = await http.send(path, { json, signal });
  // The reader of streams comes when one is read: a page is smaller without it.
  const { eventsOf } = await import("./events.ts");
  for await (const event of eventsOf<Event | { error: { code: string; message: string } }>(response)) {
    if ("error" in event) throw new DocketError(event.error.code, response.status, event.error.message);
    yield event;
  }
}

function documentsBy(
  http: Http,
  { url: given, supabase, fetch: fetching = globalThis.fetch.bind(globalThis) }: DocketOptions,
) {
  const url = given.replace(/\/+$/, "");
  const api = "/functions/v1/api";

  function signedIn(what: string): SupabaseClient {
    if (!supabase) throw new DocketError("unauthorized", 401, `${what} needs a signed-in supabase client.`);
    return supabase;
  }
  const list = (filters: Filters = {}): Promise<Listed> =>
    http.json(`${api}/documents`, { query: filters, repeats: true });
  const pages = async (id: string, from = 1, to?: number): Promise<Page[]> => {
    const all: Page[] = [];
    for (let next: number | null = from; next !== null && next <= (to ?? next); ) {
      const found: { pages: Page[]; next: number | null } = await http.json(api + place`/documents/${id}/pages`, {
        query: { from_page: next, to_page: to },
        repeats: true,
      });
      all.push(...found.pages);
      next = found.next;
    }
    return all;
  };
  const rows = (schema: string, options: RowOptions = {}): Promise<Rows> =>
    http.json(api + place`/schemas/${schema}/rows`, { query: options, repeats: true });
  const retain = (id: string, changes: RetentionChanges): Promise<Retention> =>
    http.json(api + place`/documents/${id}/retention`, { method: "PATCH", json: changes, repeats: true });
  const link = (id: string): Promise<FileLink> => http.json(api + place`/documents/${id}/file`, { repeats: true });

  return {
    /** Sends a file; a large one goes to Storage by a signed URL. Answers before anything of it is read. */
    upload: (file: Blob, options: UploadOptions = {}): Promise<Uploaded> =>
      upload(http, { url, fetch: fetching }, file, options),
    /** Waits until a document is completed or failed. */
    wait: (id: string, options: WaitOptions = {}): Promise<Document> => wait(http, id, options),
    /** Tells of all changes by Realtime, until the returned function is called. */
    watch: (watcher: Watcher): (() => void) => watch(signedIn("watch"), watcher),

    /** One page of documents; `next` of the answer is `after` of the next one. With `query` it searches. */
    list,
    search: (query: string, filters: Filters = {}): Promise<Listed> => list({ ...filters, query }),
    /** All documents that the filters leave, page by page. */
    async *all(filters: Filters = {}): AsyncGenerator<Found, void> {
      for (let after = filters.after; ; ) {
        const found: Listed = await list({ page_size: 200, ...filters, after });
        yield* found.documents;
        if (found.next === null) return;
        after = found.next;
      }
    },
    get: (id: string): Promise<Document> => http.json(api + place`/documents/${id}`, { repeats: true }),
    pages,
    /** The text of all pages. */
    text: async (id: string): Promise<string> => (await pages(id)).map(({ text }) => text).join("\n\n"),
    values: (id: string): Promise<Value[]> => http.json(api + place`/documents/${id}/values`, { repeats: true }),
    events: (id: string, after = 0): Promise<Step[]> =>
      http.json(api + place`/documents/${id}/events`, { query: { after }, repeats: true }),
    /** All that happened: events, descriptions, parts, extractions and reviews. */
    history: (id: string): Promise<History> => http.json(api + place`/documents/${id}/history`, { repeats: true }),
    /** A link to the original file, good for a minute. */
    link,
    /** The original file. */
    async download(id: string): Promise<Response> {
      const { signed_url } = await link(id);
      const response = await fetching(signed_url);
      if (!response.ok) throw new DocketError("file_missing", response.status, "The stored file could not be read.");
      return response;
    },
    /** A PDF whose words can be found and copied, made of a scan. */
    searchablePdf: (id: string): Promise<Response> => http.send(api + place`/documents/${id}/pdf`, { repeats: true }),
    /** What documents add up to, per currency. */
    sums: (options: SumOptions = {}): Promise<Sums> => http.json(`${api}/sums`, { query: options, repeats: true }),

    /** The schemas of extraction. */
    schemas: (): Promise<Schema[]> => http.json(`${api}/schemas`, { repeats: true }),
    /** A schema from documents that look alike: their shared labels, or a model's proposal. Nothing is saved. */
    suggestSchema: (documentIds: string[]): Promise<SuggestedSchema> =>
      http.json("/functions/v1/extract", { json: { suggest_from: documentIds } }),
    /** One page of a schema's table; `next` of the answer is `after` of the next one. */
    rows,
    /** All rows of a schema's table that the filters leave, page by page. */
    async *allRows(schema: string, options: RowOptions = {}): AsyncGenerator<SchemaRow, void> {
      for (let after = options.after; ; ) {
        const found: Rows = await rows(schema, { page_size: 1000, ...options, after });
        yield* found.rows;
        if (found.next === null) return;
        after = found.next;
      }
    },
    rowSums: (schema: string, filters: RowFilters = {}): Promise<RowSum[]> =>
      http.json(api + place`/schemas/${schema}/sums`, { query: filters, repeats: true }),
    /** A schema's table as a file; of JSON each row has the proof of its values. */
    exportRows: (
      schema: string,
      format: TableFormat,
      options: RowFilters & { sort?: string | undefined } = {},
    ): Promise<Response> =>
      http.send(api + place`/schemas/${schema}/export`, { query: { ...options, format }, repeats: true }),

    tags: (query?: string): Promise<Tag[]> => http.json(`${api}/tags`, { query: { query }, repeats: true }),
    /** Everything beside documents, without secrets. */
    account: (): Promise<Account> => http.json(`${api}/account`, { repeats: true }),
    usage: (): Promise<Usage> => http.json(`${api}/usage`, { repeats: true }),

    /** Corrects fields, which the pipeline then leaves as they are. */
    edit: (id: string, changes: Changes): Promise<Document> =>
      http.json(api + place`/documents/${id}`, { method: "PATCH", json: changes, repeats: true }),
    addTags: (id: string, tags: string[]): Promise<Document> =>
      http.json(api + place`/documents/${id}/tags`, { json: { tags }, repeats: true }),
    /** Puts back what was there before a description. */
    undo: (id: string, run_id: number, fields?: string[]): Promise<Undone> =>
      http.json(api + place`/documents/${id}/undo`, { json: { run_id, ...(fields && { fields }) } }),
    unlock: (id: string, fields: string[]): Promise<string[]> =>
      http.json(api + place`/documents/${id}/unlock`, { json: { fields }, repeats: true }),
    /** What keeps a document from being deleted. */
    retention: (id: string): Promise<Retention> =>
      http.json(api + place`/documents/${id}/retention`, { repeats: true }),
    /** Changes that: holds a document, keeps it until a day, or lifts one of both. */
    retain,
    /** Holds a document: deleting it is refused with document_held until it is released. */
    hold: (id: string): Promise<Retention> => retain(id, { held: true }),
    /** Lifts the hold, and the day until which it is kept. */
    release: (id: string): Promise<Retention> => retain(id, { held: false, keep_until: null }),
    delete: async (id: string): Promise<void> => {
      await http.json(api + place`/documents/${id}`, { method: "DELETE" });
    },
    /** Starts a failed document afresh. */
    retry: (
      id: string,
      options: { password?: string; engine?: "auto" | "local" | "claude" } = {},
    ): Promise<{ document_id: string; status: Status }> =>
      http.json("/functions/v1/ocr", { json: { document_id: id, ...options } }),
    /** Describes a document again, and yields each step. Leaving the loop does not stop the work. */
    regenerate: (
      id: string,
      /** `instruction`: a sentence that a model follows, as "dates are American". `engine`: local, for the rules without a model. */
      { instruction, engine, signal }: { instruction?: string; engine?: "auto" | "local"; signal?: AbortSignal } = {},
    ): AsyncGenerator<DescribingEvent, void> =>
      told(
        http,
        "/functions/v1/metadata",
        { document_id: id, ...(instruction && { instruction }), ...(engine && { engine }) },
        signal,
      ),
    /**
     * Applies a schema to a document, again where it was applied before, and yields each step. Leaving the loop does not stop
     * the work.
     */
    extract: (
      id: string,
      schema: string,
      /** `instruction`: a sentence that a model follows, as "the total includes the deposit". */
      { instruction, signal }: { instruction?: string; signal?: AbortSignal } = {},
    ): AsyncGenerator<ExtractingEvent, void> =>
      told(
        http,
        "/functions/v1/extract",
        { document_id: id, schema_id: schema, ...(instruction && { instruction }) },
        signal,
      ),

    /**
     * Everything, as the files of an archive: `for await (const file of docket.archive())`. One document at a time is in memory; files
     * come as streams. What could not be read is said in problems.txt, which comes last.
     */
    archive(options: ArchiveOptions = {}): AsyncGenerator<ArchivedFile, void> {
      return archive(this, options);
    },
    /** Each document with its values, and its text and file when they are asked for. */
    async *export(filters: Filters = {}) {
      for await (const document of this.all(filters))
        yield {
          document,
          values: () => this.values(document.id),
          history: () => this.history(document.id),
          text: () => this.text(document.id),
          file: () => this.download(document.id),
        };
    },
    tokens: createTokens(() => signedIn("tokens")),
  };
}
