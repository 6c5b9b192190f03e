import type { IncomingHttpHeaders } from "node:http";
import type { FakeAnswer } from "../claude.ts";

type Block = {
  type: string;
  id?: string;
  tool_use_id?: string;
  text?: string;
  content?: unknown;
  source?: { media_type?: string; data?: string };
};
type Message = { role: string; content: string | Block[] };

/** What is wrong with a request, as the error that the API answers; undefined if it would take it. */
export function requestFault(
  method: string,
  path: string,
  headers: IncomingHttpHeaders,
  body: unknown,
): FakeAnswer | undefined {
  if (method !== "POST" || path !== "/v1/messages") return { kind: "error", status: 404, message: "Not found" };
  // Since version 2026-10-21 the SDKs send the key as a bearer token; the API takes both.
  const key = headers["x-api-key"] || /^Bearer (\S+)$/.exec(headers.authorization ?? "")?.[1];
  if (!key) return { kind: "error", status: 401, message: "Authorization: Bearer or x-api-key header is required" };
  const version = headers["anthropic-version"];
  if (version === undefined) return invalid("anthropic-version: header is required");
  if (version !== "2023-06-01" && version !== "2026-10-21")
    return invalid(`anthropic-version: "${version}" is not a valid version`);
  if (body === null || typeof body !== "object") return invalid("The request body is not valid JSON");
  const { model, max_tokens, messages, tools, system } = body as Record<string, unknown>;
  if (typeof model !== "string" || model === "") return invalid("model: Field required");
  if (!Number.isInteger(max_tokens) || (max_tokens as number) < 1) return invalid("max_tokens: Field required");
  if (!Array.isArray(messages) || messages.length === 0) return invalid("messages: at least one message is required");
  const removed = ["temperature", "top_p", "top_k"].find((name) => version === "2026-10-21" && name in body);
  if (removed) return invalid(`${removed}: Extra inputs are not permitted`);
  const fault =
    messagesFault(messages) ?? toolsFault(tools) ?? blocksFault(Array.isArray(system) ? system : [], "system");
  return fault === undefined ? undefined : invalid(fault);
}

const invalid = (message: string): FakeAnswer => ({ kind: "error", status: 400, message });

const blocksOf = (message: Message): Block[] =>
  typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;

/** Every tool_use is answered in the very next message, before anything else in it, and nothing else is answered. */
function messagesFault(messages: Message[]): string | undefined {
  if (messages[0]!.role !== "user") return 'messages: first message must use the "user" role';
  for (const [index, message] of messages.entries()) {
    if (message.role !== "user" && message.role !== "assistant")
      return `messages.${index}.role: Input should be 'user' or 'assistant'`;
    const blocks = blocksOf(message);
    if (blocks.length === 0) return `messages.${index}: all messages must have non-empty content`;
    const fault = blocksFault(blocks, `messages.${index}`);
    if (fault) return fault;
    if (message.role === "assistant" && blocks.some((block) => block.type === "document")) {
      return `messages.${index}: \`document\` blocks are not permitted in assistant messages`;
    }

    const asked = message.role === "assistant" ? idsOf(blocks) : [];
    const next = messages[index + 1];
    const answered = next?.role === "user" ? resultsOf(blocksOf(next)) : [];
    const open = asked.filter((id) => !answered.includes(id));
    if (open.length > 0) {
      return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(", ")}`;
    }
    const before = messages[index - 1];
    const known = before?.role === "assistant" ? idsOf(blocksOf(before)) : [];
    const stray = resultsOf(blocks).find((id) => !known.includes(id));
    if (stray) return `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}`;
    const firstOther = blocks.findIndex((block) => block.type !== "tool_result");
    if (firstOther >= 0 && blocks.slice(firstOther).some((block) => block.type === "tool_result")) {
      return `messages.${index}: \`tool_result\` blocks must come first`;
    }
  }
  return undefined;
}

const idsOf = (blocks: Block[]) => blocks.flatMap((block) => (block.type === "tool_use" ? [block.id ?? ""] : []));
const resultsOf = (blocks: Block[]) =>
  blocks.flatMap((block) => (block.type === "tool_result" ? [block.tool_use_id ?? ""] : []));

function blocksFault(blocks: Block[], where: string): string | undefined {
  for (const [index, block] of blocks.entries()) {
    if (block.type === "text" && !block.text?.trim())
      return `${where}.content.${index}: text content blocks must be non-empty`;
    if (block.type !== "image" && block.type !== "document") continue;
    const bytes = Buffer.from(block.source?.data ?? "", "base64");
    if (bytes.length === 0) return `${where}.content.${index}.${block.type}.source.base64.data: Field required`;
    if (block.type === "document" && bytes.subarray(0, 5).toString() !== "%PDF-")
      return "The PDF specified was not valid.";
    if (
      block.type === "image" &&
      !SIGNATURES[block.source?.media_type ?? ""]?.test(bytes.subarray(0, 12).toString("latin1"))
    ) {
      return "Could not process image";
    }
    if (block.type === "image" && block.source!.data!.length > 5 * 1024 * 1024) {
      return `${where}.content.${index}.image.source.base64: image exceeds 5 MB maximum`;
    }
  }
  return undefined;
}

const SIGNATURES: Record<string, RegExp> = {
  "image/jpeg": /^\xff\xd8\xff/,
  "image/png": /^\x89PNG/,
  "image/gif": /^GIF8/,
  "image/webp": /^RIFF....WEBP/s,
};

/** Keywords that a strict tool's schema may not hold; the constraint belongs into the description. */
const NOT_STRICT = ["minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "maxItems", "propertyNames"];

function toolsFault(tools: unknown): string | undefined {
  for (const [index, tool] of (Array.isArray(tools) ? tools : []).entries()) {
    if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name ?? "")) return `tools.${index}.name: String should match pattern`;
    if (tool.input_schema?.type !== "object") return `tools.${index}.input_schema.type: Field required`;
    const fault = tool.strict ? strictFault(tool.input_schema) : undefined;
    if (fault) return `tools.${index}.custom: ${fault}`;
  }
  return undefined;
}

function strictFault(schema: unknown): string | undefined {
  if (schema === null || typeof schema !== "object") return undefined;
  const node = schema as Record<string, unknown>;
  if (node["type"] === "object" && node["additionalProperties"] !== false)
    return "For 'object' type, 'additionalProperties' must be set to false";
  const keyword = NOT_STRICT.find((key) => key in node && typeof node[key] !== "object");
  if (keyword) return `property '${keyword}' is not supported`;
  for (const value of Object.values(node)) {
    const fault = strictFault(value);
    if (fault) return fault;
  }
  return undefined;
}
