import { describe, expect, it } from "vitest";
import { Bounds } from "../../../supabase/functions/ocr/formats/bounds.ts";
import { xmlParser } from "../../../supabase/functions/ocr/formats/xml.ts";

function textsOf(xml: string): string[] {
  const texts: string[] = [];
  const parser = xmlParser({ text: (text) => texts.push(text), open: (name) => texts.push(`<${name}>`) }, new Bounds());
  parser.write(xml);
  parser.end();
  return texts;
}

describe("The parser of XML", () => {
  it("gives a text in one piece, though entities stand in it", () => {
    expect(textsOf("<a>Tom &amp; Jerry &lt;3</a><b/>and more")).toEqual(["<a>", "Tom & Jerry <3", "<b>", "and more"]);
  });

  it("hands over 100,000 entities in a few texts, not one by one", () => {
    const texts = textsOf(`<a>${"&amp;".repeat(100_000)}</a>`).slice(1);
    expect(texts.length).toBeLessThan(100);
    expect(texts.join("")).toBe("&".repeat(100_000));
  });
});
