import type { Database } from "./migrated.ts";

/**
 * A schema of a user's, applied to one of their documents, with a value, a proposal, a run, a review and an application;
 * `text` stands in each.
 */
export async function applySchema(database: Database, user: string, text: string): Promise<void> {
  const fields = { type: "object", properties: { a: { type: "string" }, b: { type: "string" } } };
  const [schema] = await database.sql(
    "insert into public.extraction_schemas (user_id, name, fields) values ($1, $2, $3) returning id",
    [user, text, JSON.stringify(fields)],
  );
  await database.sql(
    `with made as (
      insert into public.extractions (document_id, schema_id, user_id, schema_version, status)
      select id, $2, user_id, 1, 'completed' from public.documents where user_id = $1 limit 1 returning *
    ), proposed as (
      insert into public.extraction_proposals (extraction_id, path, user_id, value, reason) select id, 'b', user_id, to_jsonb($3::text), 'unsure' from made
    )
    insert into public.extracted_values (extraction_id, path, user_id, document_id, schema_id, value, proof)
    select id, 'a', user_id, document_id, schema_id, to_jsonb($3::text), 'person' from made`,
    [user, schema!.id, text],
  );
  await database.sql(
    "insert into public.extraction_reviews (extraction_id, user_id, path, action) select id, user_id, 'a', 'accept' from public.extractions where user_id = $1",
    [user],
  );
  await database.sql(
    `insert into public.extraction_runs (extraction_id, user_id, instruction, previous, saved_at)
    select id, user_id, $2, jsonb_build_object('values', jsonb_build_array($2::text)), now() from public.extractions where user_id = $1`,
    [user, text],
  );
  await database.sql(
    "insert into public.extraction_hints (user_id, schema_id, marks, path, value) values ($1, $2, array['head:' || $3], 'a', to_jsonb($3::text))",
    [user, schema!.id, text],
  );
  await database.sql("insert into public.schema_applications (schema_id, user_id) values ($1, $2)", [schema!.id, user]);
}
