import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applySchema } from "../../testing/database/extractions.ts";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";
import { complete, sha256, upload } from "../../testing/database/worker.ts";

let server: MigratedServer;
let database: Database;
let user: string;
let document: string;
beforeAll(async () => {
  server = await migratedServer();
  database = await server.database();
  user = await database.user();
  document = await complete(database, user);
  await applySchema(database, user, "a");
  const [made] = await database.asUser(
    user,
    "select public.create_webhook('https://example.com', '{document.completed}') as webhook",
  );
  await database.asUser(user, "select public.test_webhook($1)", [made!.webhook.id]);
  await database.asUser(user, "select public.create_share_link($1)", [document]);
  await database.asUser(user, "select public.create_upload_link('a')");
  const [inbox] = await database.asUser(user, "select public.create_inbox_address('a') as made");
  await database.sql(
    "insert into public.refused_mails (address_id, user_id, message_sha256, code, message, sender) values ($1, $2, 'x', 'bounce', 'A bounce.', 'a@b.de')",
    [inbox!.made.id, user],
  );
  await database.sql(
    "insert into private.mails (document_id, address_id, user_id, message_sha256) values ($1, $2, $3, 'x')",
    [document, inbox!.made.id, user],
  );
});
afterAll(() => server.stop());

/** A row of document_parts below the document, with these values for position, filename, document_id and error. */
const part = (values: string): string =>
  `insert into public.document_parts (parent_id, user_id, position, filename, document_id, error) select id, user_id, ${values} from public.documents where id = $1`;

/** Each constraint, and a statement that it refuses; `$1` is a completed document. */
const modelCall = (values: string): string =>
  `insert into private.model_calls (user_id, document_id, stage, month, expires_at, state, reserved_micro_usd, cost_micro_usd, settled_at)
    select user_id, id, 'ocr', current_date, now(), ${values} from public.documents where id = $1`;

/** A row of api_tokens of the document's owner, with these values for name, scopes and expires_at. */
const apiToken = (values: string): string =>
  `insert into public.api_tokens (user_id, name, scopes, expires_at) select user_id, ${values} from public.documents where id = $1`;

/** A webhook of the document's owner, with these values for url, events and description. */
const webhook = (values: string): string =>
  `insert into public.webhook_endpoints (user_id, url, events, description) select user_id, ${values} from public.documents where id = $1`;

/** A share link to the document, with these values for expires_at, most_openings and description. */
const shareLink = (values: string): string =>
  `insert into public.share_links (user_id, document_id, expires_at, most_openings, description) select user_id, id, ${values} from public.documents where id = $1`;

/** An upload link of the document's owner, with these values for title, tags, most_files, most_bytes and expires_at. */
const uploadLink = (values: string): string =>
  `insert into public.upload_links (user_id, title, tags, most_files, most_bytes, expires_at) select user_id, ${values} from public.documents where id = $1`;

/** A rule of the document's owner with this name. */
const rule = (name: string): string =>
  `insert into public.rules (user_id, name, actions) select user_id, ${name}, '{"add_tags": ["a"]}'::jsonb from public.documents where id = $1`;
/** An inbox address of the document's owner, with these values for name, tags and allowed_senders. */
const inboxAddress = (values: string): string =>
  `insert into public.inbox_addresses (user_id, name, tags, allowed_senders) select user_id, ${values} from public.documents where id = $1`;

/** A rule run of the document's owner, with these values for state, rule_ids and looked_at. */
const ruleRun = (values: string): string =>
  `insert into public.rule_runs (user_id, state, rule_ids, looked_at) select user_id, ${values} from public.documents where id = $1`;

