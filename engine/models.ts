import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The file of each installed language's tesseract model, by tesseract's name for the language (`eng`, `deu`). */
export type LanguageFiles = Record<string, string>;

/** 8-bit networks of the best models: as accurate as the full ones, at the size and speed of the fast ones. */
const VARIANT = "4.0.0_best_int";

export const MODELS_SCOPE = "@tesseract.js-data";
/** Where `npm run engine:languages` puts more of the packages. */
export const LANGUAGES_FOLDER = new URL("./languages/", import.meta.url);
/** Tells scripts apart and reads none; it is no language. */
const NO_LANGUAGE = "osd";

/**
 * What can be read: the packages `@tesseract.js-data/<language>` that are installed, here or by `npm run engine:languages`, or the `<language>.traineddata.gz` of a folder.
 * @throws {Error} where there is none
 */
export function installedLanguages(folder: string | null): LanguageFiles {
  const files = folder === null ? ofPackages([delivered(), added()]) : ofFolder(folder);
  if (Object.keys(files).length === 0)
    throw new Error(`No language lies in ${folder}. Put <language>.traineddata.gz there, or unset OCR_LANGUAGE_PATH.`);
  return files;
}

const delivered = (): string =>
  path.dirname(path.dirname(createRequire(import.meta.url).resolve(`${MODELS_SCOPE}/eng`)));
const added = (): string => fileURLToPath(new URL(`node_modules/${MODELS_SCOPE}`, LANGUAGES_FOLDER));

/** The models of packages in folders of the scope; a folder need not be there. */
export function ofPackages(scopes: string[]): LanguageFiles {
  const found = scopes
    .filter((scope) => existsSync(scope))
    .flatMap((scope) =>
      readdirSync(scope).map((code) => [code, path.join(scope, code, VARIANT, `${code}.traineddata.gz`)] as const),
    )
    .filter(([code, file]) => code !== NO_LANGUAGE && existsSync(file));
  return Object.fromEntries(found.sort(([one], [other]) => (one < other ? -1 : 1)));
}

function ofFolder(folder: string): LanguageFiles {
  const codes = readdirSync(folder)
    .flatMap((name) => /^(\w+)\.traineddata\.gz$/.exec(name)?.[1] ?? [])
    .sort();
  return Object.fromEntries(codes.map((code) => [code, path.join(folder, `${code}.traineddata.gz`)]));
}
