import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { DocumentType } from "../../supabase/functions/_shared/metadata.ts";
import { truthOfXml } from "./xml-truth.ts";

/** Which half of the files: the rules are written on the one, and never see the other. */
export type Half = "seen" | "held-out";

/** What is known to be right. Null: nothing is known, so nothing is counted. `date` is YYYY-MM-DD. */
export type Truth = { company: string | null; date: string | null; total: number | null; type: DocumentType };

/** A file of the data, before anything is known of it. */
export type SampleFile = { file: string; group: string; half: Half; bytes: Uint8Array; mimeType: string };

/** `text`: the true text of a picture, where the folder has it. */
export type Sample = SampleFile & { text: string | null; truth: Truth };

const Entry = z.object({
  file: z.string(),
  kind: z.string(),
  text: z.string().optional(),
  fields: z
    .union([
      z.object({ company: z.string(), date: z.string(), total: z.string() }),
      z
        .array(z.object({ issuer: z.string().optional(), date: z.string().optional(), amount: z.number().optional() }))
        .min(1),
    ])
    .optional(),
});

const MIME_TYPES: Record<string, string> = {
  ".pdf": "application/pdf",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
  ".tif": "image/tiff",
  ".tiff": "image/tiff",
  ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  ".eml": "message/rfc822",
  ".msg": "application/vnd.ms-outlook",
};

/** @throws Error where no type is known for the file's ending */
export function mimeTypeOf(file: string): string {
  const type = MIME_TYPES[path.extname(file).toLowerCase()];
  if (!type) throw new Error(`${file}: no type is known for that ending.`);
  return type;
}

/** Kinds of the manifest that are measured. The others have no truth. */
const KINDS: Record<string, DocumentType> = { receipt: "receipt", invoice: "invoice" };

/**
 * The receipts and invoices of a folder with a manifest.json: `[{file, kind, text?, fields?}]`. A group is a folder in it.
 * `leftOut`: files of these kinds without any truth.
 */
export async function loadSamples(folder: string): Promise<{ samples: Sample[]; leftOut: string[] }> {
  const leftOut: string[] = [];
  const entries = z.array(Entry.loose()).parse(
    JSON.parse(await readFile(path.join(folder, "manifest.json"), "utf8"))
      .map(measured)
      .filter(Boolean),
  );
  const samples: Sample[] = [];
  for (const entry of entries) {
    const bytes = new Uint8Array(await readFile(path.join(folder, entry.file)));
    const truth = await truthOf(entry, bytes);
    if (!truth) leftOut.push(entry.file);
    else
      samples.push({
        file: entry.file,
        group: path.dirname(entry.file),
        half: halfOf(entry.file),
        bytes,
        mimeType: mimeTypeOf(entry.file),
        text: entry.text ?? null,
        truth,
      });
  }
  return { samples, leftOut };
}

const measured = (entry: { kind?: string }): unknown =>
  entry.kind !== undefined && entry.kind in KINDS ? entry : null;

/**
 * A file's half, by a hash of its name. The byte is the first one that puts the four files which had been looked at before
 * there were halves into "seen".
 */
export function halfOf(file: string): Half {
  return createHash("sha256").update(path.basename(file)).digest()[17]! % 2 === 0 ? "seen" : "held-out";
}

async function truthOf({ kind, fields }: z.infer<typeof Entry>, bytes: Uint8Array): Promise<Truth | null> {
  const type = KINDS[kind]!;
  if (Array.isArray(fields))
    return {
      company: fields[0]!.issuer ?? null,
      date: fields[0]!.date ?? null,
      total: fields[0]!.amount ?? null,
      type,
    };
  if (fields)
    return {
      company: fields.company,
      date: dayOf(fields.date),
      total: Number(fields.total.replace(/[^\d.-]/g, "")) || null,
      type,
    };
  return truthOfXml(bytes);
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** A date as the receipts' truth has it: day first, or year first; null where it is something else. */
function dayOf(text: string): string | null {
  const yearFirst = /^(\d{4})\D?(\d{2})\D?(\d{2})/.exec(text);
  if (yearFirst) return `${yearFirst[1]}-${yearFirst[2]}-${yearFirst[3]}`;
  const parts = /(\d{1,2})\W*(\d{1,2}|[a-z]{3})[a-z]*\W*(\d{4}|\d{2})(?!\d)/i.exec(text);
  if (!parts) return null;
  const named = MONTHS.indexOf(parts[2]!.toLowerCase()) + 1;
  const month = String(named || parts[2]).padStart(2, "0");
  return `${parts[3]!.length === 2 ? `20${parts[3]}` : parts[3]}-${month}-${parts[1]!.padStart(2, "0")}`;
}