const REFUSED: [constraint: string, statement: string][] = [
  ["name_is_a_line", apiToken("E'a\\nb', '{upload}', null")],
  ["scopes_are_known", apiToken("'a', '{upload,everything}', null")],
  ["scopes_are_known", apiToken("'a', '{}', null")],
  ["expiry_is_after_creation", apiToken("'a', '{upload}', now() - interval '1 hour'")],
  [
    "a_token_is_one_users_alone",
    `with made as (insert into public.api_tokens (user_id, name, scopes) select user_id, 'a', '{upload}' from public.documents, generate_series(1, 2) where id = $1 returning *)
    insert into private.api_token_secrets (token_id, user_id, token_sha256) select id, user_id, 'x' from made`,
  ],
  [
    "requests_per_minute_and_token_is_positive",
    "update private.settings set requests_per_minute_and_token = 0 where $1 <> ''",
  ],
  [
    "a_user_has_a_schema_name_once",
    `insert into public.extraction_schemas (user_id, name, fields) select user_id, name, fields from public.extraction_schemas where $1::uuid is not null`,
  ],
  ["schema_name_is_one_short_line", `update public.extraction_schemas set name = E'a\\nb' where $1::uuid is not null`],
  [
    "schema_description_fits",
    `update public.extraction_schemas set description = repeat('a', 1001) where $1::uuid is not null`,
  ],
  [
    "schema_applies_to_few_things",
    `update public.extraction_schemas set tags = array_fill('a'::text, array[51]) where $1::uuid is not null`,
  ],
  [
    "a_schema_is_applied_to_a_document_once",
    `insert into public.extractions (document_id, schema_id, user_id, schema_version) select document_id, schema_id, user_id, 1 from public.extractions where document_id = $1`,
  ],
  ["extraction_status_is_known", `update public.extractions set status = 'lost' where document_id = $1`],
  ["failed_extractions_have_an_error", `update public.extractions set status = 'failed' where document_id = $1`],
  ["extraction_engine_is_known", `update public.extractions set engine = 'magic' where document_id = $1`],
  ["extraction_note_is_known", `update public.extractions set note = 'lost' where document_id = $1`],
  ["instruction_fits", `update public.extractions set instruction = repeat('a', 1001) where document_id = $1`],
  [
    "run_instruction_fits",
    `update public.extraction_runs set instruction = repeat('a', 1001) where $1::uuid is not null`,
  ],
  [
    "only_saved_runs_are_undone",
    `update public.extraction_runs set saved_at = null, undone_at = now() where $1::uuid is not null`,
  ],
  ["extraction_counts_are_not_negative", `update public.extractions set cost_micro_usd = -1 where document_id = $1`],
  ["row_number_is_not_negative", `update public.extracted_values set row_number = -1 where document_id = $1`],
  ["proof_is_known", `update public.extracted_values set proof = 'word' where document_id = $1`],
  [
    "only_people_say_that_a_value_is_absent",
    `update public.extracted_values set value = null, proof = 'equation' where document_id = $1`,
  ],
  ["quoted_values_have_a_quote", `update public.extracted_values set proof = 'quote' where document_id = $1`],
  [
    "extracted_value_fits",
    `update public.extracted_values set value = to_jsonb(repeat('a', 4000)) where document_id = $1`,
  ],
  [
    "proposal_row_number_is_not_negative",
    `update public.extraction_proposals set row_number = -1 where $1::uuid is not null`,
  ],
  ["proposal_reason_is_known", `update public.extraction_proposals set reason = 'mood' where $1::uuid is not null`],
  [
    "proposal_fits",
    `update public.extraction_proposals set value = to_jsonb(repeat('a', 4000)) where $1::uuid is not null`,
  ],
  ["an_extraction_hint_knows_its_sender", `update public.extraction_hints set marks = '{}' where $1::uuid is not null`],
  [
    "extraction_hint_is_small",
    `update public.extraction_hints set label = repeat('a', 101) where $1::uuid is not null`,
  ],
  ["hint_places_are_a_small_list", `update public.extraction_hints set places = '{}' where $1::uuid is not null`],
  ["extraction_hint_uses_are_not_negative", `update public.extraction_hints set used = -1 where $1::uuid is not null`],
  ["review_action_is_known", `update public.extraction_reviews set action = 'guess' where $1::uuid is not null`],
  [
    "only_corrections_bring_a_value",
    `update public.extraction_reviews set value = '1', action = 'accept' where $1::uuid is not null`,
  ],
  ["review_row_number_is_a_row", `update public.extraction_reviews set row_number = -1 where $1::uuid is not null`],
  [
    "review_value_fits",
    `update public.extraction_reviews set action = 'correct', value = to_jsonb(repeat('a', 4000)) where $1::uuid is not null`,
  ],
  [
    "applied_documents_are_not_negative",
    `update public.schema_applications set documents = -1 where $1::uuid is not null`,
  ],
  [
    "a_user_has_the_same_bytes_once",
    `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256)
    select user_id, filename, 'elsewhere', mime_type, byte_size, content_sha256 from public.documents where id = $1`,
  ],
  [
    "documents_storage_path_key",
    `insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256)
    select user_id, filename, storage_path, mime_type, byte_size, '${sha256()}' from public.documents where id = $1`,
  ],
  ["filename_is_not_blank", "update public.documents set filename = ' ' where id = $1"],
  ["filename_fits", "update public.documents set filename = repeat('a', 256) where id = $1"],
  ["byte_size_is_positive", "update public.documents set byte_size = 0 where id = $1"],
  [
    "content_sha256_is_lowercase_hex",
    "update public.documents set content_sha256 = upper(content_sha256) || 'A' where id = $1",
  ],
  ["page_count_is_not_negative", "update public.documents set page_count = -1 where id = $1"],
  ["unreadable_pages_are_not_negative", "update public.documents set unreadable_pages = -1 where id = $1"],
  [
    "failed_documents_have_an_error",
    `update public.documents set error = '{"stage": "ocr", "code": "a", "message": "b"}' where id = $1`,
  ],
  ["completed_documents_have_a_name", "update public.documents set display_name = null where id = $1"],
  ["display_name_is_not_blank", "update public.documents set display_name = '  ' where id = $1"],
  ["display_name_fits", "update public.documents set display_name = repeat('a', 201) where id = $1"],
  ["summary_fits", "update public.documents set summary = repeat('a', 1001) where id = $1"],
  ["tags_are_few", "update public.documents set tags = array_fill('a'::text, array[51]) where id = $1"],
  ["tags_are_short", "update public.documents set tags = array_fill(repeat('a', 190), array[11]) where id = $1"],
  ["display_name_is_one_line", "update public.documents set display_name = E'a\\nb' where id = $1"],
  ["summary_is_text", "update public.documents set summary = E'a\\x01' where id = $1"],
  ["tags_are_a_flat_list", "update public.documents set tags = '{{a,b},{c,d}}' where id = $1"],
  ["each_tag_is_a_word", "update public.documents set tags = '{a,\" \"}' where id = $1"],
  ["each_tag_is_a_word", "update public.documents set tags = '{a,null}' where id = $1"],
  ["each_tag_fits", "update public.documents set tags = array[repeat('a', 201)] where id = $1"],
  ["correspondent_is_one_line", "update public.documents set correspondent = E'a\\nb' where id = $1"],
  ["document_type_is_one_line", "update public.documents set document_type = E'a\\nb' where id = $1"],
  ["document_date_is_a_day", "update public.documents set document_date = 'infinity' where id = $1"],
  ["locked_fields_are_a_flat_list", "update public.documents set locked_fields = '{{tags,summary}}' where id = $1"],
  ["documents_per_edit_is_positive", "update private.settings set documents_per_edit = 0 where $1 <> ''"],
  ["correspondent_fits", "update public.documents set correspondent = repeat('a', 201) where id = $1"],
  ["document_type_fits", "update public.documents set document_type = repeat('a', 101) where id = $1"],
  ["amount_is_a_sum_of_money", "update public.documents set amount = 'NaN' where id = $1"],
  ["currency_is_iso_4217", "update public.documents set currency = 'euro' where id = $1"],
  ["code_is_iso_4217", "insert into private.currency_signs (code, sign) select 'eur', 'e' where $1 <> ''"],
  ["language_is_iso_639_1", "update public.documents set language = 'english' where id = $1"],
  ["note_is_not_blank", "update public.documents set note = E' \\n' where id = $1"],
  ["note_fits", "update public.documents set note = repeat('a', 2001) where id = $1"],
  ["note_is_text", "update public.documents set note = E'a\\x01' where id = $1"],
  ["metadata_source_is_known", "update public.documents set metadata_source = 'oracle' where id = $1"],
  ["locked_fields_are_known", "update public.documents set locked_fields = '{status}' where id = $1"],
  ["page_number_starts_at_one", "update public.document_pages set page_number = 0 where document_id = $1"],
  ["engine_is_known", "update public.document_pages set engine = 'eyes' where document_id = $1"],
  ["pages_have_an_engine_or_an_error", "update public.document_pages set engine = null where document_id = $1"],
  [
    "unreadable_pages_have_no_text",
    `update public.document_pages set engine = null, error = '{"code": "x", "message": "y"}' where document_id = $1`,
  ],
  [
    "an_error_says_code_and_message",
    `update public.document_pages set engine = null, text = '', error = '{"code": "x"}' where document_id = $1`,
  ],
  ["confidence_is_a_share", "update public.document_pages set confidence = 90 where document_id = $1"],
  [
    "document_pages_pkey",
    "insert into public.document_pages select * from public.document_pages where document_id = $1",
  ],
  ["engine_is_known", "update public.ocr_results set engine = 'eyes' where document_id = $1"],
  ["mean_confidence_is_a_share", "update public.ocr_results set mean_confidence = -0.1 where document_id = $1"],
  ["processing_ms_is_not_negative", "update public.ocr_results set processing_ms = -1 where document_id = $1"],
  ["einvoice_details_are_an_object", "update public.ocr_results set einvoice_details = '[]' where document_id = $1"],
  ["einvoice_is_a_small_object", "update public.ocr_results set einvoice = '[]' where document_id = $1"],
  ["ocr_results_pkey", "insert into public.ocr_results select * from public.ocr_results where document_id = $1"],
  ["stage_is_a_name", "update public.document_events set stage = 'Dreaming of sheep' where document_id = $1"],
  ["kind_is_known", "update public.document_events set kind = 'dreamt' where document_id = $1"],
  ["engine_is_known", "update public.metadata_runs set engine = 'oracle' where document_id = $1"],
  [
    "marks_are_few",
    `insert into private.document_clues (document_id, user_id, marks, dates, amounts)
    select id, user_id, array_fill('a'::text, array[13]), '[]', '[]' from public.documents where id = $1`,
  ],
  [
    "clues_are_small_lists",
    `insert into private.document_clues (document_id, user_id, marks, dates, amounts)
    select id, user_id, '{}', '{}', '[]' from public.documents where id = $1`,
  ],
  ...[
    ["a_hint_knows_its_sender", "marks, correspondent", "'{}', 'Acme'"],
    ["a_hint_teaches_something", "marks", "'{head:acme}'"],
    ["a_label_has_its_place", "marks, date_label", "'{head:acme}', 'date'"],
    ["places_are_the_first_or_the_last", "marks, amount_label, amount_nth", "'{head:acme}', 'total', 2"],
    ["date_order_is_known", "marks, correspondent, date_order", "'{head:acme}', 'Acme', 'year'"],
    ["used_is_not_negative", "marks, correspondent, used", "'{head:acme}', 'Acme', -1"],
  ].map(([constraint, columns, values]): [string, string] => [
    constraint!,
    `insert into public.learned_hints (user_id, ${columns}) select user_id, ${values} from public.documents where id = $1`,
  ]),
  ["counts_are_not_negative", "update public.metadata_runs set input_tokens = -1 where document_id = $1"],
  [
    "instruction_of_a_run_fits",
    "update public.metadata_runs set instruction = repeat('x', 1001) where document_id = $1",
  ],
  ["note_is_known", "update public.metadata_runs set note = 'well done' where document_id = $1"],
  ["einvoice_is_a_small_object", "update public.ocr_results set einvoice = '[]' where document_id = $1"],
  [
    "language_is_iso_639_1",
    "insert into public.preferences (user_id, language) select user_id, 'English' from public.documents where id = $1",
  ],
  [
    "tag_colors_are_by_tag",
    "insert into public.preferences (user_id, tag_colors) select user_id, '[]' from public.documents where id = $1",
  ],
  [
    "tag_colors_are_known",
    `insert into public.preferences (user_id, tag_colors) select user_id, '{"invoice": "url(x)"}' from public.documents where id = $1`,
  ],
  [
    "saved_view_name_is_one_line",
    "insert into public.saved_views (user_id, name, question, position) select user_id, ' ', '', 0 from public.documents where id = $1",
  ],
  [
    "saved_view_question_fits",
    "insert into public.saved_views (user_id, name, question, position) select user_id, 'a', repeat('x', 2001), 0 from public.documents where id = $1",
  ],
  [
    "saved_view_position_is_not_negative",
    "insert into public.saved_views (user_id, name, question, position) select user_id, 'a', '', -1 from public.documents where id = $1",
  ],
  [
    "an_alias_is_another_word",
    "insert into public.tag_aliases (user_id, alias, tag) select user_id, 'a', 'a' from public.documents where id = $1",
  ],
  [
    "aliases_fit",
    "insert into public.tag_aliases (user_id, alias, tag) select user_id, repeat('a', 201), 'a' from public.documents where id = $1",
  ],
  [
    "aliases_are_one_line",
    "insert into public.tag_aliases (user_id, alias, tag) select user_id, E'a\\nb', 'a' from public.documents where id = $1",
  ],
  [
    "tags_of_aliases_fit",
    "insert into public.tag_aliases (user_id, alias, tag) select user_id, 'a', '' from public.documents where id = $1",
  ],
  [
    "a_tag_that_is_there_is_used",
    "update public.tags set documents = 0 where user_id = (select user_id from public.documents where id = $1)",
  ],
  ["month_is_one_of_twelve", "insert into private.month_names (name, month) select 'undecember', 13 where $1 <> ''"],
  [
    "month_is_a_first_day",
    "update public.usage_months set month = month + 1 where user_id = (select user_id from public.documents where id = $1)",
  ],
  [
    "counts_are_not_negative",
    "update public.usage_months set documents = -1 where user_id = (select user_id from public.documents where id = $1)",
  ],
  ["attempts_are_not_negative", "update private.jobs set attempts = -1 where document_id = $1"],
  ["excused_is_not_negative", "update private.jobs set excused = -1 where document_id = $1"],
  [
    "dispatched_jobs_have_a_token",
    "update private.jobs set state = 'dispatched', lease_expires_at = now() where document_id = $1",
  ],
  ["dispatched_jobs_have_a_token", "update private.jobs set token = gen_random_uuid() where document_id = $1"],
  [
    "running_jobs_have_a_lease",
    "update private.jobs set state = 'running', lease_expires_at = now() where document_id = $1",
  ],
  ["running_jobs_have_a_lease", "update private.jobs set lease = gen_random_uuid() where document_id = $1"],
  ["only_queued_jobs_wait", "update private.jobs set run_after = now() where document_id = $1"],
  ["jobs_that_are_out_expire", "update private.jobs set lease_expires_at = now() where document_id = $1"],
  ["dead_jobs_have_an_error", "update private.jobs set state = 'dead' where document_id = $1"],
  [
    "jobs_one_live_a_document_stage_and_event",
    `insert into private.jobs (document_id, user_id, stage, max_attempts, queue_position)
    select document_id, user_id, stage, 1, 0 from private.jobs, generate_series(1, 2) where document_id = $1 and stage = 'ocr'`,
  ],
  ["unreadable_share_is_a_share", "update private.settings set unreadable_share = 1.5 where $1 <> ''"],
  ["a_stage_has_a_short_name", "update private.stages set stage = 'A stage' where $1 <> '' and stage = 'erase'"],
  ["stages_have_an_order", "update private.stages set position = 1 where $1 <> ''"],
  [
    "one_stage_waits_as_a_status",
    "update private.stages set waits_as = 'processing' where $1 <> '' and stage = 'metadata'",
  ],
  ["a_stage_has_all_statuses_or_none", "update private.stages set done_as = null where $1 <> '' and stage = 'ocr'"],
  [
    "failing_looks_the_same_in_every_stage",
    "update private.stages set fails_as = 'completed' where $1 <> '' and stage = 'ocr'",
  ],
  ["only_stages_with_statuses_repeat", "update private.stages set repeats = true where $1 <> '' and stage = 'erase'"],
  [
    "only_stages_without_statuses_outlive_a_document",
    "update private.stages set outlives_document = true where $1 <> '' and stage = 'ocr'",
  ],
  ["claims_include_what_there_is", "update private.stages set claim_includes = '{weather}' where $1 <> ''"],
  [
    "event_types_are_stage_and_kind",
    "insert into private.event_consumers (name, event_types, stage) select $1, '{everything}', 'erase'",
  ],
  [
    "event_types_are_stage_and_kind",
    "insert into private.event_consumers (name, event_types, stage) select $1, '{}', 'erase'",
  ],
  [
    "a_filter_is_a_function_of_private",
    "insert into private.event_consumers (name, event_types, stage, filter) select $1, '{*.failed}', 'erase', 'a b'",
  ],
  [
    "a_consumer_has_a_stage_or_an_action",
    "insert into private.event_consumers (name, event_types, stage, action) select $1, '{*.failed}', 'erase', 'a'",
  ],
  [
    "an_action_is_a_function_of_private",
    "insert into private.event_consumers (name, event_types, action) select $1, '{*.failed}', 'a b'",
  ],
  ["webhooks_per_user_is_not_negative", "update private.settings set webhooks_per_user = -1 where $1 <> ''"],
  ["webhooks_are_tried_for_a_while", "update private.settings set webhooks_tried_for = '0' where $1 <> ''"],
  [
    "webhook_deliveries_are_kept_for_a_while",
    "update private.settings set keep_webhook_deliveries = '0' where $1 <> ''",
  ],
  ["webhook_url_is_an_address_of_the_web", webhook("'https://name:password@example.com', '{document.read}', ''")],
  ["webhook_url_is_an_address_of_the_web", webhook("'ftp://example.com', '{document.read}', ''")],
  ["webhook_url_is_an_address_of_the_web", webhook("E'https://example.com/\\r\\nHost: b', '{document.read}', ''")],
  ["webhook_events_are_known", webhook("'https://example.com', '{document.eaten}', ''")],
  ["webhook_events_are_known", webhook("'https://example.com', '{}', ''")],
  ["webhook_description_fits", webhook("'https://example.com', '{document.read}', E'a\\nb'")],
  ["disabled_webhooks_say_since_when", "update public.webhook_endpoints set enabled = false where $1 <> ''"],
  ["enabled_webhooks_have_no_reason", "update public.webhook_endpoints set disabled_reason = '{}' where $1 <> ''"],
  ["a_user_has_a_rule_name_once", rule("'a'") + " union all " + rule("'a'").slice(rule("'a'").indexOf("select"))],
  ["rule_name_is_one_short_line", rule("E'a\\nb'")],
  [
    "a_retention_keeps_or_holds",
    "insert into public.retentions (document_id, user_id) select id, user_id from public.documents where id = $1",
  ],
  ["due_soon_days_are_not_negative", "update private.settings set due_soon_days = -1 where $1 <> ''"],
  ["rule_run_state_is_known", ruleRun("'lost', null, 0")],
  ["rules_of_a_run_are_some", ruleRun("'done', '{}', 0")],
  ["rule_run_counts_are_not_negative", ruleRun("'done', null, -1")],
  ["rules_per_user_is_not_negative", "update private.settings set rules_per_user = -1 where $1 <> ''"],
  ["a_local_part_is_secret", "update public.inbox_addresses set local_part = 'info' where $1 <> ''"],
  [
    "local_parts_are_unique",
    "insert into public.inbox_addresses (user_id, name, local_part) select user_id, 'b', local_part from public.inbox_addresses where $1 <> ''",
  ],
  ["inbox_address_name_is_one_line", inboxAddress("' ', '{}', '{}'")],
  ["inbox_address_tags_are_few", inboxAddress("'a', array_fill('a'::text, array[11]), '{}'")],
  ["inbox_address_tags_are_words", inboxAddress("'a', '{a b}', '{}'")],
  ["allowed_senders_are_few", inboxAddress("'a', '{}', array_fill('a.de'::text, array[51])")],
  ["allowed_senders_are_addresses_or_domains", inboxAddress("'a', '{}', '{localhost}'")],
  ["allowed_senders_are_addresses_or_domains", inboxAddress("'a', '{}', '{Ada@Example.com}'")],
  ["allowed_senders_are_addresses_or_domains", inboxAddress("'a', '{}', '{\"a@b.de c@d.de@e.de\"}'")],
  ["mails_are_not_negative", "update public.inbox_addresses set mails = -1 where $1 <> ''"],
  [
    "a_message_comes_once_to_an_address",
    "with made as (insert into public.documents (user_id, filename, storage_path, mime_type, byte_size, content_sha256) select user_id, filename, 'other', mime_type, 1, repeat('a', 64) from public.documents where id = $1 returning id) insert into private.mails (document_id, address_id, user_id, message_sha256) select made.id, address_id, user_id, message_sha256 from private.mails, made",
  ],
  [
    "a_refused_mail_is_listed_once",
    "insert into public.refused_mails (address_id, user_id, message_sha256, code, message, sender) select address_id, user_id, message_sha256, code, message, sender from public.refused_mails where $1 <> ''",
  ],
  ["refused_mail_code_is_a_name", "update public.refused_mails set code = 'A bounce' where $1 <> ''"],
  ["refused_mail_message_fits", "update public.refused_mails set message = repeat('a', 501) where $1 <> ''"],
  ["refused_mail_sender_is_one_line", "update public.refused_mails set sender = E'a\nb' where $1 <> ''"],
  [
    "inbox_addresses_per_user_is_not_negative",
    "update private.settings set inbox_addresses_per_user = -1 where $1 <> ''",
  ],
  [
    "mails_per_minute_and_inbox_address_is_positive",
    "update private.settings set mails_per_minute_and_inbox_address = 0 where $1 <> ''",
  ],
  ["upload_link_title_is_one_line", uploadLink("' ', '{}', 1, 1, now() + interval '1 day'")],
  ["upload_link_tags_are_few", uploadLink("'a', array_fill('a'::text, array[11]), 1, 1, now() + interval '1 day'")],
  ["upload_link_tags_are_words", uploadLink("'a', '{a b c,\"\"}', 1, 1, now() + interval '1 day'")],
  ["an_upload_link_ends_within_a_year", uploadLink("'a', '{}', 1, 1, now() + interval '2 years'")],
  ["most_files_are_some", uploadLink("'a', '{}', 0, 1, now() + interval '1 day'")],
  ["most_bytes_are_some", uploadLink("'a', '{}', 1, 0, now() + interval '1 day'")],
  ["files_of_upload_links_are_not_negative", "update public.upload_links set files = -1 where $1 <> ''"],
  ["upload_links_per_user_is_not_negative", "update private.settings set upload_links_per_user = -1 where $1 <> ''"],
  [
    "files_per_minute_and_upload_link_is_positive",
    "update private.settings set files_per_minute_and_upload_link = 0 where $1 <> ''",
  ],
  [
    "files_per_minute_and_address_is_positive",
    "update private.settings set files_per_minute_and_address = 0 where $1 <> ''",
  ],
  ["share_link_description_fits", shareLink("now() + interval '1 day', null, repeat('a', 201)")],
  ["a_share_link_ends_within_a_year", shareLink("now() + interval '2 years', null, ''")],
  ["a_share_link_ends_within_a_year", shareLink("now() - interval '1 hour', null, ''")],
  ["most_openings_are_positive", shareLink("now() + interval '1 day', 0, ''")],
  ["openings_are_not_negative", "update public.share_links set openings = -1 where $1 <> ''"],
  [
    "a_link_has_a_token_of_its_own",
    "insert into private.link_secrets (link_id, user_id, token_sha256) select gen_random_uuid(), user_id, 'x' from public.documents, generate_series(1, 2) where id = $1",
  ],
  [
    "requests_per_minute_and_link_is_positive",
    "update private.settings set requests_per_minute_and_link = 0 where $1 <> ''",
  ],
  [
    "share_links_per_document_is_not_negative",
    "update private.settings set share_links_per_document = -1 where $1 <> ''",
  ],
  ["webhook_failures_are_not_negative", "update public.webhook_endpoints set failures = -1 where $1 <> ''"],
  ["delivery_state_is_known", "update public.webhook_deliveries set state = 'lost' where $1 <> ''"],
  ["delivery_attempts_are_not_negative", "update public.webhook_deliveries set attempts = -1 where $1 <> ''"],
  ["an_attempt_has_a_time", "update public.webhook_deliveries set last_attempt_at = now() where $1 <> ''"],
  ["response_status_is_one_of_http", "update public.webhook_deliveries set response_status = 1000 where $1 <> ''"],
  [
    "response_body_is_one_kilobyte",
    "update public.webhook_deliveries set response_body = repeat('a', 1025) where $1 <> ''",
  ],
  ["failed_deliveries_have_an_error", "update public.webhook_deliveries set state = 'failed' where $1 <> ''"],
  ["in_flight_limit_is_not_negative", "update private.stages set in_flight_limit = -1 where $1 <> ''"],
  ["throttled_to_leaves_one", "update private.stages set throttled_to = 0.5 where $1 <> ''"],
  ["lease_is_positive", "update private.stages set lease = interval '0' where $1 <> ''"],
  ["max_attempts_is_positive", "update private.stages set max_attempts = 0 where $1 <> ''"],
  ["there_is_one_row", "insert into private.settings (only_row) select false where $1 <> ''"],
  ["settings_pkey", "insert into private.settings (only_row) select true where $1 <> ''"],
  ["no_document_is_its_own_part", "update public.documents set parent_id = id where id = $1"],
  ["position_starts_at_one", part("0, 'a', id, null")],
  ["filename_is_not_blank", part("1, ' ', id, null")],
  ["filename_fits", part("1, repeat('a', 256), id, null")],
  ["refused_parts_have_no_document", part(`1, 'a', id, '{"code": "a", "message": "b"}'`)],
  ["an_error_says_code_and_message", part(`1, 'a', null, '{"code": "a"}'`)],
  [
    "document_parts_pkey",
    `${part("1, 'a', null::uuid, null::jsonb")} union all select id, user_id, 1, 'b', null, null from public.documents where id = $1`,
  ],
  ["part_depth_is_not_negative", "update private.settings set part_depth = -1 where $1 <> ''"],
  ["parts_per_upload_is_not_negative", "update private.settings set parts_per_upload = -1 where $1 <> ''"],
  [
    "cost_micro_usd_per_month_is_not_negative",
    "update private.settings set cost_micro_usd_per_month = -1 where $1 <> ''",
  ],
  ["documents_per_month_is_not_negative", "update private.settings set documents_per_month = -1 where $1 <> ''"],
  ["pages_per_month_is_not_negative", "update private.settings set pages_per_month = -1 where $1 <> ''"],
  ["requests_per_minute_is_positive", "update private.settings set requests_per_minute = 0 where $1 <> ''"],
  ["trash_is_kept_for_a_while", "update private.settings set keep_trash = '0' where $1 <> ''"],
  ["documents_are_kept_for_a_while", "update private.settings set keep_documents = '0' where $1 <> ''"],
  [
    "cost_micro_usd_per_month_is_not_negative",
    "insert into private.user_limits (user_id, cost_micro_usd_per_month) select user_id, -1 from public.documents where id = $1",
  ],
  ["pages_hold_those_that_are_counted", "update private.reservations set pages = -1 where document_id = $1"],
  ["pages_counted_are_not_negative", "update private.reservations set pages_counted = -1 where document_id = $1"],
  ["bytes_are_not_negative", "update private.stored_bytes set bytes = -1 where $1 <> ''"],
  ["stored_bytes_are_not_negative", "update private.settings set stored_bytes = -1 where $1 <> ''"],
  ["model_call_lease_is_positive", "update private.settings set model_call_lease = '0' where $1 <> ''"],
  ["reserved_micro_usd_is_positive", modelCall("'open', 0, null, null")],
  ["usage_is_not_negative", modelCall("'settled', 1, -1, now()")],
  ["open_calls_have_no_price_yet", modelCall("'open', 1, 1, null")],
  ["open_calls_are_not_settled", modelCall("'settled', 1, 1, null")],
  ["max_bytes_are_positive", "update private.size_limits set max_bytes = 0 where $1 <> ''"],
];

