import type { Document } from "./types.ts";

/** A name that every file system takes, and that no two documents share. */
export function fileNameOf({ id, display_name, filename }: Pick<Document, "id" | "display_name" | "filename">): string {
  const ending = /\.[a-z0-9]{1,8}$/i.exec(filename)?.[0] ?? "";
  const base = (display_name ?? filename)
    .replace(/\.[a-z0-9]{1,8}$/i, "")
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029<>:"/\\|?*]+/gu, " ")
    .replace(/^[. ]+|[. ]+$/g, "");
  return `${Array.from(base).slice(0, 50).join("").trim() || "document"} (${id.slice(0, 8)})${ending}`;
}
