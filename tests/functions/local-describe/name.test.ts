import { expect, test } from "vitest";
import { displayName } from "../../../supabase/functions/metadata/local/name/name.ts";
import { slugOf } from "../../../supabase/functions/metadata/local/tags/keywords.ts";

const parts = {
  type: "invoice" as const,
  correspondent: "Acme Corp",
  date: "2026-03-15",
  subject: null,
  amount: { amount: 12.5, currency: "EUR" },
};

test("joins type, sender and date, and keeps the extension", () => {
  expect(displayName(parts, "scan 1.PDF", "application/pdf")).toBe("Invoice - Acme Corp - 2026-03-15.pdf");
});

test("takes the extension from the type where the file name has none", () => {
  expect(displayName(parts, "scan", "image/jpeg")).toBe("Invoice - Acme Corp - 2026-03-15.jpg");
});

test("uses the amount where the date or the sender is unknown", () => {
  expect(displayName({ ...parts, date: null }, "a.pdf", "")).toBe("Invoice - Acme Corp - EUR 12.50.pdf");
  expect(displayName({ ...parts, correspondent: null }, "a.pdf", "")).toBe("Invoice - EUR 12.50 - 2026-03-15.pdf");
});

test("shortens at a word's end to 60 characters and keeps the date whole", () => {
  const name = displayName(
    {
      type: "letter",
      correspondent: "Ministry of Agriculture, Fisheries and Rural Development",
      date: "2026-03-15",
      subject: "Your application for a subsidy for organic farming",
      amount: null,
    },
    "a.pdf",
    "",
  );
  expect(name.length).toBeLessThanOrEqual(60);
  expect(name).toBe("Letter - Ministry - Your Application - 2026-03-15.pdf");
  expect(displayName({ ...parts, correspondent: "x".repeat(200) }, "a.pdf", "").length).toBe(60);
});

test("leaves out the legal form before it cuts a name", () => {
  expect(displayName({ ...parts, correspondent: "Tanjung Emas Book Centre (PJ) Sdn Bhd" }, "a.pdf", "")).toBe(
    "Invoice - Tanjung Emas Book Centre (PJ) - 2026-03-15.pdf",
  );
});

test("lets no slash, control character or bidi mark into a name", () => {
  expect(displayName({ ...parts, correspondent: "A/B\u202Egpj\u0000\n: C\\D\u200B" }, "a.pdf", "")).toBe(
    "Invoice - A Bgpj C D - 2026-03-15.pdf",
  );
});

test("makes tags of lower-case words and hyphens", () => {
  expect(slugOf("Bob's Café & Söhne  AG")).toBe("bobs-café-söhne-ag");
  expect(slugOf("日本 株式会社")).toBe("日本-株式会社");
  expect(slugOf("—")).toBe("");
  expect(slugOf(`${"long-".repeat(20)}word`).length).toBeLessThanOrEqual(40);
});

test("cuts a subject where it can stand alone, or leaves it out", () => {
  const letter = { type: "letter" as const, correspondent: "Wohnbau Musterstadt", date: "2025-03-03", amount: null };
  expect(displayName({ ...letter, subject: "Austausch Ihres alten Heizkörpers" }, "a.pdf", "")).toBe(
    "Letter - Wohnbau Musterstadt - Austausch - 2025-03-03.pdf",
  );
  expect(
    displayName({ ...letter, correspondent: "Wohnbau", subject: "Austausch Ihres alten Heizkörpers" }, "a.pdf", ""),
  ).toBe("Letter - Wohnbau - Austausch - 2025-03-03.pdf");
  expect(displayName({ ...letter, date: null, subject: "Austausch Ihres alten Heizkörpers" }, "a.pdf", "")).toBe(
    "Letter - Wohnbau Musterstadt - Austausch.pdf",
  );
  expect(
    displayName(
      { ...letter, correspondent: "Oldmoor Housing Society", subject: "Boiler Replacement Programme" },
      "a.pdf",
      "",
    ),
  ).toBe("Letter - Oldmoor Housing Society - 2025-03-03.pdf");
});

test("uses the shorter form of a subject where the longer one does not fit", () => {
  const ticket = { type: "ticket" as const, correspondent: null, date: "2025-06-14", amount: null };
  const subjects = {
    subject: "Saint-Exemple International Airport to Kirkwell",
    shortSubject: "Saint-Exemple to Kirkwell",
  };
  expect(displayName({ ...ticket, ...subjects }, "a.png", "")).toBe(
    "Ticket - Saint-Exemple to Kirkwell - 2025-06-14.png",
  );
});

test("does not say in a contract's name twice that it is one", () => {
  expect(
    displayName(
      { type: "contract", correspondent: "Acme", date: "2025-06-03", subject: "Maintenance Agreement", amount: null },
      "a.pdf",
      "",
    ),
  ).toBe("Contract - Acme - Maintenance - 2025-06-03.pdf");
});

test("names the sender beside the beginning of a long title, and a certificate by its sender or its title", () => {
  const long = { ...parts, amount: null, correspondent: "Copper Ridge Collections", subject: "Notice of Debt" };
  expect(displayName({ ...long, type: "other" }, "scan.pdf", "")).toBe(
    "Copper Ridge Collections - Notice of Debt - 2026-03-15.pdf",
  );
  const birth = { ...long, type: "certificate" as const, correspondent: "Ville de Vannes" };
  expect(displayName({ ...birth, subject: "Acte de naissance" }, "scan.pdf", "")).toBe(
    "Ville de Vannes - Acte de Naissance - 2026-03-15.pdf",
  );
});

test("does not repeat a sender whom the title names", () => {
  const consent = { ...parts, amount: null, date: null, type: "form" as const, correspondent: "Meadow Park Clinic" };
  expect(
    displayName({ ...consent, subject: "Meadow Park Clinic Informed Consent for Treatment" }, "scan.pdf", ""),
  ).not.toMatch(/Clinic.*Clinic/u);
});

test("writes the dotted capital of Turkish as a plain small letter", () => {
  expect(displayName({ ...parts, type: "letter", subject: "EMLAK VERGİSİ", amount: null }, "a.pdf", "")).toContain(
    "Emlak Vergisi",
  );
  expect(slugOf("VERGİSİ")).toBe("vergisi");
});
