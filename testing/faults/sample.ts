import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { ErrorCode } from "../../supabase/functions/_shared/errors.ts";
import { makePdf } from "./pdf.ts";
import type { Random } from "../random.ts";

/** A file of a run, and what must become of it. */
export type Sample = {
  /** Its file name; it begins with `document-0007`, which also stands on each of its pages, and nowhere else. */
  name: string;
  bytes: Uint8Array;
  /** Index of the user who sends it. */
  user: number;
  pages: number;
  /** Pages, from 1, that have a text layer. */
  textPages: number[];
  /** What the reading must end with; null for a file that can be read. */
  failsWith: ErrorCode | null;
  /** The user sends the same bytes a second time: with the first, or after its answer. */
  sentAgain: "at once" | "later" | null;
};

const FIXTURES = fileURLToPath(new URL("../../tests/fixtures/", import.meta.url));

/** The mark by which a document is known in a model's request. */
export const markOf = (name: string): string => name.slice(0, "document-0000".length);
export const MARK = /document-\d{4}/;

/**
 * Unique files: one page of text for the most part, some of many pages, scans, and files that cannot be read. The first
 * user sends two thirds.
 */
export async function makeSamples(count: number, users: number, random: Random): Promise<Sample[]> {
  const fixture = async (name: string) => ({
    bytes: await readFile(FIXTURES + name),
    ending: name.slice(name.lastIndexOf(".")),
  });
  const [picture, encrypted, broken] = [
    await fixture("one-word.png"),
    await fixture("encrypted.pdf"),
    await fixture("broken.pdf"),
  ];

  return Array.from({ length: count }, (_, index) => {
    const mark = `document-${String(index).padStart(4, "0")}`;
    const common = {
      user: random.chance(2 / 3) ? 0 : random.whole(1, users - 1),
      sentAgain: random.chance(0.15) ? random.pick(["at once", "later"] as const) : null,
    };
    const kind = random.whole(1, 100);
    if (kind <= 4)
      return { ...common, ...marked(encrypted, mark), pages: 0, textPages: [], failsWith: "encrypted_pdf" as const };
    if (kind <= 8)
      return { ...common, ...marked(broken, mark), pages: 0, textPages: [], failsWith: "broken_file" as const };
    if (kind <= 16) return { ...common, ...marked(picture, mark), pages: 1, textPages: [], failsWith: null };
    const pages = kind <= 32 ? random.whole(2, 45) : 1;
    const scan = kind <= 24 && pages > 1 ? random.whole(1, pages) : undefined;
    const textPages = Array.from({ length: pages }, (_, page) => page + 1).filter((page) => page !== scan);
    return { ...common, name: `${mark}.pdf`, bytes: makePdf(mark, pages, scan), pages, textPages, failsWith: null };
  });
}

/** A fixture made unique: what readers of these formats find behind the end, they ignore. */
function marked(file: { bytes: Uint8Array; ending: string }, mark: string): { name: string; bytes: Uint8Array } {
  return { name: mark + file.ending, bytes: Buffer.concat([file.bytes, Buffer.from(`\n% ${mark}\n`)]) };
}
