// The dates and amounts that words may mean, in eight languages and the usual ways of writing numbers.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";

let server: MigratedServer;
let database: Database;
beforeAll(async () => {
  server = await migratedServer();
  database = await server.database();
});
afterAll(() => server.stop());

const datesIn = async (words: string): Promise<string[]> =>
  (await database.sql("select day::text from private.dates_in(private.plain($1)) as day order by day", [words])).map(
    ({ day }) => day,
  );
const amountsIn = async (words: string): Promise<number[]> =>
  (
    await database.sql("select amount::float from private.amounts_in(private.plain($1)) as amount order by amount", [
      words,
    ])
  ).map(({ amount }) => amount);

describe("a date", () => {
  it.each([
    "2026-03-15",
    "2026.03.15",
    "20260315",
    "15.03.2026",
    "15. 3. 2026",
    "15/03/26",
    "3/15/2026",
    "Datum:15.03.2026Seite 1",
    "15-03-2026 14:22",
    "2026年3月15日",
    "15 March 2026",
    "March 15, 2026",
    "Mar. 15th, 2026",
    "the 15th day of March, 2026",
    "15-Mar-26",
    "15MAR2026",
    "Sunday, 15 March, 2026",
    "2026 Mar 15",
    "15. März 2026",
    "15. Maerz 2026",
    "le 15 mars 2026",
    "15 de marzo de 2026",
    "15 marzo 2026",
    "15 de março de 2026",
    "15 maart 2026",
    "15 Mac 2026",
  ])("is found: %s", async (words) => {
    expect(await datesIn(words)).toEqual(["2026-03-15"]);
  });

  it.each([
    ["1er août 2026", "2026-08-01"],
    ["31. Dezember 1999", "1999-12-31"],
    ["2 Disember 2026", "2026-12-02"],
    ["12 ottobre 2026", "2026-10-12"],
    ["9 octobre 2026", "2026-10-09"],
    ["5 de setembro de 2026", "2026-09-05"],
    ["29.02.2024", "2024-02-29"],
    ["4 ene 2026", "2026-01-04"],
    ["7 mei 2026", "2026-05-07"],
  ])("is found: %s", async (words, day) => {
    expect(await datesIn(words)).toEqual([day]);
  });

  it.each([
    "Date : 25/12/20188:13:39 PM",
    "DATE25/12/2018",
    "2S/12/2018",
    "25/I2/2O18",
    "25/12/201B",
    "25-12-I8",
    "25/12/Z0I8",
    "25,12,2018",
    "25- 12 -2018",
    "25.12-2018",
    "25/122018",
    "2512/2018",
    "Tarikh 25122018",
    "2O18-12-25",
    "25 Dec 2O18",
    "2S Dec 2018",
    "25 DEC 20188:13",
  ])("is found through the slips of a picture: %s", async (words) => {
    expect(await datesIn(words)).toEqual(["2018-12-25"]);
  });

  it("that can be read two ways is both", async () => {
    expect(await datesIn("03/04/2026")).toEqual(["2026-03-04", "2026-04-03"]);
    expect(await datesIn("05.06.99")).toEqual(["1999-05-06", "1999-06-05", "2099-05-06", "2099-06-05"]);
  });

  it.each([
    "30.02.2026",
    "29.02.2025",
    "99.99.9999",
    "March 2026",
    "2026",
    "12.50",
    "0.0.0",
    "00000000",
    "15 Marvel 2026",
    "1-1-1-1-1",
    "so/bo/2o18",
    "Lot 2512/20189",
    "Tel 25/122018-55",
    "",
    "IBAN DE89 3704 0044 0532 0130 00",
  ])("is not made of: %j", async (words) => {
    expect(await datesIn(words)).toEqual([]);
  });
});

describe("an amount", () => {
  it.each([
    ["Total due £965.76", [965.76]],
    ["1.234,50 EUR", [1234.5]],
    ["USD 1,234.50", [1234.5]],
    ["1'234.50 CHF", [1234.5]],
    ["1’234.50 CHF", [1234.5]],
    ["RM9.00", [9]],
    ["1 234 567,89 €", [567.89, 1234567.89]],
    ["1,23,456.00", [123456]],
    ["(1.234.567)", [1234567]],
    ["-12.50", [12.5]],
    ["12.", [12]],
    ["0.1234", [0.1234]],
    ["EUR 1.234", [1.234, 1234]],
    ["2 234,50", [234.5, 2234.5]],
    ["3 x 4,00", [3, 4]],
    ["Total 45 .3O", [45, 45.3]],
    ["TOTAL 1O.5O", [1, 10.5]],
    ["RM l2.5S", [2.5, 12.55]],
    ["5 oz", [5]],
  ])("is found: %s", async (words, amounts) => {
    expect(await amountsIn(words)).toEqual(amounts);
  });

  it.each(["no number", "12.03.2026", "9".repeat(40), "", "..,,''"])("is not made of: %j", async (words) => {
    expect(await amountsIn(words)).toEqual([]);
  });
});
