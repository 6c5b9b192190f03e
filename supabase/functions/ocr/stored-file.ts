import { PipelineError } from "../_shared/errors.ts";
import { acceptedType } from "../_shared/file-type.ts";
import { sha256 } from "../_shared/bytes.ts";
import type { Files } from "../_shared/files.ts";
import type { StoredFile } from "../_shared/pages.ts";
import type { Claim } from "../_shared/answers.ts";

/**
 * Loads a document's file and proves that it is the one that was announced: its size, its hash, and that its bytes are of the
 * type that they were announced as. A file is stored once, so what a document's first run proves holds for the others.
 *
 * @throws PipelineError file_differs, file_missing, storage_unavailable
 */
export async function loadFile(files: Files, { document, pages_read }: Claim): Promise<StoredFile> {
  if (!document) throw new PipelineError("not_found");
  const bytes = await files.load(document.storage_path);
  if (pages_read.length === 0) await prove(document, bytes);
  return { ...document, bytes };
}

async function prove(announced: NonNullable<Claim["document"]>, bytes: Uint8Array): Promise<void> {
  if (bytes.byteLength !== announced.byte_size) {
    throw new PipelineError(
      "file_differs",
      `${announced.byte_size} bytes were announced, and the stored file has ${bytes.byteLength}. It was erased: announce the file as it is.`,
    );
  }
  if ((await sha256(bytes)) !== announced.content_sha256) {
    throw new PipelineError(
      "file_differs",
      "The stored file has another SHA-256 than was announced. It was erased: announce the file as it is.",
    );
  }
  const found = await acceptedType(bytes, announced.filename).catch((thrown: unknown) => {
    if (thrown instanceof PipelineError && thrown.code === "unsupported_type") return undefined;
    throw thrown;
  });
  if (found === announced.mime_type || (found && isText(found) && isText(announced.mime_type))) return;
  throw new PipelineError(
    "file_differs",
    `The file was announced as ${announced.mime_type}, and is ${found ?? "of a type that is not read"}. It was erased: announce the file as it is.`,
  );
}

/** One kind of text is told from another by its name only, and all of them have the same limits. */
const isText = (type: string): boolean => type.startsWith("text/");
