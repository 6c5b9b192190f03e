import type { QueryClient } from "@tanstack/react-query";
import { t } from "../language.ts";
import { FIELD_NAMES } from "../fields.ts";
import type { DocumentRow, Field, Metadata } from "../model.ts";
import type { Project } from "../project.tsx";
import { say, sayError } from "../ui/toasts.tsx";
import { leaveLists, readListsAgain, showRow } from "./query.ts";

type Context = { project: Project; client: QueryClient };

/** As many documents as one request changes, with room for what came in them. */
const AT_ONCE = 100;
const chunksOf = <Item>(items: Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / AT_ONCE) }, (_, index) =>
    items.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  );

/** Moves documents to the trash, from where they can be taken back. */
export async function trashDocuments(context: Context, ids: string[]): Promise<void> {
  const { project, client } = context;
  for (const some of chunksOf(ids)) {
    const { error } = await project.supabase.rpc("trash_documents", { document_ids: some });
    if (error) return sayError(error);
    leaveLists(client, some);
  }
  void client.invalidateQueries({ queryKey: ["trash"] });
  say(t("{count, plural, one {# document} other {# documents}} moved to the trash", { count: ids.length }), {
    label: t("Undo"),
    run: () => void restoreDocuments(context, ids),
  });
}

/** Takes documents out of the trash, as they were. */
export async function restoreDocuments({ project, client }: Context, ids: string[]): Promise<void> {
  for (const some of chunksOf(ids)) {
    const { error } = await project.supabase.rpc("restore_documents", { document_ids: some });
    if (error) return sayError(error);
  }
  await readListsAgain(client, ids);
  say(
    ids.length === 1
      ? t("The document is back")
      : t("{count, plural, one {# document is} other {# documents are}} back", { count: ids.length }),
  );
}

/** Saves an edit at once, shows it before the answer, and takes it back when it is refused. Returns the saved row. */
export async function edit(
  { project, client }: Context,
  document: DocumentRow,
  values: Partial<Metadata>,
): Promise<DocumentRow | null> {
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
  if (error) sayError(error);
  return error ? null : row;
}

/** Saves what the owner notes on a document. Returns the saved row; null where it was refused, which is told. */
export async function editNote(
  { project, client }: Context,
  document: DocumentRow,
  note: string | null,
): Promise<DocumentRow | null> {
  const { data, error } = await project.supabase
    .from("documents")
    .update({ note })
    .eq("id", document.id)
    .select()
    .single();
  if (error) {
    sayError(error);
    return null;
  }
  keep(client, data as DocumentRow);
  return data as DocumentRow;
}

/** A document before and after an edit of some fields. */
export type Edit = { before: DocumentRow; after: DocumentRow; fields: (Field | "note")[] };

/** Takes edits back, with their locks. What was changed since is left as it is. */
export async function undo(context: Context, edits: Edit[]): Promise<void> {
  const changes = edits.map(({ before, after, fields }) => changeOf(after, before, fields, before.locked_fields));
  try {
    const undone = await setFields(context, changes, "undone");
    const left = edits.length - undone;
    if (left > 0)
      say(t("{count, plural, one {# document was} other {# documents were}} changed since and left", { count: left }));
  } catch (error) {
    sayError(error);
  }
}

/** Takes a value that a run proposed: the field is the pipeline's again. */
export async function accept(context: Context, document: DocumentRow, field: Field, value: unknown): Promise<void> {
  const proposed = { ...document, [field]: value } as DocumentRow;
  if ((await setFields(context, [changeOf(document, proposed, [field], [])], "accepted")) === 0)
    throw new Error(t("The document was changed meanwhile. Look at it again."));
}

/** Leaves a field to the pipeline again: describing again may change it. */
export async function unlock({ project, client }: Context, document: DocumentRow, field: Field): Promise<void> {
  const { data, error } = await project.supabase.rpc("unlock_fields", { document_id: document.id, fields: [field] });
  if (error) return sayError(error);
  keep(client, { ...document, locked_fields: data as string[] });
  say(t("{field} unlocked", { field: t(FIELD_NAMES[field]) }));
}

