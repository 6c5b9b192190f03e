import { z } from "zod";

/**
 * A value of a document as it is stored for a later correction: the words beside it, and whether it is the first (1) or the last
 * (-1) with that label. `order`: what stands first in a date of numbers, day or month.
 */
export type Clue = { value: string; label: string; nth: 1 | -1; order?: "day" | "month" };

/** What a correction of a document can teach: who sent it, and what stands beside its dates and amounts. */
export type Clues = { marks: string[]; dates: Clue[]; amounts: Clue[] };

/** What a person's corrections of a sender's earlier documents say (public.learned_hints). */
export const LearnedHint = z.object({
  id: z.int(),
  /** kind:value, as senderMarks writes them. */
  marks: z.array(z.string()),
  correspondent: z.string().nullable(),
  document_type: z.string().nullable(),
  /** The types that the person corrected to this one. */
  instead_of: z.array(z.string()),
  date_label: z.string().nullable(),
  date_nth: z.union([z.literal(1), z.literal(-1)]).nullable(),
  date_order: z.enum(["day", "month"]).nullable(),
  amount_label: z.string().nullable(),
  amount_nth: z.union([z.literal(1), z.literal(-1)]).nullable(),
  corrected_on: z.string(),
});
export type LearnedHint = z.output<typeof LearnedHint>;
