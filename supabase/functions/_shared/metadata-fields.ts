/**
 * What a value is. The kind decides its zod schema (metadata.ts), the form in which it is written and what proves it
 * (metadata_fields.sql and checked_evidence.sql), and how the page shows and edits it.
 */
export type FieldKind = "name" | "type" | "party" | "date" | "amount" | "currency" | "tags" | "text" | "language";

export type MetadataFieldEntry = {
  /** The column of `documents`. */
  name: string;
  /** What people call it. */
  label: string;
  kind: FieldKind;
  /** The most characters that an engine's value has when it is written. What people may write, the column's constraint says. */
  longest: number;
  /** `describing`: the engines write it and people edit it. `people`: only people write it. */
  writer: "describing" | "people";
  /** A field that is locked stays as it is when its document is described again. */
  lockable: boolean;
  /** The value of the evidence that it is read from; null for words about a document, which have no quote. */
  evidence: string | null;
  /** Whether the value is written only when its evidence is verified. */
  needsProof: boolean;
  /** The confidence of its evidence, 0 to 1, below which the value is not written; 0 where it is written at any. */
  leastConfidence: number;
  /** The value of an e-invoice's XML that proves it. */
  einvoice: string | null;
  /** Where the value stands in an engine's description. */
  source: readonly [string, ...string[]];
  /** In the schema of the agent's tool. */
  about: string;
  /** In the agent's prompt. */
  ask: string;
};

/**
 * A value that is right less often than this is left out: a wrong sender or day costs its owner more than a missing one. Measured with
 * `npm run bench -- metadata`, which prints how often values of each confidence are right (`confidence`).
 */
const LEAST_CONFIDENCE = 0.7;

/**
 * The metadata of a document, in the order in which it is shown and exported. SQL reads the same list: npm run gen:types
 * writes it into the migration metadata_fields.sql. CONTRIBUTING.md says how to add a field.
 */
export const METADATA_FIELDS = [
  {
    name: "display_name",
    label: "Name",
    kind: "name",
    longest: 60,
    writer: "describing",
    lockable: true,
    evidence: null,
    needsProof: false,
    leastConfidence: 0,
    einvoice: null,
    source: ["display_name"],
    about:
      'Title Case, type first, then who it is from, then its date or subject, with the file\'s extension: "Invoice - Acme Corp - 2026-03-15.pdf"',
    ask: 'Title Case, the type first, then who it is from, then its date or subject, with the file\'s own extension: "Invoice - Acme Corp - 2026-03-15.pdf". At most 60 characters. Say what the document is; do not repeat the file name or the first line.',
  },
  {
    name: "document_type",
    label: "Type",
    kind: "type",
    longest: 100,
    writer: "describing",
    lockable: true,
    evidence: "document_type",
    needsProof: false,
    leastConfidence: 0,
    einvoice: "type_code",
    source: ["document_type"],
    about: 'the type that fits best; "other" if none does',
    ask: 'the one that fits best; "other" if none does.',
  },
  {
    name: "correspondent",
    label: "From",
    kind: "party",
    longest: 200,
    writer: "describing",
    lockable: true,
    evidence: "correspondent",
    needsProof: true,
    leastConfidence: LEAST_CONFIDENCE,
    einvoice: "seller",
    source: ["correspondent"],
    about: "who the document is from; null rather than a guess",
    ask: "who the document is from (the issuer or sender, not the receiver), as written there.",
  },
  {
    name: "document_date",
    label: "Date",
    kind: "date",
    longest: 10,
    writer: "describing",
    lockable: true,
    evidence: "document_date",
    needsProof: true,
    leastConfidence: LEAST_CONFIDENCE,
    einvoice: "issue_date",
    source: ["document_date"],
    about: "the date that the document bears, YYYY-MM-DD; null rather than a guess",
    ask: "the day that the document bears, such as the invoice date, as YYYY-MM-DD. Not a due date, not a date that is mentioned in passing. 03/04/2026 is ambiguous: decide by the document's language and country, and use null if that does not settle it.",
  },
  {
    name: "amount",
    label: "Amount",
    kind: "amount",
    longest: 20,
    writer: "describing",
    lockable: true,
    evidence: "amount",
    needsProof: true,
    leastConfidence: LEAST_CONFIDENCE,
    einvoice: "grand_total",
    source: ["amount", "value"],
    about: "in whole units of the currency, such as 965.76; negative where money is given back, as by a credit note",
    ask: "what is to be paid or was paid, with tax, and its currency (ISO 4217), negative for a credit note; null where the document has no such sum.",
  },
  {
    name: "currency",
    label: "Currency",
    kind: "currency",
    longest: 3,
    writer: "describing",
    lockable: true,
    evidence: "amount",
    needsProof: true,
    leastConfidence: LEAST_CONFIDENCE,
    einvoice: "currency",
    source: ["amount", "currency"],
    about: "ISO 4217 code; null rather than a guess",
    ask: "",
  },
  {
    name: "tags",
    label: "Tags",
    kind: "tags",
    longest: 40,
    writer: "describing",
    lockable: true,
    evidence: null,
    needsProof: false,
    leastConfidence: 0,
    einvoice: null,
    source: ["tags"],
    about:
      "1 to 7 lower-case-hyphenated tags, the document type first; no amounts, dates or numbers of this one document",
    ask: "1 to 7, lower-case-hyphenated, the document type first, then what one would search by: the topic, the sender, the project, the year. Where the owner has a tag for it, use that one as it is written. No near duplicates, and no amounts or numbers that only this document has.",
  },
  {
    name: "summary",
    label: "Summary",
    kind: "text",
    longest: 1000,
    writer: "describing",
    lockable: true,
    evidence: null,
    needsProof: false,
    leastConfidence: 0,
    einvoice: null,
    source: ["summary"],
    about: "one or two sentences in the language that is asked for, or else the document's",
    ask: "one or two sentences, at most 200 characters, in the language that is asked for, or else the document's: what it is, between whom, about what, with the amount or deadline if there is one.",
  },
  {
    name: "language",
    label: "Language",
    kind: "language",
    longest: 2,
    writer: "describing",
    lockable: true,
    evidence: null,
    needsProof: false,
    leastConfidence: 0,
    einvoice: null,
    source: ["language"],
    about: "ISO 639-1 code; null rather than a guess",
    ask: "the ISO 639-1 code of the document's main language.",
  },
] as const satisfies readonly MetadataFieldEntry[];

type Entry = (typeof METADATA_FIELDS)[number];

/** The columns of `documents` that describing writes and people edit. */
export type MetadataField = Entry["name"];

/** The fields that stand by their name in a description. */
export type DescribedField = Extract<Entry, { source: readonly [string] }>["name"];

/** The kind of a field, as a type. */
export type KindOf<Name extends MetadataField> = Extract<Entry, { name: Name }>["kind"];

/** The values that evidence may be given for: those of the list, and the subject, which becomes a part of the name. */
export const PROVEN = [
  ...new Set(METADATA_FIELDS.flatMap(({ evidence }) => (evidence === null ? [] : [evidence]))),
  "subject",
] as const;
