// @ts-types="@modelcontextprotocol/sdk/types"
import {
  CallToolRequestSchema,
  ErrorCode,
  InitializeRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ListToolsRequestSchema,
  PingRequestSchema,
  ReadResourceRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { McpMessage } from "../_shared/contract/requests.ts";
import { documentIn, RESOURCE_NOT_FOUND } from "./resources.ts";
import { isTool } from "./tools.ts";

/** A message that is refused before anything runs. Without an id, where there is nobody to answer by it, it is a bad request. */
export type Refusal = { code: number; message: string; id: string | number | null; data?: object };

const REQUESTS = new Map<string, z.ZodType>(
  Object.entries({
    initialize: InitializeRequestSchema,
    ping: PingRequestSchema,
    "tools/list": ListToolsRequestSchema,
    "tools/call": CallToolRequestSchema,
    "resources/list": ListResourcesRequestSchema,
    "resources/templates/list": ListResourceTemplatesRequestSchema,
    "resources/read": ReadResourceRequestSchema,
  }),
);

/** A refusal names what is wrong, and does not say all of it back. */
const MOST_MESSAGE = 500;

/**
 * What a body is wrong in, by the protocol's codes. The SDK answers wrong parameters as an error of its own (-32603), an unknown tool as a
 * tool's result, and an unknown resource as wrong parameters.
 */
export function refusalOf(body: unknown): Refusal | undefined {
  if (Array.isArray(body)) return invalid("Invalid request: send one message a request, no batch.");
  const message = McpMessage.safeParse(body);
  if (!message.success) {
    const onlyParams = message.error.issues.every(({ path }) => path[0] === "params");
    return onlyParams ? wrongParams(idOf(body), message.error) : invalid(`Invalid request: ${told(message.error)}`);
  }
  const { id, method, params } = message.data;
  if (id === undefined) return undefined;
  const checked = REQUESTS.get(method)?.safeParse({ method, params });
  if (checked?.success === false) return wrongParams(id, checked.error);
  // All lists have one page.
  if (method.endsWith("/list") && REQUESTS.has(method) && params?.cursor !== undefined)
    return { id, code: ErrorCode.InvalidParams, message: "There is no such cursor." };
  if (method === "tools/call" && !isTool(String(params?.name)))
    return { id, code: ErrorCode.InvalidParams, message: `Unknown tool: ${String(params?.name).slice(0, 100)}` };
  if (method === "resources/read") return wrongResource(id, String(params?.uri));
  return undefined;
}

/** A message as a server without tasks takes it: it passes over a wish to have the call as one. */
export function withoutTask(body: unknown): unknown {
  const { params, ...message } = body as { params?: { task?: unknown } };
  if (params?.task === undefined) return body;
  const { task: _, ...others } = params;
  return { ...message, params: others };
}

function wrongResource(id: string | number, uri: string): Refusal | undefined {
  if (!URL.canParse(uri)) return { id, code: ErrorCode.InvalidParams, message: "params.uri is no URI." };
  if (documentIn(uri)) return undefined;
  return {
    id,
    code: RESOURCE_NOT_FOUND,
    message: "There is no such resource.",
    data: { uri: uri.slice(0, MOST_MESSAGE) },
  };
}

const invalid = (message: string): Refusal => ({ id: null, code: ErrorCode.InvalidRequest, message });
const wrongParams = (id: Refusal["id"], error: z.ZodError): Refusal => ({
  id,
  code: ErrorCode.InvalidParams,
  message: `Invalid params: ${told(error)}`,
});
const told = (error: z.ZodError): string => z.prettifyError(error).slice(0, MOST_MESSAGE);

function idOf(body: unknown): Refusal["id"] {
  return McpMessage.shape.id.safeParse((body as { id?: unknown }).id).data ?? null;
}
