// @ts-types="@modelcontextprotocol/sdk/server/mcp"
import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
// @ts-types="@modelcontextprotocol/sdk/types"
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { PipelineError } from "../_shared/errors.ts";
import { fenced } from "./fence.ts";
import type { Run } from "./tools.ts";

const LISTED = 50;

/** https://modelcontextprotocol.io/specification/2025-11-25/server/resources#error-handling; the SDK has no name for it. */
export const RESOURCE_NOT_FOUND = -32002;

/** The id of the document that a resource is; undefined where it is none. */
export function documentIn(uri: string): string | undefined {
  const [, id] = /^docket:\/\/documents\/([^/]{36})$/.exec(uri) ?? [];
  return z.uuid().safeParse(id).data;
}

/** `docket://documents/{id}`: a document's text. The list has the newest ones. */
export function addResources(server: McpServer, run: Run): void {
  server.registerResource(
    "document",
    new ResourceTemplate("docket://documents/{document_id}", {
      list: async () => {
        const { documents } = (await run("list_documents", { page_size: LISTED })) as {
          documents: { id: string; display_name: string | null; filename: string }[];
        };
        return {
          resources: documents.map(({ id, display_name, filename }) => ({
            uri: `docket://documents/${id}`,
            name: display_name ?? filename,
            mimeType: "text/plain",
          })),
        };
      },
    }),
    { title: "Documents", description: "The text of a document.", mimeType: "text/plain" },
    async (uri) => {
      try {
        const { pages, next } = (await run("get_pages", { document_id: documentIn(uri.href) })) as {
          pages: { page_number: number; text: string }[];
          next: number | null;
        };
        const text = pages.map((page) => `[Page ${page.page_number}]\n${page.text}`).join("\n\n");
        const rest = next ? `\n\n[Pages from ${next} on: read_pages.]` : "";
        return { contents: [{ uri: uri.href, mimeType: "text/plain", text: fenced(text + rest) }] };
      } catch (thrown) {
        const { code, message } = PipelineError.from(thrown);
        if (code !== "not_found") throw new McpError(ErrorCode.InternalError, message);
        throw new McpError(RESOURCE_NOT_FOUND, message, { uri: uri.href });
      }
    },
  );
}
