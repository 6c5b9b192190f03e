import { expect, test } from "vitest";
import { describeLocally } from "../../../supabase/functions/metadata/local/describe.ts";
import { mendedKey } from "../../../supabase/functions/metadata/local/text/misreadings.ts";

async function describePicture(lines: string[]) {
  const { metadata } = await describeLocally(
    {
      filename: "IMG_1.jpg",
      mime_type: "image/jpeg",
      page_count: 1,
      pages: [{ page_number: 1, text: lines.join("\n") }],
    },
    () => {},
  );
  return metadata;
}

test("mends the words of labels that a picture was misread for, and no others", () => {
  expect(mendedKey(" lnvqice totai recelpt ")).toBe(" invoice total receipt ");
  expect(mendedKey(" service charge charges table older ")).toBe(" service charge charges table older ");
  expect(mendedKey(" nasi lemak cendol ")).toBe(" nasi lemak cendol ");
  expect(mendedKey(" totalsales grandtotal taxinvoice subtotal ")).toBe(
    " total sales grand total tax invoice subtotal ",
  );
});

test("takes a till's strip of paper for a receipt, though it calls itself an invoice", async () => {
  const metadata = await describePicture([
    "Hgn SL |",
    "KEDAI BUKU MELATI SDN BHD (126826-H)",
    "12, JALAN TASIK 3/4",
    "Invoice No: 20180418",
    "Pencil 2B  1 x 1.80",
    "Total Incl GST 1.80",
    "CASH 2.00",
    "CHANGE 0.20",
    "18/04/2018 20:27",
  ]);
  expect(metadata).toMatchObject({
    document_type: "receipt",
    correspondent: "Kedai Buku Melati Sdn Bhd",
    document_date: "2018-04-18",
  });
  expect(metadata.summary).toContain("1.80");
});

test("takes the total that agrees where one of two was misread", async () => {
  expect(
    (
      await describePicture([
        "KEDAI MELATI SDN BHD",
        "Receipt",
        "Total RM 9.00",
        "Rounding 0.00",
        "Rounded Total RM 9.60",
        "Thank you",
      ])
    ).summary,
  ).toContain("9.00");
});

test("claims no subtotal as the total where tax comes on top and the total cannot be read", async () => {
  const { evidence } = await describePicture([
    "TIGA SAHABAT BISTRO",
    "Receipt",
    "SUB TOTAL 295.00",
    "SERVICE CHARGE 10% 29.50",
    "GST 6% 19.47",
    "~~ ~~",
  ]);
  expect(evidence).not.toHaveProperty("amount");
});

test("claims no subtotal that comes back either", async () => {
  const { amount } = await describePicture([
    "TIGA SAHABAT BISTRO",
    "Receipt",
    "SUB TOTAL 295.00",
    "SERVICE CHARGE 10% 29.50",
    "GST 6% 19.47",
    "ML TOTAL 3.9%",
    "SVC 295.00 (0",
  ]);
  expect(amount).toBeNull();
});

test("reads labels and headings that lost their blanks", async () => {
  const metadata = await describePicture([
    "TAXINVOICE",
    "KEDAI MELATI SDN BHD",
    "12, JALAN TASIK 3/4",
    "DATE25/12/201808:13",
    "Sub Total 51.42",
    "Service Charge 3.08",
    "TOTALSALES 54.50",
    "CASH 60.00",
    "CHANGE 5.50",
  ]);
  expect(metadata).toMatchObject({
    document_type: "receipt",
    correspondent: "Kedai Melati Sdn Bhd",
    document_date: "2018-12-25",
    amount: { value: 54.5 },
  });
});

test("takes what was handed over less the change, where labels and amounts stand in columns that do not match", async () => {
  const metadata = await describePicture([
    "KEDAI MELATI SDN BHD",
    "Receipt",
    "TOTAL SALES",
    "ROUND ADJ",
    "CASH",
    "CHANGE",
    "36.00",
    "36.00",
    "0.00",
    "36.00",
    "36.00",
    "50.00",
    "14.00",
  ]);
  expect(metadata.summary).toContain("36.00");
});
