import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { WebSocket } from "ws";
import { createDocket } from "../../client/src/index.ts";
import { bills } from "../../testing/fixtures/bills.ts";
import { percentile, ratio, round } from "../figures.ts";
import type { BenchStack } from "../temporary-stack.ts";

/** p50 in milliseconds of a call through a door, and of the same operation by an RPC of supabase-js, by turns. */
export type Read = { door_p50_ms: number; rpc_p50_ms: number; ratio: number };

/** What a door answers with, and the operations of call_api that it runs for that. */
type Pair = { door: () => Promise<unknown>; operations: [operation: string, args: object][] };

const WARM_UP = 10;

/** Reads of `api` and tools of `mcp`, with an API token and with an access token. */
export async function reads(stack: BenchStack, token: string, rounds: number): Promise<Record<string, Read>> {
  const supabase = createClient(stack.url, stack.keys.publishableKey, {
    auth: { persistSession: false },
    realtime: { transport: WebSocket as never }, // Node 20 has none of its own; ws is another declaration of the same
    global: { headers: { Authorization: `Bearer ${token}` } },
  });
  const id = await documents(stack, token, 60);
  const { data, error } = await supabase.rpc("create_api_token", { name: "bench", scopes: ["documents:read"] });
  if (error) throw new Error(error.message);
  await stack.db.query("update private.settings set requests_per_minute_and_token = null");

  const found: Record<string, Read> = {};
  for (const [kind, given] of [
    ["api_token", data.token],
    ["access_token", token],
  ] as const) {
    const docket = createDocket({ url: stack.url, token: given });
    const client = new Client({ name: "bench", version: "1" });
    const transport = new StreamableHTTPClientTransport(new URL(`${stack.url}/functions/v1/mcp`), {
      requestInit: { headers: { Authorization: `Bearer ${given}` } },
    });
    await client.connect(transport as never); // its declaration of sessionId differs under exactOptionalPropertyTypes
    const tool = (name: string, args: Record<string, unknown>) => async () => {
      const result = await client.callTool({ name, arguments: args });
      if (result.isError) throw new Error(JSON.stringify(result.content));
    };
    const pairs: Record<string, Pair> = {
      "api list": {
        door: () => docket.list({ query: "electricity", page_size: 10 }),
        operations: [["list_documents", { query: "electricity", page_size: 10 }]],
      },
      "api get": { door: () => docket.get(id), operations: [["get_document", { document_id: id }]] },
      "api values": { door: () => docket.values(id), operations: [["get_values", { document_id: id }]] },
      "api sums": {
        door: () => docket.sums({ group_by: "month", documents_each: 5 }),
        operations: [["sum_amounts", { group_by: "month", documents_each: 5 }]],
      },
      "mcp search_documents": {
        door: tool("search_documents", { query: "electricity" }),
        operations: [["list_documents", { query: "electricity", page_size: 10 }]],
      },
      "mcp get_document": {
        door: tool("get_document", { document_id: id }),
        operations: [
          ["get_document", { document_id: id }],
          ["get_values", { document_id: id }],
        ],
      },
      "mcp read_pages": {
        door: tool("read_pages", { document_id: id }),
        operations: [["get_pages", { document_id: id, from_page: 1, to_page: 10 }]],
      },
      "mcp sum_amounts": {
        door: tool("sum_amounts", { group_by: "month", documents_each: 5 }),
        operations: [["sum_amounts", { group_by: "month", documents_each: 5 }]],
      },
    };
    for (const [name, pair] of Object.entries(pairs))
      found[`${name}, ${kind}`] = await compared(supabase, pair, rounds);
    await client.close();
  }
  return found;
}

async function compared(supabase: SupabaseClient, { door, operations }: Pair, rounds: number): Promise<Read> {
  const rpc = async (): Promise<void> => {
    for (const [operation, args] of operations) {
      const { error } = await supabase.rpc("call_api", { operation, arguments: args });
      if (error) throw new Error(error.message);
    }
  };
  const [doors, rpcs]: [number[], number[]] = [[], []];
  for (let done = 0; done < WARM_UP + rounds; done += 1) {
    doors.push(await timed(door));
    rpcs.push(await timed(rpc));
  }
  const [ours, theirs] = [doors, rpcs].map((times) => percentile(times.slice(WARM_UP), 50)) as [number, number];
  return { door_p50_ms: round(ours), rpc_p50_ms: round(theirs), ratio: ratio(ours, theirs) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Sends so many bills through the pipeline. Returns the id of one. */
async function documents(stack: BenchStack, token: string, count: number): Promise<string> {
  const docket = createDocket({ url: stack.url, token });
  const ids: string[] = [];
  for (const { filename, text } of bills(count))
    ids.push((await docket.upload(new Blob([text]), { filename })).document_id);
  for (const id of ids) await docket.wait(id);
  return ids[0]!;
}
