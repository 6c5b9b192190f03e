// @ts-types="@modelcontextprotocol/sdk/server/mcp"
import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
// @ts-types="@modelcontextprotocol/sdk/types"
import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { PipelineError } from "../_shared/errors.ts";
import { fenced } from "./fence.ts";
import type { Run } from "./tools.ts";

const LISTED = 50;

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
    async (uri, { document_id }) => {
      const id = z.uuid().safeParse(document_id);
      if (!id.success) throw new McpError(ErrorCode.InvalidParams, "There is no such document, or it is not yours.");
      try {
        const { pages, next } = (await run("get_pages", { document_id: id.data })) as {
          pages: { page_number: number; text: string }[];
          next: number | null;
        };
        const text = pages.map((page) => `[Page ${page.page_number}]\n${page.text}`).join("\n\n");
        const rest = next ? `\n\n[Pages from ${next} on: read_pages.]` : "";
        return { contents: [{ uri: uri.href, mimeType: "text/plain", text: fenced(text + rest) }] };
      } catch (thrown) {
        throw new McpError(ErrorCode.InvalidParams, PipelineError.from(thrown).message);
      }
    },
  );
}
