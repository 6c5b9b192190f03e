import { PipelineError } from "../supabase/functions/_shared/errors.ts";

/** Pages from one number to another, both included, counted from 1. */
export type PageRange = { from: number; to: number };

/**
 * Reads `1,3-5`. Ranges stay ranges until the page count is known, so that `1-999999999` costs nothing.
 * @returns null where the parameter is absent or empty: all pages
 * @throws {PipelineError} invalid_request
 */
export function parsePages(parameter: string | null): PageRange[] | null {
  if (parameter === null || parameter.trim() === "") return null;
  return parameter.split(",").map((part) => {
    const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part.trim());
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (!match || from < 1 || to < from) {
      throw new PipelineError("invalid_request", "'pages' must be page numbers and ranges from 1 on, such as 1,3-5.");
    }
    return { from, to };
  });
}

/**
 * The page numbers that are asked for, ascending and each once.
 * @throws {PipelineError} invalid_request where a page lies behind the last one
 */
export function pageNumbers(ranges: PageRange[] | null, pageCount: number): number[] {
  const wanted = new Set<number>();
  for (const { from, to } of ranges ?? [{ from: 1, to: pageCount }]) {
    if (to > pageCount) {
      throw new PipelineError(
        "invalid_request",
        `The file has ${pageCount} page${pageCount === 1 ? "" : "s"}; page ${to} was asked for.`,
      );
    }
    for (let page = from; page <= to; page++) wanted.add(page);
  }
  return [...wanted].sort((a, b) => a - b);
}
