import { computing } from "../_shared/computing.ts";
import type { Sample } from "../_shared/extraction/calls.ts";
import type { SchemaProposal } from "./suggest/suggest.ts";

/** A schema that nobody saved, and by what it was made. */
export type Suggestion = { engine: "local" | "claude"; schema: SchemaProposal };

/** Suggests a schema from a user's documents. Throws PipelineError: invalid_request when they share nothing. */
export type Suggest = (owner: string, samples: Sample[], signal?: AbortSignal) => Promise<Suggestion>;

/** Suggests by the labels that the documents share. */
export const suggestByRules: Suggest = async (_owner, samples) => {
  using _computing = computing();
  const { suggestLocally } = await import("./suggest/suggest.ts");
  return { engine: "local", schema: suggestLocally(samples) };
};
