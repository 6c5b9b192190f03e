import type { Metadata } from "../_shared/metadata.ts";
import { type FieldKind, METADATA_FIELDS } from "../_shared/metadata-fields.ts";
import { isInert, plainName, plainText } from "../_shared/plain-text.ts";

/**
 * Metadata that a model wrote, or as much of it as is there, with plain texts (see plain-text.ts). Only the values are
 * made plain: whether they are acceptable is for `Metadata` to say. What is no object is returned as it is.
 */
export function plainInput(input: unknown): unknown {
  if (input === null || typeof input !== "object" || Array.isArray(input)) return input;
  const { evidence, ...values } = input as Record<string, unknown>;
  return {
    ...values,
    ...Object.fromEntries(
      METADATA_FIELDS.filter(({ name, source }) => source.length === 1 && values[name] !== undefined).map(
        ({ name, kind }) => [name, PLAIN[kind](values[name])],
      ),
    ),
    ...(evidence === undefined ? {} : { evidence: withoutActive(evidence) }),
  };
}

/** The same for finished metadata: what every engine's description goes through before it is stored. */
export function plainMetadata(metadata: Metadata): Metadata {
  const plain = plainInput(metadata) as Metadata;
  const display_name = plain.display_name || "Document";
  return {
    ...plain,
    display_name,
    correspondent: plain.correspondent || null,
    summary: plain.summary || display_name,
    tags: plain.tags.filter(Boolean),
  };
}

const plain = (value: unknown): unknown => (typeof value === "string" ? plainText(value) : value);

/** What a model's value of each kind becomes. Types, days and languages are checked against what they may be. */
const PLAIN: Record<FieldKind, (value: unknown) => unknown> = {
  name: (value) => (typeof value === "string" ? plainName(value) : value),
  party: plain,
  text: plain,
  tags: (value) => (Array.isArray(value) ? [...new Set(value.map(plain))] : value),
  type: (value) => value,
  amount: (value) => value,
  currency: (value) => value,
  date: (value) => value,
  language: (value) => value,
};

function withoutActive(evidence: unknown): unknown {
  if (evidence === null || typeof evidence !== "object") return evidence;
  return Object.fromEntries(
    Object.entries(evidence).filter(([, value]) => {
      const quote = (value as { quote?: unknown } | null)?.quote;
      return typeof quote !== "string" || isInert(quote);
    }),
  );
}
