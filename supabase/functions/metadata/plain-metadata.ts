import type { Metadata } from "../_shared/metadata.ts";
import { isInert, plainName, plainText } from "../_shared/plain-text.ts";

/**
 * Metadata that a model wrote, or as much of it as is there, with plain texts (see plain-text.ts). Only the values are
 * made plain: whether they are acceptable is for `Metadata` to say. What is no object is returned as it is.
 */
export function plainInput(input: unknown): unknown {
  if (input === null || typeof input !== "object" || Array.isArray(input)) return input;
  const { display_name, summary, correspondent, tags, evidence, ...rest } = input as Record<string, unknown>;
  return {
    ...rest,
    ...(display_name === undefined
      ? {}
      : { display_name: typeof display_name === "string" ? plainName(display_name) : display_name }),
    ...(summary === undefined ? {} : { summary: plain(summary) }),
    ...(correspondent === undefined ? {} : { correspondent: plain(correspondent) }),
    ...(tags === undefined ? {} : { tags: Array.isArray(tags) ? [...new Set(tags.map(plain))] : tags }),
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

function withoutActive(evidence: unknown): unknown {
  if (evidence === null || typeof evidence !== "object") return evidence;
  return Object.fromEntries(
    Object.entries(evidence).filter(([, value]) => {
      const quote = (value as { quote?: unknown } | null)?.quote;
      return typeof quote !== "string" || isInert(quote);
    }),
  );
}
