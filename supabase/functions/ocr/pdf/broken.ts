import { PipelineError } from "../../_shared/errors.ts";
import type { OpenedDocument } from "../document.ts";
import type { Drawing } from "./drawing.ts";
import { doubtOf } from "./soundness.ts";
import { textOfGlyphs } from "./text.ts";

/** What a page draws is unknown: only its text is looked at. */
const UNSEEN: Drawing = { picture: 0, shapes: false };

/**
 * Opens a PDF that PDFium does not, by the second reader. A page without sound text cannot be recognised either, as what draws pages is PDFium, and is
 * recorded as unreadable.
 *
 * @param refusal what is thrown when nothing opens it
 * @throws PipelineError encrypted_pdf, wrong_password, and the refusal
 */
export async function openBroken(
  bytes: Uint8Array,
  password: string | undefined,
  refusal: unknown,
): Promise<OpenedDocument> {
  const { openSecond } = await import("./second-reader.ts");
  const reader = await openSecond(bytes, { password, isKnown: false }).catch((thrown: unknown) => {
    throw thrown instanceof PipelineError && thrown.code === "broken_file" ? refusal : thrown;
  });
  const doubtful = new Map<number, string>();
  return {
    pageCount: reader.pageCount,
    engine: "unpdf",
    async textOf(number) {
      const { glyphs } = await reader.read(number);
      const text = textOfGlyphs(glyphs);
      if (text !== "" && doubtOf(glyphs, text, () => UNSEEN) === null) return text;
      if (/[\p{L}\p{N}]/u.test(text)) doubtful.set(number, text);
      return null;
    },
    doubtfulTextOf(number) {
      const text = doubtful.get(number) ?? "";
      doubtful.delete(number);
      return text;
    },
    [Symbol.asyncDispose]: () => reader.close(),
  };
}
