import { extensionOf, withoutExtension } from "../../_shared/file-formats.ts";

/** Longest display name, in characters; the same bound as in `Metadata`. */
const MAX_LENGTH = 60;

/**
 * A display name that ends as such a file does: "Invoice - Acme" for "scan01.PDF" becomes "Invoice - Acme.pdf". A name that
 * is too long is cut before its extension.
 */
export function withExtension(displayName: string, filename: string, mimeType: string): string {
  const extension = extensionOf(filename, mimeType);
  const name = displayName.trim();
  if (extension === "" || name.toLowerCase().endsWith(extension)) return name;
  const stem = withoutExtension(name);
  return `${stem.slice(0, MAX_LENGTH - extension.length).trimEnd()}${extension}`;
}
