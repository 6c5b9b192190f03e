// What was wrong in everyday papers of the same kinds: each paper here stands for a class.
import { describe, expect, it } from "vitest";
import { describePages } from "./description.ts";

const told = async (page: string, filename?: string, mimeType?: string) =>
  (await describePages([page], filename, mimeType)).metadata;

describe("a type", () => {
  it.each([
    [
      "Hartwell Water Services\n4 Dock Road\n\nYour water bill\nBill date: 12 June 2025\nAmount to pay  £87.43",
      "invoice",
    ],
    ["Kvarnby Energi AB\nElräkning\nFakturadatum: 2025-02-03\nAtt betala  689,00 kr", "invoice"],
    ["Beregning av areal\nGrunnflaten er 40 kvadratmeter og høyden er 2 meter.", "other"],
    ["RFC 红细胞(RDW-CV)  12.4  %\n白细胞计数  3.9  E+9/L\n血红蛋白  159  g/L", "other"],
  ])("is told by what a paper calls itself: %s", async (page, type) => {
    expect((await told(page)).document_type).toBe(type);
  });

  it("of a curriculum vitae is told by its sections, though it has no title", async () => {
    const page =
      "Rosa Lindqvist\nEDUCATION\nBSc Physics, 2012\nEXPERIENCE\nEngineer at Norvik AB, 2014 to 2020\nSKILLS\nRust, SQL\nLANGUAGES\nSwedish";
    expect((await told(page)).document_type).toBe("cv");
  });

  it("is no ticket because a long paper speaks of departures and seats", async () => {
    const rows = Array.from(
      { length: 160 },
      (_, at) => `Month ${at + 1}  departures ${at * 7}  seats offered ${at * 90}`,
    );
    expect((await told(["Traffic figures", ...rows].join("\n"))).document_type).not.toBe("ticket");
  });
});

describe("a sender", () => {
  it.each([
    ["Rent receipt\n\n14 Canal Street\nCamden, London\nNW1 6XE\n\nDate: 1 July 2025\nTotal Paid: £950.00", null],
    [
      "May 5, 2023\n\nTo whom it may concern:\n\nThere were 20,000 bottles of water, 10,000 blankets and 200 laptops.\n\nBest regards,\n\nMallori",
      null,
    ],
    ["TWO YEAR LIMITED WARRANTY\nModel: KX-2\nSerial number: 11822", null],
    [
      "Brettmann AG - Uferweg 40 - 30159 Hannover\nRechnung 118\nRechnungsdatum: 07.05.2024\nGesamtbetrag 34,73 EUR",
      "Brettmann AG",
    ],
    [
      "DATOS DE LA FACTURA\nRío Alto Comercializadora S.A.\nFecha emisión factura: 11/03/2025\nTOTAL IMPORTE FACTURA 58,74 €",
      "Río Alto Comercializadora S.A.",
    ],
    [
      "电子发票（普通发票）\n开票日期：2025年04月10日\n购买方信息  名称：宁波海风贸易有限公司\n销售方信息  名称：杭州东山文具有限公司\n价税合计（小写）¥339.00",
      "杭州东山文具有限公司",
    ],
  ])("is whoever a paper is from, and no part of it: %s", async (page, sender) => {
    expect((await told(page)).correspondent).toBe(sender);
  });
});

describe("a date", () => {
  it.each([
    [
      "Zahnarztpraxis Amrein AG\nHonorarrechnung Nr. 25-11\nSursee, 8. Mai 2025\nBehandlung vom 14.04.2025\nTotal CHF 412.35",
      "2025-05-08",
    ],
    [
      "LITTLE MARSH PARISH COUNCIL\nMinutes of the Annual Meeting held in the Village Hall on Tuesday 13 May 2025 at 7.30 pm\nPresent: Cllr Dewar\nThe minutes of 8 April 2025 were signed.",
      "2025-05-13",
    ],
  ])("is the paper's own, and not that of what it tells of: %s", async (page, date) => {
    expect((await told(page)).document_date).toBe(date);
  });

  it("of a card on a picture is left out where no label tells which it is", async () => {
    const card = await told(
      "IDENTITY CARD\nMOREAU CLAIRE\n14 03 1988\n02.05.2019\n01.05.2029",
      "IMG_1.jpg",
      "image/jpeg",
    );
    expect(card.document_date).toBeNull();
    expect(card.display_name).toBe("Document - Identity Card.jpg");
  });
});

describe("a summary", () => {
  it("is no boilerplate and no question", async () => {
    const page =
      "Fernhill Dental Practice\n8 High Street, Oakhill OX7 3BD\n\n22 July 2025\n\nDear Mr Lunn\n\nIf you have already paid, please ignore this letter. Do you have any questions about it? Our surgery moves to the new building on 1 September.\n\nYours sincerely\nSandra Peel";
    expect((await told(page)).summary).toBe("Our surgery moves to the new building on 1 September.");
  });

  it("does not end behind an abbreviation", async () => {
    const page =
      "Notă\nDepozitul nostru se mută în clădirea de pe str. Lungă nr. 5 din Brașov începând cu luna viitoare.\nProgramul rămâne același.";
    expect((await told(page)).summary).toContain("Depozitul nostru se mută");
  });
});
