/** Where an archive is written while it grows: a file that this origin has on the disk, which no other page sees. */
const NAME = "export.zip";

/**
 * Writes a stream to the disk, and answers the file. Where the browser has no such place, as on a page that came by plain http, it
 * is kept by the browser itself, which needs room for all of it.
 */
export async function fileOf(stream: ReadableStream<Uint8Array>): Promise<Blob> {
  await forgetArchive();
  if (!hasFiles()) return new Response(stream).blob();
  const folder = await navigator.storage.getDirectory();
  const file = await folder.getFileHandle(NAME, { create: true });
  await stream.pipeTo(await file.createWritable());
  return file.getFile();
}

/** Takes the last archive off the disk: it has everything that the account has. */
export async function forgetArchive(): Promise<void> {
  if (!hasFiles()) return;
  const folder = await navigator.storage.getDirectory();
  await folder.removeEntry(NAME).catch(() => {});
}

const hasFiles = (): boolean =>
  "getDirectory" in (navigator.storage ?? {}) && "createWritable" in FileSystemFileHandle.prototype;
