// The sums, the due date and the lines in the XML of an e-invoice, and what extraction makes of them.
import { expect, it } from "vitest";
import { TEMPLATES } from "../../../supabase/functions/_shared/extraction/templates/index.ts";
import { extractLocally } from "../../../supabase/functions/extract/local/extract.ts";
import { parseEinvoice } from "../../../supabase/functions/ocr/einvoice.ts";
import { parseEinvoiceDetails } from "../../../supabase/functions/ocr/einvoice-details.ts";
import { Bounds } from "../../../supabase/functions/ocr/formats/bounds.ts";

const line = (name: string, quantity: string, price: string, total: string, basis = "1") =>
  `<ram:IncludedSupplyChainTradeLineItem>
    <ram:SpecifiedTradeProduct><ram:Name>${name}</ram:Name><ram:ApplicableProductCharacteristic><ram:Description>Color</ram:Description></ram:ApplicableProductCharacteristic></ram:SpecifiedTradeProduct>
    <ram:SpecifiedLineTradeAgreement><ram:GrossPriceProductTradePrice><ram:ChargeAmount>99.00</ram:ChargeAmount></ram:GrossPriceProductTradePrice>
      <ram:NetPriceProductTradePrice><ram:ChargeAmount>${price}</ram:ChargeAmount><ram:BasisQuantity>${basis}</ram:BasisQuantity></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
    <ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">${quantity}</ram:BilledQuantity></ram:SpecifiedLineTradeDelivery>
    <ram:SpecifiedLineTradeSettlement><ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>${total}</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>
  </ram:IncludedSupplyChainTradeLineItem>`;
const invoice = (lines: string[], due = ["20260415"]) =>
  `<rsm:CrossIndustryInvoice xmlns:rsm="a" xmlns:ram="b" xmlns:udt="c">
  <rsm:ExchangedDocument><ram:ID>R-17</ram:ID><ram:TypeCode>380</ram:TypeCode></rsm:ExchangedDocument>
  <rsm:SupplyChainTradeTransaction>${lines.join("")}
    <ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
      ${due.map((day) => `<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">${day}</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>`).join("")}
      <ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:TaxBasisTotalAmount>100.50</ram:TaxBasisTotalAmount>
        <ram:TaxTotalAmount currencyID="EUR">20.10</ram:TaxTotalAmount><ram:GrandTotalAmount>120.60</ram:GrandTotalAmount>
      </ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
  </rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>`;
const UBL = `<Invoice xmlns:cbc="a" xmlns:cac="b"><cbc:ID>U-1</cbc:ID><cbc:DueDate>2026-05-01</cbc:DueDate>
  <cac:TaxTotal><cbc:TaxAmount currencyID="EUR">19.00</cbc:TaxAmount><cac:TaxSubtotal><cbc:TaxAmount>19.00</cbc:TaxAmount></cac:TaxSubtotal></cac:TaxTotal>
  <cac:LegalMonetaryTotal><cbc:LineExtensionAmount>100.00</cbc:LineExtensionAmount><cbc:TaxExclusiveAmount>100.00</cbc:TaxExclusiveAmount></cac:LegalMonetaryTotal>
  <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="HUR">4</cbc:InvoicedQuantity><cbc:LineExtensionAmount>100.00</cbc:LineExtensionAmount>
    <cac:Item><cbc:Name>Beratung</cbc:Name><cac:SellersItemIdentification><cbc:ID>B1</cbc:ID></cac:SellersItemIdentification></cac:Item>
    <cac:Price><cbc:PriceAmount>25.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine></Invoice>`;
const details = (xml: string) => parseEinvoiceDetails(xml, new Bounds({ steps: 1_000_000 }));
const LINES = [line("Webdesign", "2", "40.00", "80.00"), line("Schrauben", "500", "4.10", "20.50", "100")];

it("are read from all forms; a price for a hundred pieces is none for one", () => {
  expect(details(invoice(LINES))).toEqual({
    due_date: "2026-04-15",
    net: 100.5,
    tax: 20.1,
    lines: [
      { description: "Webdesign", quantity: 2, unit_price: 40, total: 80 },
      { description: "Schrauben", quantity: 500, unit_price: null, total: 20.5 },
    ],
  });
  expect(details(UBL)).toEqual({
    due_date: "2026-05-01",
    net: 100,
    tax: 19,
    lines: [{ description: "Beratung", quantity: 4, unit_price: 25, total: 100 }],
  });
});

it("are left out where the XML has several due dates, or more lines than are kept", () => {
  expect(details(invoice(LINES, ["20260415", "20260515"])).due_date).toBeNull();
  const many = Array.from({ length: 2_001 }, () => "<ram:IncludedSupplyChainTradeLineItem/>");
  expect(details(invoice(many)).lines).toEqual([]);
});

it("are what extraction takes, before what the page says", () => {
  const xml = invoice(LINES);
  const text = "Rechnungsnummer: R-18\nZwischensumme  999,00\nBezeichnung  Menge  Betrag\nAnderes  1  9,99";
  const { values } = extractLocally({
    pages: [{ page_number: 1, text }],
    fields: TEMPLATES.invoice!.fields,
    language: "de",
    document_type: "invoice",
    einvoice: parseEinvoice(xml),
    einvoice_details: details(xml),
  });
  const said = (path: string) => values.filter((one) => one.path === path).map(({ value, proof }) => [value, proof]);
  expect(said("invoice_number")).toEqual([["R-17", "einvoice"]]);
  expect(said("net")).toEqual([[{ amount: 100.5, currency: "EUR" }, "einvoice"]]);
  expect(said("due_date")).toEqual([["2026-04-15", "einvoice"]]);
  expect(said("items.description")).toEqual([
    ["Webdesign", "einvoice"],
    ["Schrauben", "einvoice"],
  ]);
  expect(said("items.total").map(([value]) => (value as { amount: number }).amount)).toEqual([80, 20.5]);
});

it("are all there for the largest invoice that is kept", () => {
  expect(details(invoice(Array.from({ length: 2_000 }, () => LINES[0]!))).lines).toHaveLength(2_000);
});
