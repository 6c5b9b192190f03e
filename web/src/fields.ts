import { type FieldKind, METADATA_FIELDS } from "../../supabase/functions/_shared/metadata-fields.ts";
import type { Text } from "./language.ts";
import type { Field } from "./model.ts";

export type { FieldKind };

// The list has the prompts, too: only views that are opened later import it.
/** What a person may edit, in the order in which it is shown. */
export const FIELDS: Field[] = METADATA_FIELDS.map(({ name }) => name);
const entries = <Value>(value: (entry: (typeof METADATA_FIELDS)[number]) => Value) =>
  Object.fromEntries(METADATA_FIELDS.map((entry) => [entry.name, value(entry)])) as Record<Field, Value>;
/** What people call a field. The catalogs have the labels of METADATA_FIELDS. */
export const FIELD_NAMES = entries<Text>(({ label }) => ({ english: label }));
export const FIELD_KINDS = entries<FieldKind>(({ kind }) => kind);
