import type { QueryClient } from "@tanstack/react-query";
import { count } from "../format.ts";
import type { DocumentRow, Metadata } from "../model.ts";
import { callFunction, type Project } from "../project.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import { removeRows, showRow } from "./query.ts";

type Context = { project: Project; client: QueryClient };

/** Deletes documents with their files, a hundred ids a request (they stand in its address). */
export async function deleteDocuments({ project, client }: Context, ids: string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += 100) {
    const some = ids.slice(at, at + 100);
    const { error } = await project.supabase.from("documents").delete().in("id", some);
    if (error) return sayError(error);
    removeRows(client, new Set(some));
  }
  say(`${count(ids.length, "document")} deleted`);
}

/** Saves an edit at once, shows it before the answer, and takes it back when it is refused. */
export async function edit(
  { project, client }: Context,
  document: DocumentRow,
  values: Partial<Metadata>,
): Promise<boolean> {
  const shown = {
    ...document,
    ...values,
    locked_fields: [...new Set([...document.locked_fields, ...Object.keys(values)])],
  };
  showRow(client, shown);
  client.setQueryData(["document", document.id], shown);
  const { data, error } = await project.supabase
    .from("documents")
    .update(values)
    .eq("id", document.id)
    .select()
    .single();
  const row = error ? document : (data as DocumentRow);
  showRow(client, row);
  client.setQueryData(["document", document.id], row);
  if (error) sayError(RULES[Object.keys(RULES).find((rule) => error.message.includes(rule)) ?? ""] ?? error);
  return !error;
}

/** The rules of docs/api.md in words, by the name that a refusal has. */
const RULES: Record<string, string> = {
  display_name_is_not_blank: "A document needs a name.",
  display_name_fits: "A name has at most 200 characters.",
  summary_fits: "A summary has at most 1,000 characters.",
  tags_are_few: "A document has at most 50 tags.",
  tags_are_short: "The tags are too long together.",
  language_is_iso_639_1: "A language is a code of two letters, as en or de.",
};

export async function addTag(context: Context, documents: DocumentRow[], tag: string): Promise<void> {
  const without = documents.filter(({ tags }) => !tags.includes(tag));
  for (const document of without) if (!(await edit(context, document, { tags: [...document.tags, tag] }))) return;
  say(`Tagged ${count(without.length, "document")} “${tag}”`);
}

/** Has failed documents tried again; a locked PDF with its password, which is kept no longer than the reading takes. */
export async function retry({ project, client }: Context, documents: DocumentRow[], password?: string): Promise<void> {
  for (const document of documents) {
    try {
      const { status } = await callFunction(project, "ocr", {
        document_id: document.id,
        ...(password && { password }),
      }).then((response) => response.json());
      const row: DocumentRow = { ...document, status, error: null };
      showRow(client, row);
      client.setQueryData(["document", document.id], row);
    } catch (error) {
      return sayError(error);
    }
  }
}

/** Describes documents anew, one after the other; Realtime shows what comes of it. */
export async function regenerateAll({ project }: Context, documents: DocumentRow[]): Promise<void> {
  say(`Describing ${count(documents.length, "document")} anew`);
  for (const { id } of documents) {
    try {
      await (await callFunction(project, "metadata", { document_id: id })).text();
    } catch (error) {
      sayError(error);
    }
  }
}
