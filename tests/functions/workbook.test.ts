// The workbook of an export: written row by row, and read again by the reader of workbooks.
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import type { Row, Table } from "../../supabase/functions/api/export/table.ts";
import { xlsxOf } from "../../supabase/functions/api/export/xlsx.ts";

const TABLE: Table = {
  columns: ["name", "total", "paid"],
  cellsOf: ({ values }) => ["name", "total", "paid"].map((name) => (values[name] ?? null) as string | null), // as the rows below have them
};
const row = (values: Row["values"]): Row => ({
  document_id: "d",
  name: "n",
  extraction_id: "e",
  row_number: 0,
  status: "completed",
  values,
});

async function* pagesOf(...pages: Row["values"][][]): AsyncGenerator<Row[], void> {
  for (const page of pages) yield page.map(row);
}

async function sheetOf(pages: AsyncIterable<Row[]>, most?: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of xlsxOf(TABLE, pages, most)) chunks.push(chunk);
  const parts = unzipSync(new Uint8Array(Buffer.concat(chunks)));
  expect(Object.keys(parts).sort()).toEqual([
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
  ]);
  return new TextDecoder().decode(parts["xl/worksheets/sheet1.xml"]);
}
const rowsOf = (sheet: string): string[] => sheet.match(/<row>.*?<\/row>/gs) ?? [];

describe("a workbook", () => {
  it("has numbers as numbers, and texts as texts, whatever they look like", async () => {
    const [, ...rows] = rowsOf(
      await sheetOf(
        pagesOf([
          { name: "=1+1", total: -1.5, paid: true },
          { name: `<b> & "x" \u0001 _x0041_ \ud800`, total: null, paid: false },
          { name: "x".repeat(40_000), total: 1e21, paid: null },
        ]),
      ),
    );
    const text = (words: string) => `<c t="inlineStr"><is><t xml:space="preserve">${words}</t></is></c>`;
    expect(rows[0]).toBe(`<row>${text("=1+1")}<c><v>-1.5</v></c><c t="b"><v>1</v></c></row>`);
    expect(rows[1]).toBe(`<row>${text(`&lt;b&gt; &amp; "x"   _x005F_x0041_ \ufffd`)}<c/><c t="b"><v>0</v></c></row>`);
    expect(rows[2]).toBe(`<row>${text("x".repeat(32_767))}<c><v>1e+21</v></c><c/></row>`);
  });

  it("has the rows of all pages", async () => {
    const page = (from: number) =>
      Array.from({ length: 1000 }, (_, nth) => ({ name: `Row ${from + nth}`, total: nth }));
    const pages = Array.from({ length: 25 }, (_, nth) => page(nth * 1000));
    const rows = rowsOf(await sheetOf(pagesOf(...pages)));
    expect(rows).toHaveLength(25_001);
    expect(rows.at(-1)).toContain(">Row 24999<");
  });

  it("begins before the last page is there", async () => {
    let asked = 0;
    async function* pages(): AsyncGenerator<Row[], void> {
      for (; asked < 50; asked += 1)
        yield Array.from({ length: 1000 }, () => row({ name: crypto.randomUUID(), total: Math.random() }));
    }
    const book = xlsxOf(TABLE, pages());
    expect((await book.next()).value).toBeInstanceOf(Uint8Array);
    expect(asked).toBeLessThan(10);
    await book.return();
  });

  it.each([
    [5, [[1, 2, 3], [4, 5], []], 5, false],
    [5, [[1, 2, 3], [4, 5, 6], [7]], 5, true],
  ])("says in its last row that it was cut: at most %i rows of %j", async (most, pages, left, cut) => {
    const rows = rowsOf(await sheetOf(pagesOf(...pages.map((page) => page.map((total) => ({ total })))), most));
    expect(rows).toHaveLength(1 + left + (cut ? 1 : 0));
    expect(/Only the first 5 rows are here\. .*csv or json/.test(rows.at(-1)!)).toBe(cut);
  });
});
