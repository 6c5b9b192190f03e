import { z } from "zod";
import type { Einvoice } from "./einvoice.ts";

/** What a document can be. `other` where none fits. */
export const DOCUMENT_TYPES = [
  "invoice", "receipt", "credit-note", "quote", "order", "delivery-note", "bank-statement", "payslip", "tax", "insurance",
  "contract", "letter", "report", "minutes", "manual", "article", "form", "certificate", "cv", "ticket", "other",
] as const;

export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** Where a value comes from: words that stand in the text of a page. */
export const Evidence = z.object({
  page: z.int().min(1).describe("page number, from 1"),
  quote: z.string().min(1).max(300).describe("words copied exactly from that page"),
});
export type Evidence = z.infer<typeof Evidence>;

/** A value of an e-invoice's XML that stands on no page in these words. */
export const EinvoiceEvidence = z.object({
  page: z.null(),
  source: z.literal("einvoice"),
  quote: z.string().min(1).max(300).describe("the value as the XML has it"),
});
export type EinvoiceEvidence = z.infer<typeof EinvoiceEvidence>;

const isoDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/).refine((day) => {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}, "is no calendar day");

/** The metadata of a document: what the agent saves, what the local generator returns, what lands on `documents`. */
export const Metadata = z.object({
  display_name: z.string().trim().min(1).max(60)
    .describe('Title Case, type first, then who it is from, then its date or subject, with the file\'s extension: "Invoice - Acme Corp - 2026-03-15.pdf"'),
  tags: z.array(z.string().regex(/^[\p{Ll}\p{Lo}\p{N}]+(-[\p{Ll}\p{Lo}\p{N}]+)*$/u, "must be lower-case words joined by hyphens").max(40)).min(1).max(7)
    .describe("1 to 7 lower-case-hyphenated tags, the document type first"),
  summary: z.string().trim().min(1).max(200).describe("one or two sentences in the document's language"),
  document_type: z.enum(DOCUMENT_TYPES),
  correspondent: z.string().trim().min(1).max(120).nullable().describe("who the document is from; null rather than a guess"),
  document_date: isoDate.nullable().describe("the date that the document bears, YYYY-MM-DD; null rather than a guess"),
  language: z.string().regex(/^[a-z]{2}$/).nullable().describe("ISO 639-1 code; null rather than a guess"),
  evidence: z.partialRecord(z.enum(["document_type", "correspondent", "document_date", "amount", "subject"]), z.union([Evidence, EinvoiceEvidence]))
    .describe("for each value, the page and the quote that it was read from"),
});
export type Metadata = z.infer<typeof Metadata>;

/** What a describing engine is given. It sees one document, by construction: `pages` belong to that document alone. */
export type DescribeInput = {
  filename: string;
  mime_type: string;
  page_count: number;
  pages: { page_number: number; text: string }[];
  /** Pages that could not be read: the description says so. */
  unreadable_pages?: number;
  /** What the XML inside an e-invoice says; it is the truth where it is there. */
  einvoice?: Einvoice | null;
  /** The tags that the owner's documents have, the most used first: they are used again before new ones are made. */
  known_tags?: { tag: string; documents: number }[];
};

/** A step that a watcher may see while a document is described. Never holds the document's text. */
export type DescribeStep =
  | { type: "text"; text: string }
  | { type: "tool"; tool: string; input: Record<string, unknown> };

/** What describing produced, and by what; `tokens` where a model counted them. */
export type Description = {
  metadata: Metadata;
  engine: "claude" | "local";
  model: string | null;
  prompt_version: string | null;
  input_tokens: number;
  output_tokens: number;
};

/** Names, tags and summarises a document. One implementation a vendor. Throws PipelineError. */
export type Describe = (input: DescribeInput, onStep: (step: DescribeStep) => void, signal?: AbortSignal) => Promise<Description>;
