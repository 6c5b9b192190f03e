import { type Field, FIELDS, type DocumentRow, type Metadata, type RunRow } from "../model.ts";
import { callFunction, type Project } from "../project.tsx";

/** One field of a new description: what it was, what was proposed, and whether that stands now. */
export type Change = { field: Field; before: Metadata[Field]; proposed: Metadata[Field]; applied: boolean };

type StreamEvent = {
  text?: string; tool?: string; input?: Record<string, unknown>; progress?: Record<string, unknown>; complete?: boolean;
  document?: DocumentRow; run_id?: number; diff?: Record<string, { before: any; proposed: any; applied: boolean }>; error?: { code: string; message: string };
};

/** Describes a document anew. `onStep` hears what the engine says and does; comes back with what changed. */
export async function regenerate(project: Project, before: DocumentRow, onStep: (step: { kind: "text" | "tool"; text: string }) => void): Promise<{ document: DocumentRow; runId: number | undefined; changes: Change[] }> {
  const response = await callFunction(project, "metadata", { document_id: before.id });
  for await (const event of eventsOf(response)) {
    if (event.text) onStep({ kind: "text", text: event.text });
    if (event.tool) onStep({ kind: "tool", text: toolText(event.tool, event.input ?? {}) });
    if (event.error) throw new Error(event.error.message);
    if (event.complete && event.document) {
      const changes = event.diff ? fromDiff(event.diff) : await fromRuns(project, before);
      return { document: event.document, runId: event.run_id, changes: changes.filter((change) => !same(change.before, change.proposed)) };
    }
  }
  throw new Error("The answer broke off. The document is as it was, or will change here when the work is done.");
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

const fromDiff = (diff: NonNullable<StreamEvent["diff"]>): Change[] => FIELDS.flatMap((field) => (diff[field] ? [{ field, ...diff[field] }] : []));

/** Where the stream carries no diff: the run that was just stored says what was proposed, and what of it was applied. */
async function fromRuns({ supabase }: Project, before: DocumentRow): Promise<Change[]> {
  const { data, error } = await supabase.from("metadata_runs").select("proposal, applied").eq("document_id", before.id).order("id", { ascending: false }).limit(1).single();
  if (error) return [];
  const { proposal, applied } = data as Pick<RunRow, "proposal" | "applied">;
  return FIELDS.flatMap((field) => (field in proposal ? [{ field, before: before[field], proposed: proposal[field] as Metadata[Field], applied: applied.includes(field) }] : []));
}

const toolText = (tool: string, input: Record<string, unknown>): string => {
  const told = Object.entries(input).filter(([, value]) => typeof value === "string" || typeof value === "number").map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`).join(", ");
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
      const data = block.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5)).join("\n");
      if (data) yield JSON.parse(data) as StreamEvent;
    }
  }
}

/**
 * Puts a field back as it was before a run. The project's undo knows the run's own "before"; without it an edit does the same,
 * and locks the field likewise.
 */
export async function refuse({ supabase }: Project, document: DocumentRow, runId: number | undefined, { field, before }: Change): Promise<void> {
  if (runId !== undefined) {
    const { error } = await supabase.rpc("undo_metadata_run", { run_id: runId, fields: [field] });
    if (!error) return;
  }
  const { error } = await supabase.from("documents").update({ [field]: before }).eq("id", document.id);
  if (error) throw new Error(error.message);
}

export async function accept({ supabase }: Project, document: DocumentRow, { field, proposed }: Change): Promise<void> {
  const { error } = await supabase.from("documents").update({ [field]: proposed }).eq("id", document.id);
  if (error) throw new Error(error.message);
}
