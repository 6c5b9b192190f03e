// The page in its languages: every text that it shows has its translation, with the same placeholders, and none is left over.
import { expect, it } from "vitest";
import { LANGUAGES } from "../../web/src/language.ts";
import {
  catalogOf,
  filesOf,
  OTHER_LANGUAGES,
  partsOf,
  placeholdersOf,
  textsIn,
  untranslated,
  untranslatedIn,
  usedTexts,
} from "../../web/texts.ts";

const used = usedTexts();

it.each(OTHER_LANGUAGES)("%s has each text that the page shows, and no other (npm run texts)", (language) => {
  const catalog = catalogOf(language);
  const texts = new Set(used.map(({ text }) => text));
  expect(used.filter(({ text }) => !catalog[text]).map(({ text, at }) => `${at}: ${text}`)).toEqual([]);
  expect(Object.keys(catalog).filter((text) => !texts.has(text))).toEqual([]);
});

it.each(OTHER_LANGUAGES)(
  "%s has the texts of the first view apart from those of views that are opened later (npm run texts)",
  (language) => {
    expect(filesOf(language)).toEqual(partsOf(catalogOf(language), used));
  },
);

it.each(OTHER_LANGUAGES)("%s fills its texts with what the English ones are filled with", (language) => {
  const different = Object.entries(catalogOf(language)).filter(
    ([text, translated]) => placeholdersOf(text).join() !== placeholdersOf(translated).join(),
  );
  expect(different).toEqual([]);
});

/** What is the same in every language: names, formats, a currency, keys. */
const NAMES = new Set<string>([
  ...["Docket", "Claude", "Acme", "Google", "GitHub", ...Object.values(LANGUAGES)],
  ...["CSV", "JSON", "ZIP", "EUR", "Esc", "Enter", "Shift"],
]);
/** Where a message is for whoever sets up or changes the page. */
const NOT_FOR_READERS = /^(?:config\.ts|project\.tsx):/;

it("shows no English that the catalogs do not know", () => {
  const seen = untranslated().filter(({ text, at }) => !NAMES.has(text) && !NOT_FOR_READERS.test(at));
  expect(seen.map(({ text, at }) => `${at}: ${text}`)).toEqual([]);
});

it("finds the texts of each way to show one", () => {
  const code = `t("One"); t(some ? "Two" : "Three"); rich("Four {five}", {}); const all = [mark("Six")]; count(2, "page");`;
  expect(textsIn(code, "a.ts").map(({ text }) => text)).toEqual([
    "One",
    "Two",
    "Three",
    "Four {five}",
    "Six",
    "{count, plural, one {# page} other {# pages}}",
  ]);
  expect(() => textsIn("mark(text)", "a.ts")).toThrow("a.ts:1");
});

it("finds English in elements, attributes, what is said and constants, not in classes, keys and comparisons", () => {
  const seen = untranslatedIn(
    `const names = { a: "Needs review", b: mark("Known"), c: "under-way" };
     say("Saved"); say(\`\${name} saved it\`); go("somewhere"); key === "Enter";
     const view = <p className="a b" title="A title" id={t("Known")}>Words {x ? "more words" : null}{t("Known")}</p>;`,
    "a.tsx",
  );
  expect(seen.map(({ text }) => text)).toEqual(["Needs review", "Saved", "saved it", "A title", "Words", "more words"]);
});
