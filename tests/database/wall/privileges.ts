import type pg from "pg";

/**
 * Every privilege of the Data API's roles on what is ours: `relation: role: what`, with a column's name in brackets where it is on columns
 * alone. Read from the access lists themselves, so that a grant to everybody (`public`) shows as one.
 */
const PRIVILEGES = `
  with ours as (
    select oid, nspname from pg_namespace where nspname in ('public', 'private')
  ), relations as (
    select pg_class.oid, format('%s.%s', nspname, relname) as name, relkind, relacl, relowner
    from pg_class join ours on ours.oid = relnamespace where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  ), lists (name, what, list) as (
    select name, null, coalesce(relacl, acldefault(case relkind when 'S' then 's' else 'r' end::"char", relowner)) from relations
    union all
    select name, attname, attacl from pg_attribute join relations on relations.oid = attrelid
    where attnum > 0 and not attisdropped and attacl is not null
    union all
    select format('%s.%s(%s)', nspname, proname, pg_get_function_identity_arguments(pg_proc.oid)), null, coalesce(proacl, acldefault('f', proowner))
    from pg_proc join ours on ours.oid = pronamespace
  )
  select name, coalesce(nullif(grantee, 0)::regrole::text, 'public') as role, lower(privilege_type) || coalesce('(' || what || ')', '') as privilege
  from lists, aclexplode(list)
  where grantee in (0, 'anon'::regrole, 'authenticated'::regrole, 'service_role'::regrole)
  order by 1, 2, 3`;

export type Privileges = Record<string, Record<string, string>>;

/** What each of the roles anon, authenticated, service_role and public may do, by relation or function; who may do nothing is left out. */
export async function privilegesOf(client: pg.Client): Promise<Privileges> {
  const found: Privileges = {};
  for (const { name, role, privilege } of (await client.query(PRIVILEGES)).rows) {
    const roles = (found[name] ??= {});
    roles[role] = roles[role] ? `${roles[role]} ${privilege}` : privilege;
  }
  return found;
}

const EDITED = [
  "amount",
  "correspondent",
  "currency",
  "display_name",
  "document_date",
  "document_type",
  "language",
  "locked_fields",
];
const SCHEMA = ["description", "document_types", "fields", "name", "senders", "tags"];
const RULE = ["actions", "conditions", "enabled", "name", "position"];
const ALIAS = ["alias", "tag", "user_id"];
const VIEW = ["name", "position", "question"];
const on = (privilege: string, columns: string[]): string =>
  columns.map((column) => `${privilege}(${column})`).join(" ");

/** What users may do with a relation. A relation that is not here is nobody's but the pipeline's. */
export const USERS_MAY: Record<string, string> = {
  "public.api_tokens": "select",
  "public.documents": `delete select ${on("update", [...EDITED, "note", "summary", "tags"])}`,
  "public.document_events": "select",
  "public.document_pages": "select",
  "public.document_parts": "select",
  "public.document_search": "select",
  "public.extracted_values": "select",
  "public.extraction_hints": "delete select",
  "public.extraction_proposals": "select",
  "public.extraction_reviews": `${on("insert", ["action", "extraction_id", "path", "row_number", "value"])} select`,
  "public.extraction_runs": "select",
  "public.extraction_schema_versions": "select",
  "public.extraction_schemas": `delete ${on("insert", [...SCHEMA, "id"].sort())} select ${on("update", SCHEMA)}`,
  "public.extractions": "select",
  "public.inbox_addresses": "select",
  "public.learned_hints": "delete select",
  "public.metadata_runs": "select",
  "public.ocr_results": "select",
  "public.preferences": "delete insert select update",
  "public.refused_mails": "select",
  "public.saved_views": `delete ${on("insert", VIEW)} select ${on("update", VIEW)}`,
  "public.share_links": "select",
  "public.retentions": "select",
  "public.rule_runs": "select",
  "public.rules": `delete ${on("insert", [...RULE, "id"].sort())} select ${on("update", RULE)}`,
  "public.schema_applications": "delete insert(schema_id) select",
  "public.tag_aliases": `delete ${on("insert", ALIAS)} select ${on("update", ALIAS)}`,
  "public.tags": "select",
  "public.upload_links": "select",
  "public.usage_months": "select",
  "public.webhook_deliveries": "select",
  "public.webhook_endpoints": `delete select ${on("update", ["description", "enabled", "events", "url"])}`,
  // Reached only by functions of the schema public that are bound to them: nobody has usage of the private schema.
  "private.account_erasures": "insert(user_id)",
  "private.model_calls": "select",
  "private.reservations": "select",
  "private.settings": on("select", [
    "cost_micro_usd_per_month",
    "documents_per_month",
    "pages_per_month",
    "stored_bytes",
  ]),
  "private.stored_bytes": "select",
  "private.user_limits": "select",
};
