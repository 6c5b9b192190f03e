import type { Database } from "./migrated.ts";

/** How many values of a line of a table there are beside a document's own. */
const LINES = 2;

/**
 * A schema of `user`'s whose values stand in so many documents: `total`, `number`, `items.price`, and further numbers
 * until there are `fields` of them. The total of document n is n modulo 1,000, its number N-n. Triggers are off: only
 * the table is looked at.
 */
export async function manyRows(database: Database, user: string, documents: number, fields = 3): Promise<string> {
  const more = Array.from({ length: Math.max(0, fields - 3) }, (_, nth) => `more_${nth}`);
  const schema = {
    type: "object",
    properties: {
      total: { type: "object", format: "money" },
      number: { type: "string", format: "code" },
      rare: { type: "string" },
      items: { type: "array", items: { type: "object", properties: { price: { type: "number" } } } },
      ...Object.fromEntries(more.map((name) => [name, { type: "number" }])),
    },
  };
  const [{ id: schema_id }] = (await database.sql(
    "insert into public.extraction_schemas (user_id, name, fields) values ($1, $2, $3) returning id",
    [user, crypto.randomUUID(), JSON.stringify(schema)],
  )) as [{ id: string }];
  const client = await database.connection("superuser");
  await client.query("set session_replication_role = replica");
  await client.query(
    `insert into public.documents (id, user_id, filename, storage_path, mime_type, byte_size, content_sha256, status, display_name)
    select md5($1 || n)::uuid, $1::uuid, n || '.pdf', $1 || '/' || n, 'application/pdf', 1, encode(sha256(($1 || n)::bytea), 'hex'), 'completed', 'Document ' || n
    from generate_series(1, ${documents}) as n`,
    [user],
  );
  await client.query(
    `insert into public.extractions (id, document_id, schema_id, user_id, schema_version, status, created_at)
    select md5('e' || $1 || n)::uuid, md5($1 || n)::uuid, $2, $1::uuid, 1, 'completed', now() - n * interval '1 minute' from generate_series(1, ${documents}) as n`,
    [user, schema_id],
  );
  await client.query(
    `insert into public.extracted_values (extraction_id, path, row_number, user_id, document_id, schema_id, value, page, quote, proof)
    select md5('e' || $1 || n)::uuid, path, line, $1::uuid, md5($1 || n)::uuid, $2, case
      when path = 'total' then jsonb_build_object('amount', n % 1000, 'currency', case n % 2 when 0 then 'EUR' else 'USD' end)
      when path = 'number' then to_jsonb('N-' || n) when path = 'rare' then to_jsonb('once'::text) else to_jsonb(n * 7 % 5000 + line) end, 1, 'Total', 'quote'
    from generate_series(1, ${documents}) as n, (
      select path, 0 as line from unnest($3::text[]) as path union all select 'items.price', line from generate_series(0, ${LINES - 1}) as line) as cells
    where path <> 'rare' or n % ${Math.ceil(documents / 3)} = 0`,
    [user, schema_id, ["total", "number", "rare", ...more]],
  );
  await client.query("reset session_replication_role");
  await client.query("analyze public.documents, public.extractions, public.extracted_values");
  return schema_id;
}
