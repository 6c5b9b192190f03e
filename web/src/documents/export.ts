import { downloadZip } from "client-zip";
import { t } from "../language.ts";
import { FIELDS } from "../fields.ts";
import { type DocumentRow, nameOf } from "../model.ts";
import type { Project } from "../project.tsx";

const COLUMNS = [
  "display_name",
  "filename",
  ...FIELDS.filter((field) => field !== "display_name"),
  "status",
  "page_count",
  "byte_size",
  "created_at",
] as const;

/** CSV as spreadsheets read it: UTF-8 with a mark, quoted, and no cell that a spreadsheet would run as a formula. */
export function csvOf(rows: unknown[][]): string {
  const cell = (value: unknown): string => {
    const text = Array.isArray(value) ? value.join(", ") : String(value ?? "");
    return `"${(/^[=+\-@\t\r]/.test(text) && !/^-?\d+(?:\.\d+)?$/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  };
  return `\uFEFF${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

export const toCsv = (documents: DocumentRow[]): string =>
  csvOf([[...COLUMNS], ...documents.map((document) => COLUMNS.map((column) => document[column]))]);

export const toJson = (documents: DocumentRow[]): string =>
  JSON.stringify(
    documents.map((document) =>
      Object.fromEntries(["id", ...COLUMNS].map((column) => [column, document[column as keyof DocumentRow]])),
    ),
    null,
    2,
  );

/** The original files under their new names, as a ZIP that is written while they arrive. */
export function toZip({ supabase }: Project, documents: DocumentRow[]): Response {
  const names = uniqueNames(documents.map(fileNameOf));
  return downloadZip(
    (async function* () {
      for (const [index, document] of documents.entries()) {
        const { data, error } = await supabase.storage.from("documents").download(document.storage_path);
        if (error) throw new Error(t("“{name}” could not be loaded.", { name: nameOf(document) }));
        yield { name: names[index]!, input: data, lastModified: new Date(document.created_at.replace(" ", "T")) };
      }
    })(),
  );
}

/** A name for a file: what a document is called, with its file's extension, without what file systems refuse. */
export function fileNameOf(document: Pick<DocumentRow, "display_name" | "filename">): string {
  const extension = /\.\w{1,5}$/.exec(document.filename)?.[0] ?? "";
  const name = nameOf(document)
    .replace(/[\\/:*?"<>|\u0000-\u001f]/g, "-")
    .replace(/^\.+/, "");
  return name.toLowerCase().endsWith(extension.toLowerCase()) ? name : name + extension;
}

export function uniqueNames(names: string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const [, stem = name, extension = ""] = /^(.*?)(\.\w{1,5})?$/.exec(name) ?? [];
    let unique = name;
    for (let number = 2; taken.has(unique.toLowerCase()); number += 1) unique = `${stem} (${number})${extension}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

export function save(content: Blob | string, name: string, type = "application/octet-stream"): void {
  const url = URL.createObjectURL(typeof content === "string" ? new Blob([content], { type }) : content);
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
