// The bar of the commands that take many files: on a terminal only, one line, and it is gone at the end.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createProgress } from "../../client/src/cli/lines.ts";

const BAR = /^\[(█*)( *)\] (\d+)\/(\d+) (.*)$/;
let written: string[];
const terminal = (isTTY: boolean, columns = 80): void => {
  Object.defineProperty(process.stderr, "isTTY", { value: isTTY, configurable: true });
  Object.defineProperty(process.stderr, "columns", { value: columns, configurable: true });
};
const before = { isTTY: process.stderr.isTTY, columns: process.stderr.columns };
beforeEach(() => {
  written = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  terminal(before.isTTY, before.columns);
});

it("is one line on a terminal that fills, and leaves nothing", () => {
  terminal(true);
  const progress = createProgress(4);
  const bars = ["a.pdf", "b.pdf", "c.pdf", "d.pdf"].map((name) => {
    progress.step(name, () => {});
    return BAR.exec(written.at(-1)!)!;
  });
  expect(bars.map(([, full]) => full!.length)).toEqual([6, 12, 18, 24]);
  expect(bars.map(([, , , done, all, name]) => [done, all, name])).toEqual([
    ["1", "4", "a.pdf"],
    ["2", "4", "b.pdf"],
    ["3", "4", "c.pdf"],
    ["4", "4", "d.pdf"],
  ]);
  progress.end();
  expect(written.at(-1)).toBe("\r\u001b[K");
});

it("fits a narrow terminal, and shows no control characters of a name", () => {
  terminal(true, 60);
  const progress = createProgress(2);
  progress.step(`\u001b[31m${"long ".repeat(40)}`, () => {});
  expect(written.at(-1)!.length).toBeLessThanOrEqual(60);
  expect(written.at(-1)).not.toContain("\u001b");
});

it("stands below what is told at a step", () => {
  terminal(true);
  createProgress(2).step("a.pdf", () => written.push("a.pdf: failed\n"));
  expect(written.map((text) => text.trim().slice(0, 5))).toEqual(["\u001b[K", "a.pdf", "[████"]);
});

it.each([
  ["in a pipe", false, 2],
  ["for one file", true, 1],
])("is not there %s", (_, isTTY, total) => {
  terminal(isTTY);
  const progress = createProgress(total);
  progress.step("a.pdf", () => {});
  progress.end();
  expect(written).toEqual([]);
});
