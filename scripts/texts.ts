import { catalogOf, OTHER_LANGUAGES, usedTexts, writeCatalog } from "../web/texts.ts";

/** Puts the texts that the page shows into its catalogs, empty where one is to be translated, and takes out those it shows no more. */
export function main(): Promise<void> {
  const found = usedTexts();
  const used = new Set(found.map(({ text }) => text));
  for (const language of OTHER_LANGUAGES) {
    const known = catalogOf(language);
    writeCatalog(language, Object.fromEntries([...used].map((text) => [text, known[text] ?? ""])), found);
    const missing = [...used].filter((text) => !known[text]);
    const dead = Object.keys(known).filter((text) => !used.has(text));
    console.log(`${language}: ${used.size} texts, ${missing.length} to translate, ${dead.length} removed`);
    for (const text of missing) console.log(`  ${JSON.stringify(text)}`);
  }
  return Promise.resolve();
}
