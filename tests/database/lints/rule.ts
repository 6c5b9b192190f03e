/**
 * A rule over the catalog, after one of supabase/splinter (which hosted projects show as the advisor's warnings) or of our own.
 * `findings` is a query of one text column: what breaks the rule. `bad` makes an example that breaks it, so that the rule is
 * known to see anything at all; it runs in a transaction that is rolled back.
 */
export type Rule = {
  /** The number and name that the advisor shows; without a number, a rule of ours. */
  name: string;
  /** Why it matters, and what to do about a finding. */
  why: string;
  findings: string;
  bad: string;
};

/** The schemas that are ours to keep in order, and the ones that the Data API shows (config.toml, api.schemas). */
export const OURS = "('public'::regnamespace, 'private'::regnamespace)";
export const EXPOSED = "'public'::regnamespace";

/** The parts of a policy's two conditions, as Postgres prints them. */
export const CONDITIONS = "concat_ws(' ', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))";
