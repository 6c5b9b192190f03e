// The page in its languages: every text that it shows has its translation, with the same placeholders, and none is left over.
import { afterEach, expect, it, vi } from "vitest";
import { eventText, progressText } from "../../web/src/document/events.ts";
import { LANGUAGES, readMoreTexts, speak } from "../../web/src/language.ts";
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
  ...["Docket", "Claude", "Acme", "Excel", "Google", "GitHub", ...Object.values(LANGUAGES)],
  ...["CSV", "JSON", "ZIP", "Markdown", "EUR", "Esc", "Enter", "Shift"],
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

const event = (stage: string, kind: string, message: string, data: object) => ({
  ...{ id: 1, document_id: "d", created_at: "2026-11-28T19:00:00Z" },
  ...{ stage, kind, message, data },
});

/** What the project tells of a document: its English, and what the page says of the same event in German. */
const TOLD = [
  ["upload", "completed", "The file is stored.", { byte_size: 1 }, "Die Datei ist gespeichert."],
  ["ocr", "started", "Reading started.", { attempt: 1 }, "Das Lesen hat begonnen."],
  ["ocr", "progress", "Read 1 of 1 page.", { page: 1, page_count: 1 }, "1 von 1 Seite gelesen."],
  ["ocr", "completed", "Read 2 pages.", { page_count: 2, unreadable_pages: 0 }, "2 Seiten gelesen."],
  ["metadata", "queued", "Retried.", { reason: "retried" }, "Wiederholt."],
  [
    "metadata",
    "completed",
    "Named, tagged and summarized. As you corrected this sender on Nov 3, 2026: Type, Date.",
    { learned: { hint_id: 1, fields: ["document_type", "document_date"], corrected_on: "2026-11-03" } },
    "Benannt, verschlagwortet und zusammengefasst. Wie Sie diesen Absender am 3. Nov. 2026 berichtigt haben: Art, Datum.",
  ],
  [
    "metadata",
    "progress",
    "Read pages 1-2 of 300.",
    { pages_read: "1-2", page_count: 300 },
    "Seiten 1-2 von 300 gelesen.",
  ],
  ["extract", "started", "Extracting started.", { attempt: 1 }, "Das Auslesen hat begonnen."],
  [
    "extract",
    "completed",
    "Extracted the fields of 1 schema.",
    { extractions: ["a"] },
    "Die Felder von 1 Tabelle ausgelesen.",
  ],
  ["share", "received", "Handed in by the link “March”.", { title: "March" }, "Über den Link „March“ eingereicht."],
  ["mail", "received", "Came by mail to “Bills”.", { name: "Bills" }, "Kam per E-Mail an „Bills“."],
  ["due", "soon", "Payable by Apr 14, 2026.", { due_date: "2026-04-14" }, "Zahlbar bis 14. Apr. 2026."],
  [
    "rule",
    "applied",
    "Rule “Acme”: Tags; sent to a webhook.",
    { rule: "Acme", fields: ["tags"], webhooks: ["a"] },
    "Regel „Acme“: Schlagwörter; an einen Webhook gesendet.",
  ],
  [
    "edit",
    "edited",
    "The tag a is now b.",
    { fields: ["tags"], from: "a", to: "b" },
    "Das Schlagwort a heißt jetzt b.",
  ],
  [
    "ocr",
    "failed",
    "The file is damaged and cannot be opened. Upload a working copy.",
    { attempt: 1, code: "broken_file" },
    "Die Datei ist beschädigt und lässt sich nicht öffnen. Laden Sie eine heile Fassung hoch.",
  ],
  // Not from the catalogs of errors alone: the page has a sentence of its own for it.
  [
    "upload",
    "failed",
    "What arrived is not the file that was announced. Send it again.",
    { code: "file_differs" },
    "Angekommen ist nicht die angekündigte Datei. Senden Sie sie noch einmal.",
  ],
] as const;

afterEach(() => vi.unstubAllGlobals());

it("tells what happened to a document in the reader's language, and what it does not know in the project's words", async () => {
  vi.stubGlobal("navigator", { onLine: true, languages: [] });
  vi.stubGlobal("document", { documentElement: {} });
  for (const [stage, kind, english, data] of TOLD)
    expect(eventText(event(stage, kind, english, data)), `${stage} ${kind}`).toBe(english);
  await speak("de");
  await readMoreTexts();
  try {
    for (const [stage, kind, english, data, german] of TOLD)
      expect(eventText(event(stage, kind, english, data)), `${stage} ${kind}`).toBe(german);
    expect(eventText(event("painting", "completed", "The picture hangs.", {}))).toBe("The picture hangs.");
    expect(eventText(event("extract", "completed", "Extracted something.", {}))).toBe("Extracted something.");
    expect(progressText({ unknown: 1 })).toBeUndefined();
  } finally {
    await speak("en");
  }
});
