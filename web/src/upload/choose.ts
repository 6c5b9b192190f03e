import { addFiles } from "./uploads.ts";

/** Opens the system's dialog for files, or for a folder with all that is in it. */
export function chooseFiles({ folder = false } = {}): void {
  const input = Object.assign(document.createElement("input"), {
    type: "file",
    multiple: true,
    webkitdirectory: folder,
  });
  input.onchange = () => addFiles(worthSending([...(input.files ?? [])]));
  input.click();
}

/** All files of a drop, also those in folders. */
export async function filesOf(transfer: DataTransfer): Promise<File[]> {
  // The entries have to be asked for before the first await: a transfer is empty afterwards.
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === "file")
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const found = await Promise.all(
    entries.map((entry) => (entry instanceof File ? [entry] : entry ? filesIn(entry) : [])),
  );
  return worthSending(found.flat());
}

/** Not what systems leave in folders. */
const worthSending = (files: File[]): File[] =>
  files.filter(({ name }) => !name.startsWith(".") && name !== "Thumbs.db" && name !== "desktop.ini");

async function filesIn(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile)
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const entries: FileSystemEntry[] = [];
  // A reader gives a hundred entries at a time, until it gives none.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) break;
    entries.push(...some);
  }
  return (await Promise.all(entries.map(filesIn))).flat();
}
