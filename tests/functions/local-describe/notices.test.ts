// Everyday bills and notices: what their headings say they are, and what is told of those that have none.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it, test } from "vitest";
import { linesOf } from "../../../supabase/functions/metadata/local/text/text.ts";
import { findDocumentType } from "../../../supabase/functions/metadata/local/type/document-type.ts";
import { describePages } from "./description.ts";

/** A paper in each language that says nothing of its type but in its heading. */
const PAPERS: Record<string, (heading: string) => string> = {
  en: (heading) =>
    `Brindlow & Co\n14 Harbour Road, Seaton EX12 0AA\n\nMr Ian Farrow\n3 Mill Lane\nSeaton EX12 0BB\n\n${heading}\nDate: 12 March 2026\nReference: 4471-220\nDetails for your records are shown on the following pages.`,
  de: (heading) =>
    `Brindau & Söhne\nHafenstraße 14, 24103 Kiel\n\nHerrn\nJan Farrow\nMühlweg 3\n24105 Kiel\n\n${heading}\nDatum: 12.03.2026\nReferenz: 4471-220\nDie Einzelheiten finden Sie auf den folgenden Seiten.`,
  fr: (heading) =>
    `Brindel et Fils\n14 rue du Port, 35400 Saint-Malo\n\nM. Jean Farou\n3 chemin du Moulin\n35400 Saint-Malo\n\n${heading}\nDate : 12/03/2026\nRéférence : 4471-220\nLes détails figurent sur les pages suivantes.`,
  es: (heading) =>
    `Brindal e Hijos\nCalle del Puerto 14, 39001 Santander\n\nD. Juan Faro\nCamino del Molino 3\n39002 Santander\n\n${heading}\nFecha: 12/03/2026\nReferencia: 4471-220\nLos detalles figuran en las páginas siguientes.`,
  it: (heading) =>
    `Brindelli e Figli\nVia del Porto 14, 16121 Genova\n\nSig. Gianni Faro\nVia del Mulino 3\n16122 Genova\n\n${heading}\nData: 12/03/2026\nRiferimento: 4471-220\nI dettagli sono riportati nelle pagine seguenti.`,
  nl: (heading) =>
    `Brindel & Zonen\nHavenstraat 14, 4381 AA Vlissingen\n\nDe heer J. Farouw\nMolenweg 3\n4382 AB Vlissingen\n\n${heading}\nDatum: 12-03-2026\nKenmerk: 4471-220\nDe details vindt u op de volgende bladzijden.`,
  pt: (heading) =>
    `Brindel e Filhos\nRua do Porto 14, 4900-001 Viana\n\nJoão Faria\nCaminho do Moinho 3\n4900-002 Viana\n\n${heading}\nData: 12/03/2026\nReferência: 4471-220\nOs detalhes encontram-se nas páginas seguintes.`,
  sv: (heading) =>
    `Brindell & Söner\nHamngatan 14, 371 00 Karlskrona\n\nJan Farström\nKvarnvägen 3\n371 01 Karlskrona\n\n${heading}\nDatum: 2026-03-12\nReferens: 4471-220\nUppgifterna finns på följande sidor.`,
  da: (heading) =>
    `Brindel & Sønner\nHavnegade 14, 5700 Svendborg\n\nJan Farsø\nMøllevej 3\n5700 Svendborg\n\n${heading}\nDato: 12.03.2026\nReference: 4471-220\nOplysningerne står på de følgende sider.`,
  cs: (heading) =>
    `Brindel a synové\nPřístavní 14, 405 02 Děčín\n\nPan Jan Faruš\nMlýnská 3\n405 01 Děčín\n\n${heading}\nDatum: 12. 3. 2026\nČíslo: 4471-220\nPodrobnosti jsou uvedeny na dalších stranách.`,
};

const HEADINGS = (await readFile(path.join(import.meta.dirname, "headings.txt"), "utf8"))
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => {
    const [, language = "", type = "", headings = ""] = /^(\w\w) ([\w-]{2,20}): (.*)$/u.exec(line) ?? [];
    return { language, type, headings: headings.split("; ") };
  });

