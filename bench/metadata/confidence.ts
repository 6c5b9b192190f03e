import type { Metadata } from "../../supabase/functions/_shared/metadata.ts";
import { round } from "../figures.ts";
import type { Described } from "./run.ts";
import type { DescribedMixed } from "./mixed.ts";
import type { MixedScore } from "./mixed-score.ts";

/** A value that was given, how sure its engine was of it, and whether it is right. */
export type Judged = { field: keyof Metadata["evidence"]; confidence: number | null; right: boolean };

/** The values of described receipts and invoices whose truth is known. */
export function judgedOf({ metadata, score }: Described): Judged[] {
  return judged(metadata, {
    correspondent: score.company,
    document_date: score.date,
    amount: score.total,
    document_type: score.type,
  });
}

/** The values of a described document of any kind. Of the types, `other` claims nothing. */
export function judgedOfMixed({ metadata, score }: DescribedMixed): Judged[] {
  const right = (field: keyof MixedScore): boolean => score[field] === "right";
  return judged(metadata, {
    correspondent: right("correspondent"),
    document_date: right("date"),
    amount: right("amount"),
    document_type: right("type"),
  });
}

const VALUES = ["correspondent", "document_date", "amount", "document_type"] as const;

function judged(metadata: Metadata, right: Record<(typeof VALUES)[number], boolean | null>): Judged[] {
  return VALUES.flatMap((field) => {
    const value = metadata[field];
    const verdict = right[field];
    return value === null || value === undefined || value === "other" || verdict === null
      ? []
      : [{ field, confidence: metadata.evidence[field]?.confidence ?? null, right: verdict }];
  });
}

/**
 * How often values of each confidence are right, as "percent (right/of)", and `gap`: the mean distance of the two, weighted by how many
 * values have that confidence. Calibrated means a small gap.
 */
export function confidenceFiguresOf(values: Judged[]): Record<string, Record<string, number | string>> {
  return Object.fromEntries(
    VALUES.map((field) => {
      const given = values.filter((value) => value.field === field);
      const known = given.filter(({ confidence }) => confidence !== null);
      const levels = [...new Set(known.map(({ confidence }) => confidence!))].sort((a, b) => b - a);
      const shares = levels.map((level) => {
        const these = known.filter(({ confidence }) => confidence === level);
        return { level, of: these.length, right: these.filter(({ right }) => right).length };
      });
      const off = shares.reduce((sum, { level, of, right }) => sum + Math.abs(right / of - level) * of, 0);
      return [
        field,
        {
          ...Object.fromEntries(
            shares.map(({ level, of, right }) => [String(level), `${round((100 * right) / of)}% (${right}/${of})`]),
          ),
          ...(known.length < given.length ? { without: given.length - known.length } : {}),
          gap: round((100 * off) / Math.max(1, known.length)),
        },
      ];
    }),
  );
}
