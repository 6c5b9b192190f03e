import { type Field, FIELDS, type DocumentRow, type Metadata } from "../model.ts";
import { callFunction, type Project } from "../project.tsx";
import { Refusal } from "../sentences.ts";

/** One field of a new description: what it was, what was proposed, whether the run wrote that, and whether it stands now. */
export type Change = {
  field: Field;
  before: Metadata[Field];
  proposed: Metadata[Field];
  written: boolean;
  applied: boolean;
};

type StreamEvent = {
  text?: string;
  tool?: string;
  input?: Record<string, unknown>;
  progress?: { message?: string };
  complete?: boolean;
  document?: DocumentRow;
  run_id?: number;
  diff?: Partial<Record<Field, { before: any; proposed: any; applied: any }>>; // each field has a type of its own
  error?: { code: string; message: string };
};

/** What describing came to: the row as it is now, and each field that a new value was proposed for. */
export type Outcome = { document: DocumentRow; runId: number; changes: Change[] };

/** Describes a document anew. `onStep` hears what the engine says and does; comes back with what changed. */
export async function regenerate(
  project: Project,
  before: DocumentRow,
  onStep: (step: { kind: "text" | "tool"; text: string }) => void,
): Promise<Outcome> {
  const response = await callFunction(project, "metadata", { document_id: before.id });
  for await (const event of eventsOf(response)) {
    if (event.text) onStep({ kind: "text", text: event.text });
    if (event.tool) onStep({ kind: "tool", text: toolText(event.tool, event.input ?? {}) });
    if (event.error) throw new Refusal(event.error.message, event.error.code);
    if (event.progress?.message) onStep({ kind: "text", text: event.progress.message });
    if (event.complete) return { document: event.document!, runId: event.run_id!, changes: changesOf(event.diff!) };
  }
  throw new Error("The answer broke off. The document is as it was, or will change here when the work is done.");
}

/** Tags are the same in any order. */
const same = (a: unknown, b: unknown): boolean => {
  const plain = (value: unknown) => JSON.stringify(Array.isArray(value) ? [...value].sort() : (value ?? null));
  return plain(a) === plain(b);
};

/** In the stream's diff `applied` is the value that the field has now: of one that a person edited, theirs. */
const changesOf = (diff: NonNullable<StreamEvent["diff"]>): Change[] =>
  FIELDS.flatMap((field) => {
    const { before, proposed, applied } = diff[field] ?? {};
    if (same(before, proposed)) return [];
    const written = same(applied, proposed);
    return [{ field, before, proposed, written, applied: written }];
  });

const toolText = (tool: string, input: Record<string, unknown>): string => {
  const told = Object.entries(input)
    .filter(([, value]) => typeof value === "string" || typeof value === "number")
    .map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`)
    .join(", ");
  return `${tool.replaceAll("_", " ")}${told && `: ${told.slice(0, 80)}`}`;
};

/** The JSON objects of a stream of server-sent events, as they come. */
export async function* eventsOf(response: Response): AsyncGenerator<StreamEvent> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop()!;
    for (const block of blocks) {
      const data = block
        .split("\n")
        .filter((line) => line.startsWith("data:"))
        .map((line) => line.slice(5))
        .join("\n");
      if (data) yield JSON.parse(data) as StreamEvent;
    }
  }
}

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
        .eq("id", document.id);
  if (error) throw error;
}
