// Where style sheets put what names of elements put elsewhere: the words stay apart, and stand side by side as they are seen.
import { expect, it } from "vitest";
import { pagesOf } from "./reading.ts";

const ROW = "<style>.row{display:flex;justify-content:space-between}</style>";

it.each<[string, string, string]>([
  ["spans of a row", `${ROW}<div class=row><span>Total</span><span>12.00</span></div>`, "Total  12.00"],
  [
    "blocks of rows",
    `${ROW}<div class=row><div>Total</div><div>12.00</div></div><div class=row><p>Tax</p><p>2.00</p></div>`,
    "Total  12.00\nTax  2.00",
  ],
  [
    "a row whose parts have lines of their own",
    `${ROW}<div class=row><div><p>Sender Ltd</p><p>Leeds</p></div><div><p>Invoice</p><p>4711</p></div></div>`,
    "Sender Ltd\n\nLeeds\n\nInvoice\n\n4711",
  ],
  [
    "a row that goes on below",
    '<div style="display:flex;flex-wrap:wrap"><span>Name</span><span>Hazel</span></div>',
    "Name\nHazel",
  ],
  ["a column", '<div style="display:flex;flex-flow:column nowrap"><span>Up</span><span>Down</span></div>', "Up\nDown"],
  ["a grid", '<div style="display:grid"><span>Name</span><b>Hazel</b></div>', "Name\nHazel"],
  [
    "lines that are spans",
    "<style>.l{display:block}</style><p><span class=l>First</span><span class=l>Second</span></p>",
    "First\nSecond",
  ],
  [
    "a table of blocks",
    "<style>.t{display:table}.r{display:table-row}.c{display:table-cell}</style><div class=t><div class=r><div class=c>Item</div><div class=c>Price</div></div><div class=r><div class=c>Milk</div><div class=c>1.20</div></div></div>",
    "Item  Price\nMilk  1.20",
  ],
  ["what floats", '<p>Total<span style="float:right">12.00</span></p>', "Total  12.00"],
  [
    "what has a place of its own",
    '<div><span style="position:absolute;left:0">Total due</span><span style="position:absolute">99.00</span></div>',
    "Total due  99.00",
  ],
  ["blocks within a line", 'The sum is <div style="display:inline">12.00</div> EUR', "The sum is 12.00 EUR"],
  [
    "a list in a line",
    "<style>li{display:inline}</style><ul><li>Home</li><li>Shop</li></ul><p>Welcome</p>",
    "Home  Shop\n\nWelcome",
  ],
  ["letters of a word", '<b style="color:red">O</b>nce <i style="display:inline">up</i>on', "Once upon"],
])("reads %s", async (_what, html, expected) => {
  expect(await pagesOf("html", `<!doctype html><body>${html}</body>`)).toEqual([expected]);
});
