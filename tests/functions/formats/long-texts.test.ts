// Texts of millions of pieces and words take what they are worth.
import { expect, it } from "vitest";
import { Bounds } from "../../../supabase/functions/ocr/formats/bounds.ts";
import { htmlText } from "../../../supabase/functions/ocr/formats/html.ts";
import { singleSpaced } from "../../../supabase/functions/ocr/formats/white-space.ts";
import { LongText } from "../../../supabase/functions/ocr/formats/long-text.ts";
import { xmlParser } from "../../../supabase/functions/ocr/formats/xml.ts";

it.each(["a b", " a  b ", "a\tb", "a \n b\u00a0c", "\n", "  ", " ", "", "a\t\tb \tc"])(
  "%j has single spaces",
  (text) => {
    expect(singleSpaced(text)).toBe(text.replace(/\s+/g, " "));
  },
);

it("puts a text together of more pieces than are joined at once", () => {
  const text = new LongText();
  expect(text.isEmpty).toBe(true);
  for (let at = 0; at < 10_000; at += 1) text.add(String(at % 10));
  expect(text.isEmpty).toBe(false);
  expect(text.toString()).toBe("0123456789".repeat(1_000));
});

it.each([
  ["entities", "&amp;"],
  ["signs that open no tag", "a < b "],
  ["plain words", "some words of a letter "],
  ["parts that are marked as text", "<![CDATA[a]]>"],
])("XML of %s costs by the megabyte, too", (_name, piece) => {
  const parser = xmlParser({}, new Bounds({ steps: 60_000 }));
  parser.write("<a>");
  const write = () => {
    for (let megabytes = 0; megabytes < 3; megabytes += 1)
      parser.write(`${piece.repeat(1_000_000 / piece.length)}<b/>`);
  };
  expect(write).toThrow(expect.objectContaining({ code: "too_complex" }));
});

it("an element of a web page costs more than one of XML", () => {
  expect(() => htmlText("<p>v</p>".repeat(50_000), new Bounds({ steps: 250_000 }))).toThrow(
    expect.objectContaining({ code: "too_complex" }),
  );
});
