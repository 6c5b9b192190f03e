import { expect, test } from "vitest";
import { findParties } from "../../../supabase/functions/metadata/local/sender/parties.ts";
import { linesOf } from "../../../supabase/functions/metadata/local/text/text.ts";
import { AGREEMENT_EN, CONTRAT_FR, MIETVERTRAG_DE } from "./agreements.ts";
import { describePages } from "./description.ts";

function partiesOf(...lines: string[]): string[] {
  return findParties(linesOf([{ page_number: 1, text: lines.join("\n") }])).map(({ value }) => value);
}

test("names a contract after its first party, and sums it up by both parties and its title", async () => {
  const { metadata } = await describePages([AGREEMENT_EN]);
  expect(metadata).toMatchObject({
    display_name: "Brightpane Services - Window Cleaning - 2025-06-03.pdf",
    document_type: "contract",
    correspondent: "Brightpane Services",
    document_date: "2025-06-03",
    summary:
      "Contract between Brightpane Services and Larkfield Housing Cooperative dated 3 June 2025: Window Cleaning Agreement.",
  });
  expect(metadata.evidence.subject?.quote).toBe("Window Cleaning Agreement");
});

test("tags a contract with what is agreed, not with the words of every contract", async () => {
  const { metadata } = await describePages([AGREEMENT_EN]);
  expect(metadata.tags.slice(0, 2)).toEqual(["contract", "brightpane-services"]);
  expect(metadata.tags.join(" ")).toMatch(/window/);
  for (const filler of ["agreement", "shall", "contractor", "cooperative", "insurance", "term", "parties"])
    expect(metadata.tags).not.toContain(filler);
});

test("finds the parties of a German contract, one below the other", async () => {
  const { metadata } = await describePages([MIETVERTRAG_DE]);
  expect(metadata).toMatchObject({
    document_type: "contract",
    correspondent: "Hafenspeicher Verwaltung GmbH",
    document_date: "2025-05-12",
    language: "de",
  });
  expect(metadata.display_name).toBe("Hafenspeicher Verwaltung - Mietvertrag - 2025-05-12.pdf");
  expect(metadata.summary).toBe(
    "Vertrag zwischen Hafenspeicher Verwaltung GmbH und Rosa Beispiel vom 12. Mai 2025: Mietvertrag über einen Lagerraum.",
  );
});

test("finds the parties of a French contract behind their articles", async () => {
  const { metadata } = await describePages([CONTRAT_FR]);
  expect(metadata).toMatchObject({ document_type: "contract", correspondent: "Lumière du Port SARL", language: "fr" });
  expect(metadata.summary).toContain("entre Lumière du Port SARL et Lise Exemple");
});

test.each([
  [["made between Miller and Sons Ltd and Oak Farm LLP dated 1 May 2025"], ["Miller and Sons Ltd", "Oak Farm LLP"]],
  [
    [
      "ENTRE",
      "Aceites Modelo S.L., con domicilio en Calle Alta 1,",
      "Y",
      "Doña Ana Muestra, con domicilio en Calle Baja 2",
    ],
    ["Aceites Modelo S.L.", "Ana Muestra"],
  ],
  [
    ["by and between the Bank of Oldmoor (“Lender”) and Dr. Jane Sample (“Borrower”)"],
    ["Bank of Oldmoor", "Dr. Jane Sample"],
  ],
])("reads the parties in %j", (lines, names) => {
  expect(partiesOf(...lines)).toEqual(names);
});

test.each([
  "The work is done between 1 March and 31 August.",
  "between the parties and their heirs",
  "the paths between them and the road",
  "zwischen den Parteien und Dritten",
])("sees no parties in %j", (line) => {
  expect(partiesOf(line)).toEqual([]);
});
