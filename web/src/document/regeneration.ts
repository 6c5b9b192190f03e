import { t } from "../language.ts";
import { FIELDS } from "../fields.ts";
import type { Field, DocumentRow, Metadata } from "../model.ts";
import type { Project } from "../project.tsx";
import { type Step, stepOf } from "./Steps.tsx";

/** One field of a new description: what it was, what was proposed, whether the run wrote that, and whether it stands now. */
export type Change = {
  field: Field;
  before: Metadata[Field];
  proposed: Metadata[Field];
  written: boolean;
  applied: boolean;
};

/** Each field has a type of its own. */
type Diff = Partial<Record<Field, { before: any; proposed: any; applied: any }>>;

/** What describing came to: the row as it is now, and each field that a new value was proposed for. */
export type Outcome = { document: DocumentRow; runId: number; changes: Change[] };

/** Describes a document again. `onStep` hears what the engine says and does; comes back with what changed. */
export async function regenerate(
  project: Project,
  before: DocumentRow,
  onStep: (step: Step) => void,
  instruction?: string,
): Promise<Outcome> {
  for await (const event of project.docket.regenerate(before.id, instruction ? { instruction } : {})) {
    const step = stepOf(event);
    if (step) onStep(step);
    if ("complete" in event)
      return {
        document: event.document as DocumentRow,
        runId: event.run_id,
        changes: changesOf(event.diff as Diff),
      };
  }
  throw new Error(t("The answer broke off. The document is as it was, or will change here when the work is done."));
}

/** Tags are the same in any order. */
const same = (a: unknown, b: unknown): boolean => {
  const plain = (value: unknown) => JSON.stringify(Array.isArray(value) ? [...value].sort() : (value ?? null));
  return plain(a) === plain(b);
};

/** In the stream's diff `applied` is the value that the field has now: of one that a person edited, theirs. */
const changesOf = (diff: Diff): Change[] =>
  FIELDS.flatMap((field) => {
    const { before, proposed, applied } = diff[field] ?? {};
    if (same(before, proposed)) return [];
    const written = same(applied, proposed);
    return [{ field, before, proposed, written, applied: written }];
  });

/** Puts a field back as it was before and locks it: what the run wrote, the project undoes; what was accepted after it, an edit takes back. */
export async function refuse(
  { supabase }: Project,
  { document, runId }: Outcome,
  { field, before, written }: Change,
): Promise<void> {
  const { error } = written
    ? await supabase.rpc("undo_metadata_run", { run_id: runId, fields: [field] })
    : await supabase
        .from("documents")
        .update({ [field]: before })
        .eq("id", document.id)
        .select("id")
        .single();
  if (error) throw error;
}
