import { z } from "zod";
import type { Value } from "./values.ts";

const Word = z.tuple([z.string(), z.number(), z.number(), z.number(), z.number(), z.number()]);

/** A line in which a corrected value stands, and the lines around it with their word boxes. */
const Place = z.object({
  page: z.int(),
  line: z.string(),
  text: z.string(),
  from_top: z.int(),
  from_bottom: z.int(),
  /** [text, x0, y0, x1, y1, confidence] */
  words: z.array(Word).nullable().catch(null),
});
export type Place = z.infer<typeof Place>;

const MoneyValue = z.object({ amount: z.number(), currency: z.string().nullable().default(null) });

/** What a person's correction says of a field, a schema and a sender (public.extraction_hints). */
export const Lesson = z.object({
  id: z.int(),
  path: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), MoneyValue]) satisfies z.ZodType<Value>,
  /** The words before the value; "" where there are none. */
  label: z.string(),
  page: z.int().nullable(),
  quote: z.string().nullable(),
  places: z.array(Place),
  corrected_on: z.string(),
});
export type Lesson = z.infer<typeof Lesson>;