describe("constraints", () => {
  it.each(REFUSED)("%s refuses: %s", async (constraint, statement) => {
    await expect(database.sql(statement, [document])).rejects.toMatchObject({ constraint });
  });

  it("an_error_says_stage_code_and_message, on a failed document", async () => {
    const failed = await upload(database, user);
    const refused = database.sql(
      `update public.documents set status = 'failed', error = '{"code": "x", "message": "y"}' where id = $1`,
      [failed],
    );
    await expect(refused).rejects.toMatchObject({ constraint: "an_error_says_stage_code_and_message" });
  });

  it("are all tried by this file", async () => {
    const rows = await database.sql(`
      select distinct conname from pg_constraint
      where connamespace in ('public'::regnamespace, 'private'::regnamespace) and contype in ('c', 'u')`);
    const tried = new Set([...REFUSED.map(([constraint]) => constraint), "an_error_says_stage_code_and_message"]);
    expect(rows.map(({ conname }) => conname).filter((name) => !tried.has(name))).toEqual([]);
  });
});

describe("a document's status", () => {
  const STATUSES = ["uploading", "processing", "ocr_complete", "generating_metadata", "completed", "failed"];
  const ALLOWED = [
    "uploading → processing",
    "uploading → failed",
    "processing → ocr_complete",
    "processing → failed",
    "ocr_complete → generating_metadata",
    "ocr_complete → failed",
    "generating_metadata → completed",
    "generating_metadata → failed",
    "completed → generating_metadata",
    "failed → uploading",
    "failed → processing",
    "failed → ocr_complete",
    "failed → generating_metadata",
  ];

  const put = (status: string): Promise<unknown> =>
    database.sql(
      `update public.documents set status = $1::public.document_status,
      error = case when $1 = 'failed' then '{"stage": "ocr", "code": "", "message": ""}'::jsonb end where id = $2`,
      [status, document],
    );

  it("changes in the listed ways only, and says so with 409", async () => {
    const allowed: string[] = [];
    for (const from of STATUSES) {
      for (const to of STATUSES.filter((status) => status !== from)) {
        // The guard is off while the row is put where the attempt starts.
        await database.sql("alter table public.documents disable trigger user");
        await put(from);
        await database.sql("alter table public.documents enable trigger user");
        try {
          await put(to);
          allowed.push(`${from} → ${to}`);
        } catch (error) {
          expect(error).toMatchObject({
            code: "PT409",
            hint: "not_allowed_now",
            message: `A document does not go from ${from} to ${to}.`,
          });
        }
      }
    }
    expect(allowed.sort()).toEqual(ALLOWED.sort());
  });
});
