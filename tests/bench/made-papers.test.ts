// Made everyday papers with the traps of real ones: whatever is told of them is true; what is not sure may be left out.
import path from "node:path";
import { expect, it } from "vitest";
import { mixedScoreOf } from "../../bench/metadata/mixed-score.ts";
import { loadPapers } from "../../bench/metadata/papers.ts";
import { describePages } from "../functions/local-describe/description.ts";

it.each((await loadPapers("seen")).map((paper) => [paper.sample.file, paper] as const))(
  "%s: tells no wrong sender, date, amount, type or language",
  async (_, { sample, pages }) => {
    const { metadata } = await describePages(
      pages.map(({ text }) => text),
      path.basename(sample.truth.file),
      sample.mimeType,
    );
    const { claimed, correspondent, date, amount, language } = mixedScoreOf(metadata, sample.truth);
    expect([claimed, correspondent, date, amount, language].filter((one) => one === "wrong" || one === false)).toEqual(
      [],
    );
  },
);
