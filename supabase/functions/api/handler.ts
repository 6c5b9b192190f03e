import type { z } from "zod";
import type { Acting } from "../_shared/acting.ts";
import type { Scope } from "../_shared/api-token.ts";
import { API_OPERATIONS, type ApiOperation } from "../_shared/contract/operations.ts";
import { openapi } from "../_shared/contract/openapi.ts";
import { PipelineError } from "../_shared/errors.ts";
import { conditionOf } from "../_shared/extraction/conditions.ts";
import type { Files } from "../_shared/files.ts";
import { BUDGET_PATIENCE_MS, createMemoryBudget, type MemoryBudget } from "../_shared/memory-budget.ts";
import { CORS_HEADERS, type Handler, json, parsed, userEndpoint } from "../_shared/http.ts";
import type { Dependencies } from "../_shared/dependencies.ts";
import { addressOfCaller, type Addresses, linkAddress } from "../_shared/public-url.ts";
import { MOST_JSON_BYTES, receivedJson } from "../_shared/request-body.ts";
import { cursorOf, positionOf } from "./cursor.ts";
import { exported, type Format } from "./export/export.ts";
import { parametersOf, routeOf } from "./routes.ts";
import type { PageWords } from "./searchable/searchable.ts";

export type ApiParts = Pick<Dependencies, "log" | "waitUntil" | "callers" | "pipeline"> &
  Addresses & {
    acting: Acting;
    files: Pick<Files, "link" | "load">;
    /** For files that are put together; of its own where it is left out. */
    memory?: MemoryBudget;
  };

const LINK_SECONDS = 60;
/** Bytes of files that are made searchable at the same time: each takes up to four times its size. */
const SEARCHABLE_BUDGET_BYTES = 24 * 1024 * 1024;

type Row = Record<string, unknown> & { storage_path: string };

/**
 * `/functions/v1/api/…`: documents for programs, by an API token or an access token. contract/operations.ts lists the operations;
 * `GET /openapi.json` describes them and those of the other functions.
 */
export function createApiHandler(parts: ApiParts): Handler {
  const { acting, files, projectUrl, pageUrl, memory = createMemoryBudget(SEARCHABLE_BUDGET_BYTES) } = parts;

  return userEndpoint(
    parts,
    async (request) => {
      const url = new URL(request.url);
      const path = url.pathname.replace(/^(?:\/functions\/v1)?\/api(?=\/|$)/, "");
      const address = addressOfCaller(request) ?? projectUrl;
      if (path === "/openapi.json" && request.method === "GET") return json(openapi(`${address}/functions/v1`));
      await acting.admit(request);
      let scope: Scope | null = null;
      try {
        const { operation, values } = routeOf(API_OPERATIONS, request.method, `/api${path}`);
        scope = operation.scope;
        return await answered(request, operation, parametersOf(operation, values, url.searchParams), address);
      } catch (thrown) {
        // Nothing is said of a request to whoever has no good token for it.
        if (PipelineError.from(thrown).status < 500) await acting.settle(request, scope);
        throw thrown;
      }
    },
    ["GET", "POST", "PUT", "PATCH", "DELETE"],
  );

  async function answered(
    request: Request,
    operation: ApiOperation,
    parameters: Record<string, unknown>,
    address: string,
  ): Promise<Response> {
    const given = parsed(operation.parameters, parameters);
    const body = operation.body && parsed(operation.body, await receivedJson(request, MOST_JSON_BYTES));
    if (operation.id === "exportRows")
      return await exported((name, args) => acting.run(request, name, args), {
        ...(given as { schema_id: string; format: Format }),
        ...filtersOf(given),
      });
    if (operation.id === "getSearchablePdf") return await searchable(request, given as { document_id: string });
    return json(await answerOf(request, operation.id, operation.operation, given, body, address));
  }

  async function searchable(request: Request, { document_id }: { document_id: string }): Promise<Response> {
    const row = (await acting.run(request, "get_document", { document_id })) as Row;
    const { storage_path, display_name, filename, mime_type, byte_size, user_id } = row;
    const { inPieces, searchablePdf } = await import("./searchable/searchable.ts");
    async function* pages() {
      for (let from_page = 1; ; ) {
        const found = (await acting.run(request, "get_words", { document_id, from_page })) as PageWords[];
        if (found.length === 0) return;
        yield found;
        from_page = found.at(-1)!.page_number + 1;
      }
    }
    using _memory = await memory.hold({
      owner: String(user_id),
      mostBytes: Number(byte_size),
      patienceMs: BUDGET_PATIENCE_MS,
      signal: request.signal,
    });
    const bytes = await searchablePdf(
      { bytes: await files.load(storage_path), mime_type: String(mime_type), page_count: Number(row.page_count ?? 1) },
      pages(),
    );
    const name = String(display_name ?? filename).replace(/\.[^.]{1,8}$/, "");
    return new Response(inPieces(bytes), {
      headers: {
        ...CORS_HEADERS,
        "Content-Type": "application/pdf",
        "Content-Length": String(bytes.length),
        "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(`${name}.pdf`)}`,
      },
    });
  }

  async function answerOf(
    request: Request,
    id: string,
    operation: string,
    given: z.infer<z.ZodObject>,
    body: z.infer<z.ZodObject> | undefined,
    address: string,
  ): Promise<unknown> {
    switch (id) {
      case "listDocuments": {
        const args = { ...given, after: given.after === undefined ? null : positionOf(given.after as string) };
        const found = (await acting.run(request, operation, args)) as { documents: Row[]; next: object | null };
        return { ...found, next: found.next && cursorOf(found.next) };
      }
      case "listRows": {
        const after = given.after === undefined ? null : positionOf(given.after as string);
        const args = { ...given, ...filtersOf(given), after };
        const found = (await acting.run(request, operation, args)) as { rows: Row[]; next: object | null };
        return { ...found, next: found.next && cursorOf(found.next) };
      }
      case "sumRows":
        return await acting.run(request, operation, { ...given, ...filtersOf(given) });
      case "editDocument":
      case "editWebhook":
      case "changeRetention":
        if (Object.keys(body!).length === 0)
          throw new PipelineError("invalid_request", "Name at least one field to change.");
        return await acting.run(request, operation, { ...given, changes: body });
      case "getFile": {
        const { storage_path, display_name, filename, mime_type, byte_size } = (await acting.run(
          request,
          operation,
          given,
        )) as Row;
        const name = String(display_name ?? filename);
        const link = await files.link(storage_path, LINK_SECONDS, name);
        return {
          signed_url: `${address}/storage/v1${link}`,
          expires_in: LINK_SECONDS,
          filename: name,
          mime_type,
          byte_size,
        };
      }
      case "createUploadLink":
      case "createShareLink": {
        const made = (await acting.run(request, operation, { ...given, ...body })) as { token: string };
        const kind = id === "createUploadLink" ? "collect" : "share";
        return { ...made, url: linkAddress(kind, made.token, { address, pageUrl }) };
      }
      default:
        return await acting.run(request, operation, { ...given, ...body });
    }
  }
}

/**
 * The conditions of a request, as public.schema_rows takes them.
 *
 * @throws PipelineError invalid_request, naming the one that is none
 */
function filtersOf({ where }: z.infer<z.ZodObject>): { filters?: object[] } {
  if (where === undefined) return {};
  const filters = (where as string[]).map((text) => {
    const condition = conditionOf(text);
    if (condition) return condition;
    throw new PipelineError(
      "invalid_request",
      `where: "${text.slice(0, 60)}" is no condition. Write total>=100, number=RE-17, seller~acme, number or !number.`,
    );
  });
  return { filters };
}
