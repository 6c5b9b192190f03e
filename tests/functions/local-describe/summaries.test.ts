// Summaries are written in the document's own language, and say of a file that holds many things what these are.
import { describe, expect, it } from "vitest";
import { DOCUMENT_TYPES } from "../../../supabase/functions/_shared/metadata.ts";
import { SUMMARIES } from "../../../supabase/functions/metadata/local/tables/summaries.ts";
import { describePages } from "./description.ts";

const LANGUAGES = "en de fr es it pt nl ms pl cs sk sv da no fi hu ro tr el ru uk ja zh ko ar he".split(" ");

describe("the words of summaries", () => {
  it("are there for every language whose papers are read", () => {
    expect(Object.keys(SUMMARIES).sort()).toEqual([...LANGUAGES].sort());
  });

  it.each(LANGUAGES)("name every type in %s, each by a word of its own", (language) => {
    const { types, document, locale } = SUMMARIES[language]!;
    const named = DOCUMENT_TYPES.filter((type) => type !== "other");
    expect(Object.keys(types).sort()).toEqual([...named].sort());
    expect(Object.values(types).every((name) => name.trim() === name && name !== "")).toBe(true);
    expect(document).not.toBe("");
    expect(Intl.DateTimeFormat.supportedLocalesOf(locale)).toHaveLength(1);
  });
});

describe("a summary", () => {
  it.each([
    [
      "fi",
      "Kahvila Havu Oy\nTunturitie 4, 99130 Sirkka\nLASKU\nLaskun päivämäärä: 3.2.2025\nEräpäivä: 17.2.2025\nYhteensä 120,00 EUR\nMaksettava yhteensä 120,00 EUR",
      /^Lasku, lähettäjä: Kahvila Havu Oy, päiväys: 3\. helmikuuta 2025, summa: /u,
    ],
    [
      "nl",
      "Bakkerij Het Veer B.V.\nHavenkade 2, 1135 KG Edam\nFactuur 2025-11\nFactuurdatum: 3 februari 2025\nTotaal inclusief btw € 42,00",
      /^Factuur van Bakkerij Het Veer B\.V\. van 3 februari 2025 over /u,
    ],
    [
      "ja",
      "株式会社あおば文具\n請求書\n請求日 2025年2月3日\nひかり商店 御中\nご請求金額 ¥5,500",
      /^請求書、発行者：株式会社あおば文具、日付：2025年2月3日、金額：.*。$/u,
    ],
  ])("is in the document's language: %s", async (language, page, expected) => {
    const { metadata } = await describePages([page]);
    expect(metadata.language).toBe(language);
    expect(metadata.summary).toMatch(expected);
  });

  it("names the files of an archive, and not what stands in them", async () => {
    const { metadata } = await describePages(
      ["Archive of 2 files\nboat/insurance policy.pdf  88120 bytes\nboat/engine.jpg  612 bytes"],
      "boat.zip",
      "application/zip",
    );
    expect(metadata.document_type).toBe("other");
    expect(metadata.summary).toBe("Archive (files: insurance policy.pdf, engine.jpg).");
  });

  it("names the columns of a table", async () => {
    const { metadata } = await describePages(
      ["Sheet1\nDate\tWho\tPaid\n2025-01-04\tBrookes Ltd\t84.50\n2025-01-11\tMilton Council\t120.00"],
      "club.csv",
      "text/csv",
    );
    expect(metadata.summary).toBe("Table (columns: Date, Who, Paid).");
    expect(metadata.correspondent).toBeNull();
  });

  it("names the entries of a calendar, which is called as it calls itself", async () => {
    const { metadata } = await describePages(
      ["Calendar: Rowing 2025\n\nEvent: Training\nWhen: 2025-03-01\n\nEvent: Invoice due\nWhen: 2025-06-08"],
      "invite.ics",
      "text/calendar",
    );
    expect(metadata.summary).toBe("Calendar (entries: Training, Invoice due): Rowing 2025.");
    expect(metadata.display_name).toBe("Document - Rowing 2025.ics");
    expect(metadata.document_date).toBeNull();
  });
});