describe("a paper is what its heading says, in small letters and in capitals", () => {
  it.each(HEADINGS)("$language: $type", ({ language, type, headings }) => {
    const wrong: string[] = [];
    for (const item of headings) {
      const [heading = "", types = type] = item.split("|");
      for (const written of [heading, heading.toUpperCase()]) {
        const found = findDocumentType(linesOf([{ page_number: 1, text: PAPERS[language]!(written) }])).type;
        if (!types.split(",").includes(found)) wrong.push(`${written}: ${found}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

it.each([
  "Uncle Bill",
  "Merseyside Police",
  "Tryg Forsikring",
  "Metropolis Trading",
  "Your last bill",
  "Förbrukningsberäkning",
])("%s names no type", async (heading) => {
  expect((await describePages([PAPERS.en!(heading)])).metadata.document_type).toBe("other");
});

describe("a paper without a name that says how much to pay and until when is a bill", () => {
  it.each([
    [
      "Stadtwerke Auenland GmbH\nUferstr. 2, 12345 Auenland\n\nFamilie\nHeidi Roth\nBergweg 2\n12345 Auenland\n\nDatum 03.03.2026\nGrundpreis 22,00\nArbeitspreis 98,00\nGesamtbetrag 120,00 EUR\nZahlbar bis 20.03.2026",
      { value: 120, currency: "EUR" },
    ],
    [
      "Kabel Zuid N.V.\nPostbus 2, 5000 AA Tilburg\n\nDatum 3 maart 2026\nKlantnummer 2281\nAbonnement 22,00\nBellen 8,00\nTe betalen € 30,00\nUiterste betaaldatum 20 maart 2026",
      { value: 30, currency: "EUR" },
    ],
    [
      "Bredband Väst AB\nBox 2, 411 01 Göteborg\n\nDatum 2026-03-03\nAbonnemang mars 399,00\nAtt betala 399,00 kr\nBetalas senast 2026-03-31",
      { value: 399, currency: "SEK" },
    ],
  ])("%#", async (text, amount) => {
    expect((await describePages([text])).metadata).toMatchObject({ document_type: "invoice", amount });
  });

  it.each([
    ["without a day", "Kabel Zuid N.V.\n\nDatum 3 maart 2026\nTe betalen € 30,00\nBedankt"],
    ["without a sum", "Kabel Zuid N.V.\n\nDatum 3 maart 2026\nKlantnummer 2281\nUiterste betaaldatum 20 maart 2026"],
  ])("but not %s", async (_, text) => {
    expect((await describePages([text])).metadata.document_type).toBe("other");
  });
});

test("a record of an offense is no record of a meeting", async () => {
  const { metadata } = await describePages([
    "COMUNE DI PRATOLUNGO\nPolizia Locale\nVERBALE DI CONTESTAZIONE\nVerbale n. 774/2026\nData del verbale: 14/04/2026\nIl giorno 30/03/2026 in Via Roma è stata accertata la violazione dell'art. 157.",
  ]);
  expect(metadata.document_type).toBe("other");
});

test("a shop that thanks for an order confirms it", async () => {
  const { metadata } = await describePages([
    "Fern & Thistle\nThank you for your order, Ruth!\nOrder #2201\nPlaced on March 8, 2026\nCandle 12.00\nOrder total $12.00\nShip to: Ruth Hall, 77 Alder St",
  ]);
  expect(metadata).toMatchObject({ document_type: "order", document_date: "2026-03-08", amount: { value: 12 } });
});

test("what is left of a year's costs is what is to be paid, not the costs", async () => {
  const { metadata } = await describePages([
    "Nordgas GmbH\nJahresabrechnung Erdgas\nDatum 03.02.2026\nNettobetrag 1.326,82 €\n19 % Umsatzsteuer 252,10 €\nBruttobetrag 1.578,92 €\nGeleistete Abschläge 1.432,12 €\nNoch zu zahlen 146,80 €",
  ]);
  expect(metadata.amount).toEqual({ value: 146.8, currency: "EUR" });
});

test("a statement is of the day of its last balance", async () => {
  const { metadata } = await describePages([
    "Sparkasse Auenland\nKontoauszug 3/2026\nIBAN DE00 8205 0000 0001 0021 18\nKontostand am 27.02.2026, Auszug Nr. 2   1.420,55+\n02.03.  Lastschrift   86,00-\nKontostand am 31.03.2026 um 20:04 Uhr   1.334,55+",
  ]);
  expect(metadata).toMatchObject({ document_type: "bank-statement", document_date: "2026-03-31" });
});

it.each([
  [
    "De heer B. van Dongen",
    "Zorgkring B.V.\nPostbus 400, 5000 AK Tilburg\n@\nKruisstraat 88\n5014 HW Tilburg\n\nDatum: 22 juni 2026",
  ],
  ["Am Anger 3, 15230 Frankfurt (Oder)", "Tierheim Oderland e.V.\n@\nDank\nDatum: 20.12.2025"],
])("nothing is named after %s, whom it is for or where its sender is", async (line, text) => {
  const { metadata } = await describePages([text.replace("@", line)]);
  expect(metadata.display_name).not.toMatch(/Dongen|Anger/);
});
