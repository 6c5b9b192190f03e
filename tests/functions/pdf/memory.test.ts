import { expect, it } from "vitest";
import { startPdfium } from "../../../supabase/functions/_shared/pdfium.ts";

it("PDFium leaves nothing on globalThis, which would hold on to the memory of a library that was left", async () => {
  const before = Object.getOwnPropertyNames(globalThis);
  await startPdfium();
  expect(Object.getOwnPropertyNames(globalThis)).toEqual(before);
});
