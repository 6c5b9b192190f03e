import { expect, test } from "vitest";
import { describePages } from "./description.ts";
import { BANK_STATEMENT, LETTRE_FR, REPORT_PAGES } from "./papers.ts";

test("names a French letter after its sender and subject, and quotes one of its sentences", async () => {
  const { metadata } = await describePages([LETTRE_FR], "courrier.pdf");
  expect(metadata).toMatchObject({
    document_type: "letter",
    correspondent: "Mutuelle du Rivage",
    document_date: "2026-01-09",
    language: "fr",
  });
  expect(metadata.display_name).toMatch(/^Letter - Mutuelle du Rivage - Résiliation.* - 2026-01-09\.pdf$/);
  expect(metadata.summary).toBe(
    "Votre contrat d'assurance habitation sera résilié à la fin du mois de février, comme vous nous l'avez demandé.",
  );
  expect(metadata.tags).toEqual(expect.arrayContaining(["letter", "mutuelle-du-rivage", "insurance", "termination"]));
  expect(metadata.evidence.subject?.quote).toBe("Objet : Résiliation de votre contrat d'assurance habitation");
});

test("names a report after its title, with a sentence of its own as summary", async () => {
  const { metadata } = await describePages(REPORT_PAGES, "final_v7.docx", "application/octet-stream");
  expect(metadata).toMatchObject({ document_type: "report", document_date: "2026-01-12", language: "en" });
  expect(metadata.display_name).toContain("Report - ");
  expect(metadata.display_name).toContain("Drinking Water");
  expect(metadata.display_name).toMatch(/2026-01-12\.docx$/);
  expect(REPORT_PAGES.join(" ").replace(/\s+/g, " ")).toContain(metadata.summary);
  expect(metadata.tags).toEqual(expect.arrayContaining(["report", "reservoirs"]));
});

test("names a bank statement after the bank and the statement's date, not a transaction's", async () => {
  const { metadata } = await describePages([BANK_STATEMENT]);
  expect(metadata).toMatchObject({
    display_name: "Bank Statement - Harbour Savings Bank plc - 2026-01-31.pdf",
    document_type: "bank-statement",
    document_date: "2026-01-31",
  });
  expect(metadata.evidence).not.toHaveProperty("amount");
});

test("tells what it does without a word of the document", async () => {
  const { steps } = await describePages([LETTRE_FR]);
  expect(steps.length).toBeGreaterThan(1);
  expect(steps.every((step) => step.type === "text")).toBe(true);
  expect(JSON.stringify(steps)).not.toMatch(/Rivage|Exemple|assurance/);
});