const changeOf = (from: DocumentRow, to: DocumentRow, fields: Edit["fields"], locked: string[]) => ({
  document_id: to.id,
  fields: Object.fromEntries(fields.map((field) => [field, { from: from[field], to: to[field] }])),
  locked,
});

/** A hundred documents a request. Returns how many changed. */
async function setFields(
  { project, client }: Context,
  changes: ReturnType<typeof changeOf>[],
  reason: "undone" | "accepted",
): Promise<number> {
  let changed = 0;
  for (let at = 0; at < changes.length; at += 100) {
    const { data, error } = await project.supabase.rpc("set_fields", { changes: changes.slice(at, at + 100), reason });
    if (error) throw error;
    for (const row of data as DocumentRow[]) keep(client, row);
    changed += (data as DocumentRow[]).length;
  }
  return changed;
}

function keep(client: QueryClient, row: DocumentRow): void {
  showRow(client, row);
  client.setQueryData(["document", row.id], row);
}

/** Gives several documents a tag, or takes it from them. */
export async function changeTag(
  context: Context,
  documents: DocumentRow[],
  tag: string,
  { remove = false } = {},
): Promise<boolean> {
  const edits: Edit[] = [];
  for (const before of documents.filter(({ tags }) => tags.includes(tag) === remove)) {
    const tags = remove ? before.tags.filter((one) => one !== tag) : [...before.tags, tag];
    const after = await edit(context, before, { tags });
    if (!after) return false;
    edits.push({ before, after, fields: ["tags"] });
  }
  const what = { tag, count: edits.length };
  sayEdited(
    context,
    edits,
    remove
      ? t("“{tag}” taken from {count, plural, one {# document} other {# documents}}", what)
      : t("Tagged {count, plural, one {# document} other {# documents}} “{tag}”", what),
  );
  return true;
}

/** Gives a field of several documents the same value. */
export async function editAll(
  context: Context,
  documents: DocumentRow[],
  field: Field,
  value: Metadata[Field],
): Promise<boolean> {
  const edits: Edit[] = [];
  for (const some of chunksOf(documents.filter((document) => document[field] !== value))) {
    const { data, error } = await context.project.supabase
      .from("documents")
      .update({ [field]: value })
      .in(
        "id",
        some.map(({ id }) => id),
      )
      .select();
    if (error) {
      sayError(error);
      return false;
    }
    for (const after of data as DocumentRow[]) {
      keep(context.client, after);
      edits.push({ before: some.find(({ id }) => id === after.id)!, after, fields: [field] });
    }
  }
  sayEdited(
    context,
    edits,
    t("{field} of {count, plural, one {# document} other {# documents}} set", {
      field: t(FIELD_NAMES[field]),
      count: edits.length,
    }),
  );
  return true;
}

function sayEdited(context: Context, edits: Edit[], what: string): void {
  if (edits.length === 0) return say(t("Nothing to change"));
  say(what, { label: t("Undo"), run: () => void undo(context, edits) });
}

/** Has failed documents tried again; a locked PDF with its password, which is kept no longer than the reading takes. */
export async function retry({ project, client }: Context, documents: DocumentRow[], password?: string): Promise<void> {
  for (const document of documents) {
    try {
      const { status } = await project.docket.retry(document.id, password ? { password } : {});
      const row: DocumentRow = { ...document, status, error: null };
      showRow(client, row);
      client.setQueryData(["document", document.id], row);
    } catch (error) {
      return sayError(error);
    }
  }
}

/** Describes documents again, one after the other; Realtime shows what comes of it. */
export async function regenerateAll({ project }: Context, documents: DocumentRow[]): Promise<void> {
  say(t("Describing {count, plural, one {# document} other {# documents}} again", { count: documents.length }));
  for (const { id } of documents) {
    try {
      for await (const _ of project.docket.regenerate(id));
    } catch (error) {
      sayError(error);
    }
  }
}
