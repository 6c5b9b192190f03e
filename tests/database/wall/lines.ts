/** What a statement came to: refused (42501), nothing (no row was reached), rows, or another error's code. */
export type Outcome = "refused" | "nothing" | "rows" | (string & {});

/** One caller's attempts on another user's rows of a relation. */
export type Attempts = Record<"select" | "insert" | "update" | "delete" | "truncate", Outcome>;

/**
 * `anon` and `stranger` (a signed-in user) try another user's rows. `linking` is what a signed-in user's own writes come to that carry
 * the other's ids: a copy of the other's row under one's own name, and one's own row pointed at what is the other's.
 */
export type Line = { anon: Attempts; stranger: Attempts; linking: { insert: Outcome; update: Outcome } };

const REFUSED: Attempts = {
  select: "refused",
  insert: "refused",
  update: "refused",
  delete: "refused",
  truncate: "refused",
};
const NO_LINK: Line["linking"] = { insert: "refused", update: "refused" };

const CLOSED: Line = { anon: REFUSED, stranger: REFUSED, linking: NO_LINK };
/** Users read their own rows, and nobody writes. */
const READ: Line = { anon: REFUSED, stranger: { ...REFUSED, select: "nothing" }, linking: NO_LINK };

/** Users read and write their own rows. */
const OWN: Line = {
  anon: REFUSED,
  stranger: { ...REFUSED, select: "nothing", update: "nothing", delete: "nothing" },
  linking: NO_LINK,
};

/** A line for every relation of ours, and for those of the platform that our policies open. A new one without a line fails. */
export const RELATIONS: Record<string, Line> = {
  "public.documents": OWN,
  "public.document_pages": READ,
  "public.ocr_results": READ,
  "public.document_events": READ,
  "public.metadata_runs": READ,
  "public.usage_months": READ,
  "public.document_search": READ,
  "public.document_parts": READ,
  "public.tags": READ,
  "public.api_tokens": READ,
  "public.tag_aliases": OWN,
  // One row a user: a copy of another's meets one's own.
  "public.preferences": { ...OWN, linking: { ...NO_LINK, insert: "23505" } },
  "public.saved_views": OWN,
  "public.extraction_schemas": OWN,
  "public.extraction_schema_versions": READ,
  "public.extractions": READ,
  "public.extraction_runs": READ,
  "public.extracted_values": READ,
  "public.extraction_proposals": READ,
  "public.extraction_reviews": READ,
  "public.extraction_hints": { ...READ, stranger: { ...READ.stranger, delete: "nothing" } },
  "public.schema_applications": { ...READ, stranger: { ...READ.stranger, delete: "nothing" } },
  "public.learned_hints": { ...READ, stranger: { ...READ.stranger, delete: "nothing" } },
  "public.share_links": READ,
  "public.upload_links": READ,
  "public.rules": OWN,
  "public.retentions": READ,
  "private.due_told": CLOSED,
  "public.rule_runs": READ,
  "private.rule_edits": CLOSED,
  "private.compiled_rules": CLOSED,
  "private.handed_in": CLOSED,
  "public.inbox_addresses": READ,
  "public.refused_mails": READ,
  "private.mails": CLOSED,
  "private.mail_tokens": CLOSED,
  "private.link_addresses": CLOSED,
  "private.link_secrets": CLOSED,
  "public.webhook_endpoints": OWN,
  "public.webhook_deliveries": READ,
  "private.webhook_secrets": CLOSED,
  "private.currency_signs": CLOSED,
  "private.document_clues": CLOSED,
  "private.month_names": CLOSED,
  "private.jobs": CLOSED,
  "private.stages": CLOSED,
  "private.event_consumers": CLOSED,
  "private.settings": CLOSED,
  "private.sweep_place": CLOSED,
  "private.suspected_users": CLOSED,
  "private.user_limits": CLOSED,
  "private.size_limits": CLOSED,
  "private.request_rates": CLOSED,
  "private.api_token_secrets": CLOSED,
  "private.upload_invocations": CLOSED,
  "private.reservations": CLOSED,
  "private.stored_bytes": CLOSED,
  "private.model_calls": CLOSED,
  "private.account_erasures": CLOSED,
  // The platform grants everything on these to everybody, so row level security is the whole wall, and no API truncates. Deleting is
  // the Storage API's.
  "storage.objects": {
    anon: { select: "nothing", insert: "refused", update: "nothing", delete: "refused", truncate: "rows" },
    stranger: { select: "nothing", insert: "refused", update: "nothing", delete: "refused", truncate: "rows" },
    linking: { insert: "refused", update: "nothing" },
  },
  "storage.buckets": {
    anon: { select: "nothing", insert: "refused", update: "nothing", delete: "refused", truncate: "rows" },
    stranger: { select: "nothing", insert: "refused", update: "nothing", delete: "refused", truncate: "rows" },
    linking: { insert: "refused", update: "nothing" },
  },
  "realtime.messages": {
    anon: { ...REFUSED, select: "nothing", update: "nothing" },
    stranger: { ...REFUSED, select: "nothing", update: "nothing" },
    linking: { insert: "refused", update: "nothing" },
  },
};

/** The functions that users may call. They know their caller, so another's ids among the arguments reach nothing of the other's. */
export const CALLABLE: Record<string, ("anon" | "stranger")[]> = {
  "public.apply_rules": ["stranger"],
  "public.call_api": ["stranger"],
  "public.call_automation_api": ["stranger"],
  "public.create_api_token": ["stranger"],
  "public.create_inbox_address": ["stranger"],
  "public.create_share_link": ["stranger"],
  "public.create_upload_link": ["stranger"],
  "public.create_webhook": ["stranger"],
  "public.empty_trash": ["stranger"],
  "public.dry_run_rules": ["stranger"],
  "public.erase_account": ["stranger"],
  "public.document_history": ["stranger"],
  "public.estimate_schema": ["stranger"],
  "public.export_account": ["stranger"],
  "public.hold_document": ["stranger"],
  "public.change_retention": ["stranger"],
  "public.my_tags": ["stranger"],
  "public.my_senders": ["stranger"],
  "public.redeliver_webhook": ["stranger"],
  "public.release_document": ["stranger"],
  "public.rename_tag": ["stranger"],
  "public.restore_documents": ["stranger"],
  "public.revoke_api_token": ["stranger"],
  "public.revoke_inbox_address": ["stranger"],
  "public.revoke_share_link": ["stranger"],
  "public.revoke_upload_link": ["stranger"],
  "public.rotate_webhook_secret": ["stranger"],
  "public.schema_rows": ["stranger"],
  "public.schema_sums": ["stranger"],
  "public.search_documents": ["stranger"],
  "public.similar_documents": ["stranger"],
  "public.set_fields": ["stranger"],
  "public.skip_webhook_delivery": ["stranger"],
  "public.stop_rule_run": ["stranger"],
  "public.sum_amounts": ["stranger"],
  "public.test_webhook": ["stranger"],
  "public.trash": ["stranger"],
  "public.trash_documents": ["stranger"],
  "public.undo_extraction_run": ["stranger"],
  "public.undo_metadata_run": ["stranger"],
  "public.undo_rule_run": ["stranger"],
  "public.unlock_fields": ["stranger"],
  "public.usage_left": ["stranger"],
};

/** The buckets, and the tables whose changes are sent over Realtime. tests/pipeline/wall.test.ts tries each through its API. */
export const BUCKETS = ["documents", "thumbnails"];
export const CHANNELS = ["public.document_events", "public.documents", "public.extractions"];
