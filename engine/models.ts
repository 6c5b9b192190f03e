import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

/** The file of each installed language's tesseract model, by tesseract's name for the language (`eng`, `deu`). */
export type LanguageFiles = Record<string, string>;

/** 8-bit networks of the best models: as accurate as the full ones, at the size and speed of the fast ones. */
const VARIANT = "4.0.0_best_int";

/**
 * What can be read: the packages `@tesseract.js-data/<language>` that are installed, or the `<language>.traineddata.gz` of a folder.
 * @throws {Error} where there is none
 */
export function installedLanguages(folder: string | null): LanguageFiles {
  const files = folder === null ? ofPackages() : ofFolder(folder);
  if (Object.keys(files).length === 0)
    throw new Error(`No language lies in ${folder}. Put <language>.traineddata.gz there, or unset OCR_LANGUAGE_PATH.`);
  return files;
}

function ofPackages(): LanguageFiles {
  const scope = path.dirname(path.dirname(createRequire(import.meta.url).resolve("@tesseract.js-data/eng")));
  const found = readdirSync(scope)
    .sort()
    .map((code) => [code, path.join(scope, code, VARIANT, `${code}.traineddata.gz`)] as const);
  return Object.fromEntries(found.filter(([, file]) => existsSync(file)));
}

function ofFolder(folder: string): LanguageFiles {
  const codes = readdirSync(folder)
    .flatMap((name) => /^(\w+)\.traineddata\.gz$/.exec(name)?.[1] ?? [])
    .sort();
  return Object.fromEntries(codes.map((code) => [code, path.join(folder, `${code}.traineddata.gz`)]));
}
