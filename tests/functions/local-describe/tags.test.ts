import { expect, test } from "vitest";
import { describeLocally } from "../../../supabase/functions/metadata/local/describe.ts";
import { withKnownTags } from "../../../supabase/functions/metadata/local/tags/known-tags.ts";
import { INVOICE_EN } from "./papers.ts";

const known = (...tags: string[]) => tags.map((tag, index) => ({ tag, documents: 10 - index }));

test("uses the tag that is there for another spelling of it", () => {
  expect(
    withKnownTags(["invoice", "office-supply", "acme-web-hostings"], known("office-supplies", "acme-web-hosting")),
  ).toEqual(["invoice", "office-supplies", "acme-web-hosting"]);
});

test("keeps apart what merely looks alike, and leaves the type as it is", () => {
  expect(withKnownTags(["invoice", "tax", "rent"], known("taxi", "rental", "invoices"))).toEqual([
    "invoice",
    "tax",
    "rent",
  ]);
});

test("takes the more used of two tags that mean the same, and names none twice", () => {
  expect(withKnownTags(["receipt", "meals", "meal"], known("meals", "meal"))).toEqual(["receipt", "meals", "meal"]);
  expect(withKnownTags(["receipt", "groceries", "grocery"], known("groceries"))).toEqual(["receipt", "groceries"]);
});

test("describes a document with the tags that its owner has", async () => {
  const input = {
    filename: "a.pdf",
    mime_type: "application/pdf",
    page_count: 1,
    pages: [{ page_number: 1, text: INVOICE_EN }],
  };
  const { metadata } = await describeLocally({ ...input, known_tags: known("acme-webhosting") }, () => {});
  expect(metadata.tags).toContain("acme-webhosting");
  expect(metadata.tags).not.toContain("acme-web-hosting");
});

test("a tag of one document may be misread, and takes in no other spelling", () => {
  const tag = { tag: "confidentiallty", documents: 1 };
  expect(withKnownTags(["contract", "confidentiality"], [tag])).toEqual(["contract", "confidentiality"]);
  expect(withKnownTags(["contract", "confidentiality"], [{ ...tag, documents: 3 }])).toEqual([
    "contract",
    "confidentiallty",
  ]);
});
