import { expect, test } from "vitest";
import { describeLocally } from "../../../supabase/functions/metadata/local/describe.ts";
import { mendedKey } from "../../../supabase/functions/metadata/local/misreadings.ts";

async function describePicture(lines: string[], unreadable_pages = 0, page_count = 1) {
  const { metadata } = await describeLocally({ filename: "IMG_1.jpg", mime_type: "image/jpeg", page_count, unreadable_pages, pages: [{ page_number: 1, text: lines.join("\n") }] }, () => {});
  return metadata;
}

test("mends the words of labels that a picture was misread for, and no others", () => {
  expect(mendedKey(" lnvqice totai recelpt ")).toBe(" invoice total receipt ");
  expect(mendedKey(" service charge charges table older ")).toBe(" service charge charges table older ");
  expect(mendedKey(" nasi lemak cendol ")).toBe(" nasi lemak cendol ");
});

test("takes a till's strip of paper for a receipt, though it calls itself an invoice", async () => {
  const metadata = await describePicture([
    "Hgn SL |", "KEDAI BUKU MELATI SDN BHD (126826-H)", "12, JALAN TASIK 3/4", "Invoice No: 20180418", "Pencil 2B  1 x 1.80", "Total Incl GST 1.80", "CASH 2.00", "CHANGE 0.20", "18/04/2018 20:27",
  ]);
  expect(metadata).toMatchObject({ document_type: "receipt", correspondent: "Kedai Buku Melati Sdn Bhd", document_date: "2018-04-18" });
  expect(metadata.summary).toContain("1.80");
});

test("takes the total that agrees where one of two was misread", async () => {
  expect((await describePicture(["KEDAI MELATI SDN BHD", "Receipt", "Total RM 9.00", "Rounding 0.00", "Rounded Total RM 9.60", "Thank you"])).summary).toContain("9.00");
});

test("claims no subtotal as the total where tax comes on top and the total cannot be read", async () => {
  const { evidence } = await describePicture(["TIGA SAHABAT BISTRO", "Receipt", "SUB TOTAL 295.00", "SERVICE CHARGE 10% 29.50", "GST 6% 19.47", "~~ ~~"]);
  expect(evidence).not.toHaveProperty("amount");
});

test("takes what was handed over less the change, where labels and amounts stand in columns that do not match", async () => {
  const metadata = await describePicture(["KEDAI MELATI SDN BHD", "Receipt", "TOTAL SALES", "ROUND ADJ", "CASH", "CHANGE", "36.00", "36.00", "0.00", "36.00", "36.00", "50.00", "14.00"]);
  expect(metadata.summary).toContain("36.00");
});

test("says in the summary how many pages could not be read", async () => {
  expect((await describePicture(["KEDAI MELATI SDN BHD", "Receipt", "Total RM 9.00"], 2, 3)).summary).toMatch(/ 2 of 3 pages could not be read\.$/);
  expect((await describePicture([], 3, 3)).summary).toBe("3 of 3 pages could not be read.");
});
