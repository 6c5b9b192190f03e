import { expect, test } from "vitest";
import { termsOf, type TermContext } from "../../../supabase/functions/metadata/local/tags/terms.ts";
import { linesOf } from "../../../supabase/functions/metadata/local/text/text.ts";
import { describePages } from "./description.ts";

function terms(text: string, context: Partial<TermContext> = {}): string[] {
  return termsOf(linesOf([{ page_number: 1, text }]), {
    type: "report",
    language: "en",
    subject: null,
    names: [],
    ...context,
  });
}

const REPORT = `Soil Health
The soil health of Penlow Hall has become better each year, and farmers see it.
Volunteers measured soil health in Penlow Hall twice. Other places were measured annually.
Earthworms were counted in spring. The earthworms of Penlow Hall are larger than others.
Restoring the hedges helps earthworms, and the soil health survey shows it.
Without earthworms no field is healthy.`;

test("prefers two words that belong together, then single things", () => {
  expect(terms(REPORT).slice(0, 2)).toEqual(["soil health", "earthworms"]);
});

test("takes no names, adjectives, adverbs or verbs for terms", () => {
  for (const word of ["penlow", "hall", "annually", "larger", "other", "others", "measured", "restoring", "better"])
    expect(terms(REPORT)).not.toContain(word);
});

test("takes no word of a long text that is mentioned now and then", () => {
  const filler = Array.from(
    { length: 150 },
    (_, nth) => `Line ${nth} tells of something else, and ends with word${nth}.`,
  );
  const mentions = Array.from({ length: 4 }, (_, nth) => `They walked by the old mill on day ${nth} of the trip.`);
  expect(terms([...filler, ...mentions].join("\n"))).not.toContain("mill");
});

test("counts the head of every page once", () => {
  const pages = Array.from({ length: 5 }, (_, index) => ({
    page_number: index + 1,
    text: `Yearly survey of the river otters, page ${index + 1}\nNothing new was seen.`,
  }));
  expect(termsOf(linesOf(pages), { type: "report", language: "en", subject: null, names: [] })).toEqual([]);
});

test("leaves the name of the sender out, but not half of the subject", () => {
  expect(
    terms("Roof repair\nThe roof repair took long.\nAnother roof repair follows.", { names: ["Roof & Wall Ltd"] }),
  ).toEqual(["repair"]);
  expect(terms("The work was long.", { subject: "Roof maintenance", names: ["Roof & Wall Ltd"] })).toEqual([
    "roof maintenance",
  ]);
});

test("takes any word that comes back where a paper of no known type has nothing else", () => {
  const text = "Gamma Whitepoint\nGamma Blackpoint\nGamma Whitepoint 2";
  expect(terms(text)).toEqual([]);
  expect(terms(text, { type: "other" })).toEqual(["gamma", "whitepoint"]);
});

test("tags a German letter with nouns in their shortest form, not with pronouns, adjectives or names", async () => {
  const letter = `Wohnbau Musterstadt eG · Ringweg 5 · 00220 Musterstadt
Herrn
Otto Beispiel
Datum: 3. März 2025
Betreff: Austausch Ihres alten Heizkörpers ab dem 10. März 2025
Sehr geehrter Herr Beispiel,
der Austausch des alten Heizkörpers in Ihrer Küche beginnt am 10. März 2025. Unser Monteur bringt
den neuen Heizkörper mit. Bitte räumen Sie vor dem Austausch die Fläche vor dem Heizkörper frei.
Mit freundlichen Grüßen
Nora Muster`;
  const { metadata } = await describePages([letter]);
  expect(metadata.tags).toEqual(expect.arrayContaining(["letter", "wohnbau-musterstadt", "austausch", "heizkörper"]));
  for (const word of ["ihres", "alten", "neuen", "herr", "beispiel", "otto"]) expect(metadata.tags).not.toContain(word);
});

test("tags an invoice with the topic that several of its items share, and with none for one item", async () => {
  const invoice = (items: string) =>
    `Birch & Reed Ltd\n1 Low Road, Leeds\nInvoice\nInvoice number 7\nInvoice date: 4 June 2025\n${items}\nTotal due GBP 60.00`;
  const several = await describePages([
    invoice("Printer paper, 5 packs 20.00\nToner, black 30.00\nEnvelopes C5 10.00"),
  ]);
  expect(several.metadata.tags).toEqual(["invoice", "birch-reed", "office-supplies"]);
  const one = await describePages([invoice("Bench, oak 50.00\nEnvelopes C5 10.00")]);
  expect(one.metadata.tags).toEqual(["invoice", "birch-reed"]);
});
