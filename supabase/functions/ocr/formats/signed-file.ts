import { PipelineError } from "../../_shared/errors.ts";
import type { Bounds } from "./bounds.ts";
import { readEml } from "./eml.ts";
import type { FileText } from "./file-text.ts";
import { flowing } from "./plain.ts";
import { isEncrypted, isMime, signedContent } from "./smime.ts";

const ENCRYPTED = "The file is encrypted (S/MIME), and its content cannot be read. Upload a decrypted copy.";
const EMPTY = "The file is a signature without the content that was signed. Upload that.";

/** A signed file (PKCS #7, CAdES; `contract.pdf.p7m`): the mail in it, or the file in it, which becomes its part. The signature is not verified. */
export async function readSigned(bytes: Uint8Array, bounds: Bounds, filename: string): Promise<FileText> {
  const content = signedContent(bytes, bounds);
  if (!content)
    throw isEncrypted(bytes, bounds)
      ? new PipelineError("encrypted_file", ENCRYPTED)
      : new PipelineError("broken_file", EMPTY);
  if (isMime(content)) return await readEml(content, bounds);
  const name = withoutWrapper(filename);
  return {
    pages: flowing(`Signed file: ${name}`, bounds),
    parts: [{ position: 1, filename: name, bytes: async () => content }],
  };
}

/** The name of what is in a wrapper. */
const withoutWrapper = (filename: string): string => filename.replace(/\.p7m$/i, "") || "signed";
