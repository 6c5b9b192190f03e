import { expect, test } from "vitest";
import { Einvoice } from "../../../supabase/functions/_shared/einvoice.ts";
import { findEinvoice, parseEinvoice } from "../../../supabase/functions/ocr/einvoice.ts";
import { crossIndustryInvoice, UBL_CREDIT_NOTE, ZUGFERD_1 } from "./xml.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function found(...files: [string, string | Uint8Array][]): { einvoice: Einvoice | null; ignored: string[] } {
  const ignored: string[] = [];
  const attachments = files.map(([name, content]) => ({
    name,
    bytes: typeof content === "string" ? bytes(content) : content,
  }));
  return { einvoice: findEinvoice(attachments, (reason) => ignored.push(reason)), ignored };
}

test("reads Factur-X and ZUGFeRD 2", () => {
  expect(parseEinvoice(crossIndustryInvoice())).toEqual({
    type_code: "380",
    number: "R-2026-17",
    seller: "Nordlicht Bürobedarf GmbH",
    issue_date: "2026-03-15",
    currency: "EUR",
    grand_total: 1190,
  });
});

test("reads ZUGFeRD 1, and XRechnung in UBL", () => {
  expect(parseEinvoice(ZUGFERD_1)).toEqual({
    type_code: "380",
    number: "4711",
    seller: "Mühle & Söhne KG",
    issue_date: "2013-03-05",
    currency: "EUR",
    grand_total: 529.87,
  });
  expect(parseEinvoice(UBL_CREDIT_NOTE)).toEqual({
    type_code: "381",
    number: "G-9",
    seller: "Atelier du Port SARL",
    issue_date: "2026-02-28",
    currency: "EUR",
    grand_total: 120,
  });
});

test("leaves out what is no date, no number and no currency, and keeps the rest", () => {
  expect(parseEinvoice(crossIndustryInvoice({ date: "20260231", total: "1.190,00", currency: "Euro" }))).toMatchObject({
    issue_date: null,
    grand_total: null,
    currency: null,
    seller: "Nordlicht Bürobedarf GmbH",
  });
});

test("gives what fits into its row, whatever the XML has", () => {
  const einvoice = parseEinvoice(
    crossIndustryInvoice({ seller: "A".repeat(5_000), number: "9".repeat(5_000), code: "3".repeat(50) }),
  );
  expect(Einvoice.parse(einvoice)).toMatchObject({ seller: "A".repeat(200) });
  expect(JSON.stringify(einvoice).length).toBeLessThan(1_000);
});

test("takes the file that the standard names before other XML, and any XML that is an invoice", () => {
  const other = crossIndustryInvoice({ number: "other" });
  expect(found(["a.xml", other], ["factur-x.xml", crossIndustryInvoice()]).einvoice?.number).toBe("R-2026-17");
  expect(found(["notes.txt", "x"], ["data.xml", "<data/>"], ["Invoice 17.XML", other]).einvoice?.number).toBe("other");
  expect(found(["notes.txt", "x"], ["data.xml", "<data/>"])).toEqual({ einvoice: null, ignored: [] });
});

test("reads UTF-16, a byte order mark, and UTF-8 that calls itself something that does not exist", () => {
  const utf16 = Uint8Array.from([
    0xff,
    0xfe,
    ...[...crossIndustryInvoice()].flatMap((letter) => [letter.charCodeAt(0) & 0xff, letter.charCodeAt(0) >> 8]),
  ]);
  expect(found(["factur-x.xml", utf16]).einvoice?.seller).toBe("Nordlicht Bürobedarf GmbH");
  expect(found(["factur-x.xml", `\uFEFF${crossIndustryInvoice()}`]).einvoice?.seller).toBe("Nordlicht Bürobedarf GmbH");
  expect(found(["factur-x.xml", crossIndustryInvoice().replace("UTF-8", "UTF-9")]).einvoice?.seller).toBe(
    "Nordlicht Bürobedarf GmbH",
  );
});

test("skips broken XML, says so, and goes on with the next file", () => {
  expect(found(["factur-x.xml", "<rsm:CrossIndustryInvoice><unclosed>"], ["b.xml", ZUGFERD_1])).toMatchObject({
    einvoice: { number: "4711" },
    ignored: ["not_well_formed"],
  });
});

test("expands no entities, and does not go into nests without end", () => {
  const lol = Array.from({ length: 9 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`).join("");
  const bomb = `<!DOCTYPE a [<!ENTITY l0 "lol">${lol}<!ENTITY file SYSTEM "file:///etc/passwd">]>${crossIndustryInvoice({ seller: "&l9;&file;" }).replace(/<\?xml[^>]*\?>/, "")}`;
  expect(found(["factur-x.xml", bomb])).toEqual({ einvoice: null, ignored: ["not_well_formed"] });
  expect(found(["factur-x.xml", "<a>".repeat(300_000)])).toEqual({ einvoice: null, ignored: ["not_well_formed"] });
});

test("does not look into files that are larger than an invoice is", () => {
  expect(found(["factur-x.xml", crossIndustryInvoice() + " ".repeat(5_000_000)])).toEqual({
    einvoice: null,
    ignored: ["too_large"],
  });
});
