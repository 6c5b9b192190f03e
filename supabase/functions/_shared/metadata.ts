import { z } from "zod";
import type { Einvoice } from "./einvoice.ts";
import type { Clues, LearnedHint } from "./learned.ts";
import { DOCUMENT_TYPES } from "./document-types.ts";
import { type DescribedField, type KindOf, METADATA_FIELDS, type MetadataField, PROVEN } from "./metadata-fields.ts";
import type { ModelBudget, ModelUse } from "./model-use.ts";

export { DOCUMENT_TYPES, type MetadataField, PROVEN };

export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** What stands in neither a name nor a quote, and what Postgres does not take: controls, lone surrogates, bidirectional and invisible marks. */
const storable = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, " ")
    .replace(/[\p{Surrogate}\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/gu, "");

const line = (longest: number) => z.string().overwrite(storable).trim().min(1).max(longest);

/** How likely a value is right. Of the local generator: the share of such values that were right in the benchmark (local/confidence.ts). */
const confidence = z.number().min(0).max(1).describe("how sure you are that the value is right, 0 to 1");

/** Where a value comes from: words that stand in the text of a page. The database looks them up (private.checked_evidence). */
export const Evidence = z.object({
  page: z.int().min(1).describe("page number, from 1"),
  quote: line(300).describe("words copied exactly from that page"),
  confidence: confidence.optional(),
});
export type Evidence = z.infer<typeof Evidence>;

/** A value of an e-invoice's XML that stands on no page in these words. The database compares it with the XML that it has. */
export const EinvoiceEvidence = z.object({
  page: z.null(),
  source: z.literal("einvoice"),
  quote: line(300).describe("the value as the XML has it"),
  confidence: confidence.optional(),
});
export type EinvoiceEvidence = z.infer<typeof EinvoiceEvidence>;

/** Words that bear a mark of a sender, of whom the owner taught that it is theirs. The database compares both (private.taught_name). */
export const LearnedEvidence = Evidence.extend({ source: z.literal("learned") });

/** Evidence as the database keeps it, in metadata_runs: `verified` where the words stand there and the value follows from them. */
export type CheckedEvidence = {
  page: number | null;
  quote: string;
  verified: boolean;
  source?: "einvoice" | "learned";
  /** How likely the value is right, as the engine says; missing where it does not. */
  confidence?: number;
  /** Below 1 where the page has it a little different, and then how, folded as texts are compared. */
  similarity?: number;
  on_page?: string;
};

const isoDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine((day) => {
    const date = new Date(`${day}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
  }, "is no calendar day");

/** The schema of an engine's value, by the kind of its field. */
const SCHEMAS = {
  name: line(60),
  type: z.enum(DOCUMENT_TYPES),
  party: line(120).nullable(),
  date: isoDate.nullable(),
  tags: z
    .array(
      z
        .string()
        .regex(/^[\p{Ll}\p{Lo}\p{N}]+(-[\p{Ll}\p{Lo}\p{N}]+)*$/u, "must be lower-case words joined by hyphens")
        .max(40),
    )
    .min(1)
    .max(7),
  amount: z.number(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .nullable(),
  text: line(200),
  language: z
    .string()
    .regex(/^[a-z]{2}$/)
    .nullable(),
} as const;

/** The fields that an engine gives as they are written. */
const DESCRIBED = Object.fromEntries(
  METADATA_FIELDS.filter(({ source }) => source.length === 1).map(({ name, kind, about }) => [
    name,
    SCHEMAS[kind].describe(about),
  ]),
  // Object.fromEntries forgets which key has which value.
) as { [Name in DescribedField]: (typeof SCHEMAS)[KindOf<Name>] };

const aboutOf = (field: MetadataField): string => METADATA_FIELDS.find(({ name }) => name === field)!.about;

/** The metadata of a document: what the agent saves and the local generator returns, and what lands on `documents` once it is checked. */
export const Metadata = z.object({
  ...DESCRIBED,
  amount: z
    .object({
      value: SCHEMAS.amount.describe(aboutOf("amount")),
      currency: SCHEMAS.currency.describe(aboutOf("currency")),
    })
    .nullable()
    .optional()
    .describe("what is to be paid or was paid, with tax; null where there is no such sum"),
  evidence: z
    .partialRecord(z.enum(PROVEN), z.union([LearnedEvidence, Evidence, EinvoiceEvidence]))
    .describe("for each value, the page and the quote that it was read from"),
});
export type Metadata = z.infer<typeof Metadata>;

/** What a describing would have changed (`proposed`, after the checks) and did (`applied`), for the fields where that is not all one. */
export type MetadataDiff = { [Field in MetadataField]?: { before: unknown; proposed: unknown; applied: unknown } };

/** The text of one page. */
export type TextPage = { page_number: number; text: string };

/** The text of the one document that is described, read where it is wanted. It can name no other document. */
export type DocumentText = {
  /** The numbers of the pages that have been read, in order. */
  numbers: number[];
  /** Those of the pages from one number to another, in order. */
  read(fromPage: number, toPage: number): Promise<TextPage[]>;
  /** The first pages that hold all of the words, without regard to case, and how many such pages there are. */
  search(words: string[], atMost: number): Promise<{ pages: TextPage[]; total: number }>;
};

/** The tags that the owner of the document uses, those like the query first; all, by use, for an empty query. */
export type FindTags = (query: string) => Promise<{ tag: string; documents: number; similarity: number | null }[]>;

/** What a describing engine is given. It sees one document, by construction. */
export type DescribeInput = {
  filename: string;
  mime_type: string;
  page_count: number;
  /** All pages; of a long document the first and the last ones. */
  pages: TextPage[];
  /** All pages of a long document. Without it, `pages` are all there is. */
  text?: DocumentText;
  /** The language that the owner wants summaries in, ISO 639-1; null for the document's own. */
  summary_language?: string | null;
  /** What the owner wants minded this time: a sentence of theirs, not of the document. */
  instruction?: string | null;
  /** What the owner wants it described by this time; else the model, where one is set. */
  engine?: "local" | null;
  /** The tags that the owner's documents have, the most used first: they are used again before new ones are made. */
  known_tags?: { tag: string; documents: number }[];
  /** What the XML inside an e-invoice says; it is the truth where it is there. */
  einvoice?: Einvoice | null;
  findTags?: FindTags;
  /** What the owner's corrections of this sender's earlier documents say. */
  learned?: LearnedHint | null;
  /** The owner's money: an engine that is paid reserves each call of it. */
  budget?: ModelBudget;
};

/** A step that a watcher may see while a document is described. Never holds the document's text. */
export type DescribeStep =
  | { type: "text"; text: string }
  | { type: "tool"; tool: string; input: Record<string, unknown> }
  | { type: "progress"; message: string; data: Record<string, string | number> };

/** What describing produced, and by what; tokens where a model counted them. */
export type Description = ModelUse & {
  metadata: Metadata;
  engine: "claude" | "local";
  model: string | null;
  prompt_version: string | null;
  /** over_budget: the model was not asked, as its budget for this month is used up. */
  note?: "over_budget";
  /** The pages that the engine was shown, where it chose them itself. */
  pages_read?: number[];
  /** What a correction of this document can teach. */
  clues?: Clues;
  /** The hint of the owner's that some values follow, and which. */
  learned?: { hint_id: number; fields: string[] };
};

/** Names, tags and summarises a document. One implementation a vendor. Throws PipelineError. */
export type Describe = (
  input: DescribeInput,
  onStep: (step: DescribeStep) => void,
  signal?: AbortSignal,
) => Promise<Description>;
