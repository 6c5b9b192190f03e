/** Longest display name, in characters; the same bound as in `Metadata`. */
const MAX_LENGTH = 60;

/** Endings that a model may write for a file of another type; anything else after a dot belongs to the name ("Acme Inc.Report"). */
const KNOWN_ENDING = /\.(pdf|jpe?g|png|webp|gif|tiff?|heic|bmp|docx?|xlsx?|pptx?|odt|rtf|txt|md|csv|html?|eml)$/i;

/**
 * A display name that ends as the file does: "Invoice - Acme" for "scan01.PDF" becomes "Invoice - Acme.pdf". Too long a
 * name gives way before the ending does. A file without an ending adds none.
 */
export function withExtension(displayName: string, filename: string): string {
  const extension = /\.[a-z0-9]{1,8}$/i.exec(filename.trim())?.[0].toLowerCase() ?? "";
  const name = displayName.trim();
  if (extension === "" || name.toLowerCase().endsWith(extension)) return name;
  const stem = name.replace(KNOWN_ENDING, "").trimEnd() || name;
  return `${stem.slice(0, MAX_LENGTH - extension.length).trimEnd()}${extension}`;
}
