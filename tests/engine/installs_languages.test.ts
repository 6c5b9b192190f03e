import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { installedLanguages, ofPackages } from "../../engine/models.ts";
import { packagesFor } from "../../scripts/engine-languages.ts";

test("each language is one package, in an exact version", () => {
  expect(packagesFor(["pol", "chi_sim", "pol"])).toEqual([
    "@tesseract.js-data/pol@1.0.0",
    "@tesseract.js-data/chi_sim@1.0.0",
  ]);
});

test.each([[[]], [["polish"]], [["../x"]], [["--save"]], [["pl"]], [["osd"]]])(
  "%j is refused before npm is asked",
  (names) => {
    expect(() => packagesFor(names)).toThrow("npm run engine:languages -- pol jpn ara");
  },
);

test("models are found where they were delivered and where they were added; the one that only tells scripts apart is no language", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "models-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const put = (scope: string, code: string): string => {
    const variant = path.join(folder, scope, code, "4.0.0_best_int");
    mkdirSync(variant, { recursive: true });
    writeFileSync(path.join(variant, `${code}.traineddata.gz`), "");
    return path.join(variant, `${code}.traineddata.gz`);
  };
  const [eng, jpn] = [put("delivered", "eng"), put("added", "jpn")];
  put("added", "osd");
  expect(ofPackages(["delivered", "added", "missing"].map((name) => path.join(folder, name)))).toEqual({ eng, jpn });
  expect(Object.keys(installedLanguages(null))).toEqual(expect.arrayContaining(["deu", "eng", "msa"]));
});
