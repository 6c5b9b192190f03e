import { describe, expect, it } from "vitest";
import { pipelineError } from "../../supabase/functions/_shared/pipeline.ts";
import { storable } from "../../supabase/functions/_shared/storable.ts";

it("makes every text storable, in keys and lists too, and leaves places where they are", () => {
  const value = {
    "a\0": ["x\0y", "half \uD83D", "\uDE00 half", "whole 😀", 5, null, true],
    page: { words: [{ text: "\0" }] },
  };
  expect(storable(value)).toEqual({
    "a\uFFFD": ["x\uFFFDy", "half \uFFFD", "\uFFFD half", "whole 😀", 5, null, true],
    page: { words: [{ text: "\uFFFD" }] },
  });
});

describe("an error of the database", () => {
  const of = (code: string, status = 400, hint = "") =>
    pipelineError({ code, message: "m", details: "", hint, name: "PostgrestError" } as never, status);

  it.each([
    ...[
      "08006",
      "53300",
      "53100",
      "57P01",
      "57P03",
      "57014",
      "55P03",
      "40001",
      "40P01",
      "58030",
      "25006",
      "PGRST000",
      "PGRST003",
    ],
  ])("%s is an outage", (code) => {
    expect(of(code)).toMatchObject({ code: "database_unavailable", retryable: true });
  });

  it("is an outage where nothing answered, or a proxy did", () => {
    for (const status of [0, 429, 502, 503, 504]) expect(of("", status).code).toBe("database_unavailable");
  });

  it.each(["22P05", "22021", "22P02", "23514", "23505", "21000"])(
    "%s is a failure of this job, which would come again",
    (code) => {
      expect(of(code)).toMatchObject({ code: "database_rejected", retryable: false });
    },
  );

  it.each(["42883", "42501", "PGRST202", "P0001", "XX000"])(
    "%s is a fault of the project, and costs an attempt",
    (code) => {
      expect(of(code, 404)).toMatchObject({ code: "internal_error", retryable: true });
    },
  );

  it("is what the database calls it, where it does", () => {
    expect(of("P0001", 400, "lease_lost").code).toBe("lease_lost");
    expect(of("P0001", 400, "toString").code).toBe("internal_error");
  });
});
