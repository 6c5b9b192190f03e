import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { METADATA_FIELDS } from "../../supabase/functions/_shared/metadata-fields.ts";
import { type Database, migratedServer, type MigratedServer } from "../../testing/database/migrated.ts";

let server: MigratedServer;
let database: Database;
beforeAll(async () => {
  server = await migratedServer();
  database = await server.database();
});
afterAll(() => server.stop());

/** Who may call each function, by name; a function that is not here fails the test below. */
const SERVICE = ["service_role"];
const USERS = ["authenticated"];
const NOBODY: string[] = [];
const CALLERS: Record<string, string[]> = {
  "public.abandon_upload": SERVICE,
  "public.admit_part": SERVICE,
  "public.admit_upload": SERVICE,
  "public.call_api": USERS,
  "public.call_automation_api": USERS,
  "public.call_api_as_token": SERVICE,
  "public.claim_after": SERVICE,
  "public.claim_job": SERVICE,
  "public.claim_jobs": SERVICE,
  "public.clear_suspect": SERVICE,
  "public.count_refusal": SERVICE,
  "public.complete_erasures": SERVICE,
  "public.complete_job": SERVICE,
  "public.complete_metadata": SERVICE,
  "public.complete_parts": SERVICE,
  "public.complete_reading": SERVICE,
  "public.complete_thumbnail": SERVICE,
  "public.create_api_token": USERS,
  "public.create_inbox_address": USERS,
  "public.revoke_inbox_address": USERS,
  "public.look_at_inbox_address": SERVICE,
  "public.refuse_mail": SERVICE,
  "public.admit_mail": SERVICE,
  "public.use_mail_token": SERVICE,
  "private.make_inbox_address": USERS,
  "private.end_inbox_address": USERS,
  "private.inbox_address_of": SERVICE,
  "private.no_such_inbox_address": SERVICE,
  "private.try_inbox_address": SERVICE,
  "private.list_refused_mail": SERVICE,
  "private.tag_mails": NOBODY,
  "private.with_tags": NOBODY,
  "private.prune_inbox_addresses": NOBODY,
  "public.create_upload_link": USERS,
  "public.revoke_upload_link": USERS,
  "public.look_at_upload_link": SERVICE,
  "public.announce_by_link": SERVICE,
  "private.make_upload_link": USERS,
  "private.end_upload_link": USERS,
  "private.takes_files": SERVICE,
  "private.try_address": SERVICE,
  "private.tag_handed_in": NOBODY,
  "private.prune_upload_links": NOBODY,
  "public.hold_document": USERS,
  "public.change_retention": USERS,
  "public.release_document": USERS,
  "private.is_kept": NOBODY,
  "private.refuse_kept": NOBODY,
  "private.refuse_kept_file": NOBODY,
  "private.retain": NOBODY,
  "private.refuse_erasing_kept": NOBODY,
  "private.own_document": NOBODY,
  "private.change_retention_own": USERS,
  "private.hold_own": USERS,
  "private.release_own": USERS,
  "private.tell_due": NOBODY,
  "public.dry_run_rules": USERS,
  "public.apply_rules": USERS,
  "public.stop_rule_run": USERS,
  "public.undo_rule_run": USERS,
  "private.changes_of": NOBODY,
  "private.write_many": NOBODY,
  "private.similar_to": USERS,
  "public.similar_documents": USERS,
  "private.wants_thumbnail": SERVICE,
  "private.continue_rule_run": NOBODY,
  "private.undo_some_edits": NOBODY,
  "private.continue_rule_runs": NOBODY,
  "private.prune_rule_runs": NOBODY,
  "private.begin_rule_run": USERS,
  "private.own_rule_run": NOBODY,
  "private.halt_rule_run": USERS,
  "private.revert_rule_run": USERS,
  "private.given_rules": NOBODY,
  "private.try_rules": USERS,
  "private.rule_parts": NOBODY,
  "private.texts_of": SERVICE,
  "private.name_placeholders": SERVICE,
  "private.are_texts": NOBODY,
  "private.rule_value_error": NOBODY,
  "private.rule_error": NOBODY,
  "private.words_query": NOBODY,
  "private.compile_rule": NOBODY,
  "private.check_rule": NOBODY,
  "private.keep_compiled_rule": NOBODY,
  "private.document_sources": NOBODY,
  "private.source_of": SERVICE,
  "private.meets_extracted": NOBODY,
  "private.holders_of": NOBODY,
  "private.matching_rules": NOBODY,
  "private.name_by_pattern": NOBODY,
  "private.rules_outcome": NOBODY,
  "private.rules_of": NOBODY,
  "private.run_rules": SERVICE,
  "private.follow_rules": SERVICE,
  "private.tell_rules": SERVICE,
  "private.deliver_ruled": NOBODY,
  "private.write_ruled": NOBODY,
  "private.rule_extracted": NOBODY,
  "public.create_share_link": USERS,
  "public.revoke_share_link": USERS,
  "public.look_at_share_link": SERVICE,
  "public.open_share_link": SERVICE,
  "private.make_share_link": USERS,
  "private.end_share_link": USERS,
  "private.is_live": SERVICE,
  "private.link_refusal": SERVICE,
  "private.no_such_link": SERVICE,
  "private.try_link": SERVICE,
  "private.make_link_secret": NOBODY,
  "private.forget_link_secret": NOBODY,
  "private.prune_share_links": NOBODY,
  "public.create_webhook": USERS,
  "public.redeliver_webhook": USERS,
  "public.rotate_webhook_secret": USERS,
  "public.skip_webhook_delivery": USERS,
  "public.test_webhook": USERS,
  "public.begin_delivery": SERVICE,
  "public.end_delivery": SERVICE,
  "private.give_up_delivery": USERS,
  "private.make_webhook": USERS,
  "private.rotate_secret": USERS,
  "private.send_again": USERS,
  "private.try_webhook": USERS,
  "private.disable_webhook": SERVICE,
  "private.fail_delivery": SERVICE,
  "private.forget_document_in_deliveries": SERVICE,
  "private.next_line": SERVICE,
  "private.webhook_secrets_of": SERVICE,
  "private.add_webhook_secret": NOBODY,
  "private.change_webhook": NOBODY,
  "private.check_webhook_url": NOBODY,
  "private.deliver_event": NOBODY,
  "private.extractions_told": SERVICE,
  "private.forget_webhook_secret": NOBODY,
  "private.make_delivery": NOBODY,
  "private.own_delivery": NOBODY,
  "private.own_webhook": NOBODY,
  "private.prune_webhooks": NOBODY,
  "private.publish": NOBODY,
  "private.publish_deletions": NOBODY,
  "private.queue_webhook_line": NOBODY,
  "private.queue_webhooks": NOBODY,
  "private.webhook_event": NOBODY,
  "private.webhook_payload": NOBODY,
  "public.erase_account": ["authenticated"],
  "public.trash_documents": USERS,
  "private.limit_saved_views": NOBODY,
  "public.restore_documents": USERS,
  "public.trash": USERS,
  "public.empty_trash": USERS,
  "private.move_to_trash": USERS,
  "private.restore_own": USERS,
  "private.own_trash": USERS,
  "private.delete_trash": USERS,
  "private.take_from_trash": SERVICE,
  "private.bring_back": SERVICE,
  "public.begin_extractions": SERVICE,
  "public.extraction_of": SERVICE,
  "public.judge_extraction": SERVICE,
  "public.pages_to_extract": SERVICE,
  "public.request_extraction": SERVICE,
  "public.save_extraction": SERVICE,
  "private.check_difference": SERVICE,
  "private.check_paths": SERVICE,
  "private.check_schema": NOBODY,
  "private.check_table": SERVICE,
  "private.check_terms": SERVICE,
  "private.einvoice_bears": SERVICE,
  "private.equation_error": SERVICE,
  "private.factor_value": SERVICE,
  "private.fail_extractions": NOBODY,
  "private.field_error": SERVICE,
  "private.field_kind": SERVICE,
  "private.joined_checks": SERVICE,
  "private.judged_values": SERVICE,
  "private.keep_schema_version": NOBODY,
  "private.label_forms": SERVICE,
  "private.missing_fields": SERVICE,
  "private.names_currency": SERVICE,
  "private.queue_extractions": NOBODY,
  "private.quoted_values": SERVICE,
  "private.request_extractions": NOBODY,
  "private.says_value": SERVICE,
  "private.scalar_fields": SERVICE,
  "private.schema_error": SERVICE,
  "private.schema_fits": SERVICE,
  "private.settle_extraction": SERVICE,
  "private.signed_amounts": SERVICE,
  "private.table_error": SERVICE,
  "private.term_value": SERVICE,
  "private.text_list_error": SERVICE,
  "private.words_by_label": SERVICE,
  "private.apply_review": NOBODY,
  "private.begin_application": NOBODY,
  "private.checks_now": NOBODY,
  "private.is_of_kind": NOBODY,
  "private.lacking_documents": NOBODY,
  "private.stop_application": NOBODY,
  "public.estimate_schema": USERS,
  "public.schema_rows": USERS,
  "public.schema_sums": USERS,
  "public.fail_job": SERVICE,
  "public.heartbeat": SERVICE,
  "public.join_metadata": SERVICE,
  "public.look_at_describing": SERVICE,
  "public.my_senders": USERS,
  "public.my_tags": USERS,
  "public.export_account": USERS,
  "public.document_history": USERS,
  "public.pipeline_health": SERVICE,
  "public.record_progress": SERVICE,
  "public.record_tool_call": SERVICE,
  "public.refuse_part": SERVICE,
  "public.regenerate_metadata": SERVICE,
  "public.rename_tag": USERS,
  "public.reserve_model_call": SERVICE,
  "public.reserve_model_call_of": SERVICE,
  "private.reserve_call": SERVICE,
  "public.retry_document": SERVICE,
  "public.revoke_api_token": USERS,
  "public.save_pages": SERVICE,
  "public.search_documents": USERS,
  "public.set_fields": USERS,
  "public.sum_amounts": USERS,
  "private.group_of_amounts": USERS,
  "private.shows_currency": SERVICE,
  "public.settle_model_call": SERVICE,
  "public.settled_parts": SERVICE,
  "public.tags_of": SERVICE,
  "public.take_watched": SERVICE,
  "public.undo_metadata_run": USERS,
  "public.unlock_fields": USERS,
  "public.usage_left": ["authenticated"],
  "public.use_api_token": SERVICE,
  "public.yield_job": SERVICE,
  "private.admit_api_token": SERVICE,
  "private.end_api_token": USERS,
  "private.make_api_token": USERS,
  "private.scope_of": SERVICE,
  "private.add_to_tags": NOBODY,
  "private.admit_edit": NOBODY,
  "private.begin_renaming": NOBODY,
  "private.chain_aliases": NOBODY,
  "private.count_edit": NOBODY,
  "private.due_jobs": NOBODY,
  "private.erase_accounts": NOBODY,
  "private.stray_documents": NOBODY,
  "private.erase_log": NOBODY,
  "private.erase_some": NOBODY,
  "private.lock_aliases": NOBODY,
  "private.rename_documents": NOBODY,
  "private.rename_some": NOBODY,
  "private.rename_tags": NOBODY,
  "private.admission": SERVICE,
  "private.admit_file": SERVICE,
  "private.admit_request": SERVICE,
  "private.allowed_in_flight": SERVICE,
  "private.amounts_in": SERVICE,
  "private.announcement_is_live": SERVICE,
  "private.begin_job": SERVICE,
  "private.check_month": SERVICE,
  "private.check_size": SERVICE,
  "private.check_stored_bytes": SERVICE,
  "private.checked_evidence": SERVICE,
  "private.claim_of": SERVICE,
  "private.close_model_call": SERVICE,
  "private.close_quote": SERVICE,
  "private.cost_limit_of": SERVICE,
  "private.complete_erasure": SERVICE,
  "private.count_document": SERVICE,
  "private.count_tags_of_changed": NOBODY,
  "private.count_tags_of_deleted": NOBODY,
  "private.count_tags_of_new": NOBODY,
  "private.count_pages": SERVICE,
  "private.dates_in": SERVICE,
  "private.plain_digits": SERVICE,
  "private.years_of_era": SERVICE,
  "private.day_of": SERVICE,
  "private.debit": SERVICE,
  "private.described_words": NOBODY,
  "private.difference": SERVICE,
  "private.digits_meant": SERVICE,
  "private.dispatch_jobs": SERVICE,
  "private.throttle_stage": SERVICE,
  "private.expect_invocation": SERVICE,
  "private.edited_fields": NOBODY,
  "private.einvoice_says": SERVICE,
  "private.end_job": SERVICE,
  "private.erase_account": NOBODY,
  "private.erase_deleted_documents": NOBODY,
  "private.erase_rejected_file": NOBODY,
  "private.erase_strays": NOBODY,
  "private.expire_documents": NOBODY,
  "private.fail_attempt": SERVICE,
  "private.fail_upload": SERVICE,
  "private.file_is_at_fault": NOBODY,
  "private.find_quote": SERVICE,
  "private.forget_model_call": NOBODY,
  "private.lose_model_calls": NOBODY,
  "private.offer_job": SERVICE,
  "private.settle_deleted": NOBODY,
  "private.finish_job": SERVICE,
  "private.finish_stored_upload": NOBODY,
  "private.finish_upload": NOBODY,
  "private.folded": NOBODY,
  "private.compounds_of": NOBODY,
  "private.other_spellings": NOBODY,
  "private.long_words": NOBODY,
  "private.has_compounds": NOBODY,
  "private.months": NOBODY,
  "private.calendar_day": NOBODY,
  "private.came_by": USERS,
  "private.span_of": NOBODY,
  "private.days_of": NOBODY,
  "private.days_asked": USERS,
  "private.part_pattern": USERS,
  "private.in_pairs": NOBODY,
  "private.question_of": USERS,
  "private.form_alias": NOBODY,
  "private.found_documents": USERS,
  "private.due_date_of": USERS,
  "private.due_asked": NOBODY,
  "private.cell_test": NOBODY,
  "private.field_of": NOBODY,
  "private.found_rows": USERS,
  "private.own_fields": NOBODY,
  "private.review_health": NOBODY,
  "private.row_filters": NOBODY,
  "private.filter_cell": NOBODY,
  "private.leading_filter": NOBODY,
  "private.folded_text": SERVICE,
  "private.summed_rows": USERS,
  "private.free_slots": SERVICE,
  "private.functions_url": NOBODY,
  "private.give_back": NOBODY,
  "private.grow_stage": SERVICE,
  "private.guard_document_status": NOBODY,
  "private.hand_over_shared_parts": NOBODY,
  "private.held_job": SERVICE,
  "private.index_description": NOBODY,
  "private.index_document": NOBODY,
  "private.is_one_use": SERVICE,
  "private.interrupted": SERVICE,
  "private.keep_run": SERVICE,
  "private.known_tag": SERVICE,
  "private.lacks_its_file": SERVICE,
  "private.lock_document_with": SERVICE,
  "private.is_excused": SERVICE,
  // Row level security asks it as the user.
  "private.is_assured": USERS,
  "private.caller": NOBODY,
  "private.is_silent": SERVICE,
  "private.lose_silent_workers": SERVICE,
  "private.lease_after": SERVICE,
  "private.lease_job": SERVICE,
  "private.lose_worker": SERVICE,
  "private.suspect_job": SERVICE,
  "private.suspect_user": SERVICE,
  "private.is_suspected": SERVICE,
  "private.next_due": SERVICE,
  "private.probe_workers": NOBODY,
  "private.lock_dispatch": SERVICE,
  "private.lock_document_of": SERVICE,
  "private.lock_edited_fields": NOBODY,
  "private.lock_usage": SERVICE,
  "private.matches_of": NOBODY,
  "private.assignments": SERVICE,
  "private.labels_of": SERVICE,
  "private.clue_of": NOBODY,
  "private.forget": NOBODY,
  "private.keep_clues": SERVICE,
  "private.learn": NOBODY,
  "private.learn_value": NOBODY,
  "private.label_before": NOBODY,
  "private.places_of_value": NOBODY,
  "private.hints_for": SERVICE,
  "public.begin_suggestion": SERVICE,
  "public.judge_suggestion": SERVICE,
  "private.taught_fields": SERVICE,
  "private.use_extraction_hints": SERVICE,
  "private.shared_marks": SERVICE,
  "private.taught_name": SERVICE,
  "private.use_hint": SERVICE,
  "private.weight_of_marks": SERVICE,
  "public.learned_hint_of": SERVICE,
  "private.lockable_fields": ["authenticated", "service_role"],
  "private.metadata_fields": ["authenticated", "service_role"],
  "private.value_to_write": SERVICE,
  "private.model_use": SERVICE,
  "private.month_ends": SERVICE,
  "private.name_to_write": SERVICE,
  "private.names_of": NOBODY,
  "private.next_queue_position": SERVICE,
  "private.note_part": SERVICE,
  "private.parts_below": SERVICE,
  "private.numbers_of": SERVICE,
  "private.pg_net_health": NOBODY,
  "private.pipeline_health": SERVICE,
  "private.plain": SERVICE,
  "private.plurals_of": SERVICE,
  "private.prune": NOBODY,
  "private.queue_job": SERVICE,
  "private.quote_on_page": SERVICE,
  "private.quotes_of": SERVICE,
  "private.record_event": SERVICE,
  "private.refuse": SERVICE,
  "private.refuse_beyond_part_limits": SERVICE,
  "private.queue_due_retries": SERVICE,
  "private.refuse_until": SERVICE,
  "private.request_metadata": NOBODY,
  "private.reserve": NOBODY,
  "private.reserve_again": NOBODY,
  "private.reserve_pages": NOBODY,
  "private.retry_delay": SERVICE,
  "private.revive_job": NOBODY,
  "private.root_of": SERVICE,
  "private.says": SERVICE,
  "private.says_name": SERVICE,
  "private.search_of": NOBODY,
  "private.seconds_up": NOBODY,
  "private.settle_upload": NOBODY,
  "private.singulars_of": SERVICE,
  "private.snippet_of": USERS,
  "private.stage_health": NOBODY,
  "private.stored_file_problem": NOBODY,
  "private.sweep_health": NOBODY,
  "private.sweep_jobs": NOBODY,
  "private.sweep_stage": NOBODY,
  "private.change_usage": NOBODY,
  "private.publish_event": NOBODY,
  "private.stage_named": SERVICE,
  "private.stage_after": SERVICE,
  "private.set_document_status": SERVICE,
  "private.forget_dead_jobs": SERVICE,
  "private.lock_free_document_of": SERVICE,
  "private.complete_stage": SERVICE,
  "private.was_done": SERVICE,
  "private.sweep_upload": NOBODY,
  "private.tag_forms": SERVICE,
  "private.tag_key": SERVICE,
  "private.tag_likeness": ["authenticated", "service_role"],
  "private.tag_of": SERVICE,
  "private.tags_to_use": SERVICE,
  "private.take_next": SERVICE,
  "private.take_up_again": SERVICE,
  "private.this_month": SERVICE,
  "private.title_of": SERVICE,
  "private.too_many_unreadable": SERVICE,
  "private.touch_updated_at": NOBODY,
  "private.current_queue_position": SERVICE,
  "private.unproven_fields": SERVICE,
  "private.values_to_write": SERVICE,
  "private.visible": SERVICE,
  "private.options_of": SERVICE,
  "private.words_around": SERVICE,
  "private.search_order": USERS,
  "private.words_asked": USERS,
  "private.words_of": NOBODY,
  "private.years_of": SERVICE,
};

/** What the roles of the Data API may do with each table as a whole, and which columns users may write. */
const EDITABLE = [...METADATA_FIELDS.map(({ name }) => name), "locked_fields", "note"].sort();
const ALL = ["DELETE", "INSERT", "SELECT", "UPDATE"];
const APPEND = ["DELETE", "INSERT", "SELECT"];
const TABLES: Record<string, { anon: string[]; authenticated: string[]; service_role: string[]; editable: string[] }> =
  {
    "public.documents": { anon: [], authenticated: ["DELETE", "SELECT"], service_role: ALL, editable: EDITABLE },
    "public.document_pages": { anon: [], authenticated: ["SELECT"], service_role: ALL, editable: [] },
    "public.document_parts": { anon: [], authenticated: ["SELECT"], service_role: ALL, editable: [] },
    "public.ocr_results": { anon: [], authenticated: ["SELECT"], service_role: ALL, editable: [] },
    "public.document_events": { anon: [], authenticated: ["SELECT"], service_role: APPEND, editable: [] },
    "public.metadata_runs": { anon: [], authenticated: ["SELECT"], service_role: APPEND, editable: [] },
    "public.usage_months": { anon: [], authenticated: ["SELECT"], service_role: ALL, editable: [] },
    "public.document_search": { anon: [], authenticated: ["SELECT"], service_role: ALL, editable: [] },
    "public.preferences": {
      anon: [],
      authenticated: ALL,
      service_role: ALL,
      editable: ["language", "tag_colors", "user_id"],
    },
    "public.tags": { anon: [], authenticated: ["SELECT"], service_role: ["SELECT"], editable: [] },
    "public.api_tokens": { anon: [], authenticated: ["SELECT"], service_role: ["SELECT", "UPDATE"], editable: [] },
    "private.api_token_secrets": { anon: [], authenticated: [], service_role: ["SELECT", "UPDATE"], editable: [] },
    "public.share_links": { anon: [], authenticated: ["SELECT"], service_role: ["SELECT", "UPDATE"], editable: [] },
    "public.upload_links": { anon: [], authenticated: ["SELECT"], service_role: ["SELECT", "UPDATE"], editable: [] },
    "public.rules": {
      anon: [],
      authenticated: ["DELETE", "SELECT"],
      service_role: ["SELECT"],
      editable: ["actions", "conditions", "enabled", "id", "name", "position"],
    },
    "public.retentions": { anon: [], authenticated: ["SELECT"], service_role: ["SELECT"], editable: [] },
    "private.due_told": { anon: [], authenticated: [], service_role: [], editable: [] },
    "public.rule_runs": { anon: [], authenticated: ["SELECT"], service_role: ["SELECT"], editable: [] },
    "private.rule_edits": { anon: [], authenticated: [], service_role: [], editable: [] },
    "private.compiled_rules": { anon: [], authenticated: [], service_role: ["SELECT"], editable: [] },
    "public.inbox_addresses": {
      anon: [],
      authenticated: ["SELECT"],
      service_role: ["SELECT", "UPDATE"],
      editable: [],
    },
    "public.refused_mails": {
      anon: [],
      authenticated: ["SELECT"],
      service_role: ["DELETE", "INSERT", "SELECT", "UPDATE"],
      editable: [],
    },
    "private.mail_tokens": { anon: [], authenticated: [], service_role: ["INSERT", "SELECT"], editable: [] },
    "private.mails": {
      anon: [],
      authenticated: [],
      service_role: ["DELETE", "INSERT", "SELECT", "UPDATE"],
      editable: [],
    },
    "private.handed_in": { anon: [], authenticated: [], service_role: ["INSERT", "SELECT", "UPDATE"], editable: [] },
    "private.link_addresses": {
      anon: [],
      authenticated: [],
      service_role: ["INSERT", "SELECT", "UPDATE"],
      editable: [],
    },
    "private.link_secrets": { anon: [], authenticated: [], service_role: ["SELECT", "UPDATE"], editable: [] },
    "public.webhook_endpoints": {
      anon: [],
      authenticated: ["DELETE", "SELECT"],
      service_role: ["SELECT", "UPDATE"],
      editable: ["description", "enabled", "events", "url"],
    },
    "public.webhook_deliveries": {
      anon: [],
      authenticated: ["SELECT"],
      service_role: ["SELECT", "UPDATE"],
      editable: [],
    },
    "private.webhook_secrets": { anon: [], authenticated: [], service_role: [], editable: [] },
    "public.tag_aliases": {
      anon: [],
      authenticated: ["DELETE", "SELECT"],
      service_role: ALL,
      editable: ["alias", "tag", "user_id"],
    },
    "public.saved_views": {
      anon: [],
      authenticated: ["DELETE", "SELECT"],
      service_role: ["SELECT"],
      editable: ["name", "position", "question"],
    },
    "public.extraction_schemas": {
      anon: [],
      authenticated: ["DELETE", "SELECT"],
      service_role: ["SELECT"],
      editable: ["description", "document_types", "fields", "id", "name", "senders", "tags"],
    },
    "public.extraction_schema_versions": {
      anon: [],
      authenticated: ["SELECT"],
      service_role: ["SELECT"],
      editable: [],
    },
    "public.extractions": { anon: [], authenticated: ["SELECT"], service_role: ALL, editable: [] },
    "public.extracted_values": { anon: [], authenticated: ["SELECT"], service_role: ALL, editable: [] },
    "public.extraction_proposals": { anon: [], authenticated: ["SELECT"], service_role: ALL, editable: [] },
    "public.extraction_reviews": {
      anon: [],
      authenticated: ["SELECT"],
      service_role: ["SELECT"],
      editable: ["action", "extraction_id", "path", "row_number", "value"],
    },
    "public.schema_applications": {
      anon: [],
      authenticated: ["DELETE", "SELECT"],
      service_role: ["SELECT"],
      editable: ["schema_id"],
    },
    "public.extraction_hints": {
      anon: [],
      authenticated: ["DELETE", "SELECT"],
      service_role: ["SELECT", "UPDATE"],
      editable: [],
    },
    "public.learned_hints": {
      anon: [],
      authenticated: ["DELETE", "SELECT"],
      service_role: ["SELECT", "UPDATE"],
      editable: [],
    },
    "private.document_clues": { anon: [], authenticated: [], service_role: ALL, editable: [] },
    "private.currency_signs": { anon: [], authenticated: [], service_role: ["SELECT"], editable: [] },
    "private.month_names": { anon: [], authenticated: [], service_role: ["SELECT"], editable: [] },
    "private.jobs": { anon: [], authenticated: [], service_role: ALL, editable: [] },
    "private.event_consumers": { anon: [], authenticated: [], service_role: ["SELECT"], editable: [] },
    "private.stages": { anon: [], authenticated: [], service_role: ["SELECT"], editable: [] },
    "private.settings": { anon: [], authenticated: [], service_role: ["SELECT"], editable: [] },
    "private.sweep_place": { anon: [], authenticated: [], service_role: [], editable: [] },
    "private.suspected_users": {
      anon: [],
      authenticated: [],
      service_role: ["INSERT", "SELECT", "UPDATE"],
      editable: [],
    },
    "private.user_limits": { anon: [], authenticated: ["SELECT"], service_role: ["SELECT"], editable: [] },
    "private.size_limits": { anon: [], authenticated: [], service_role: ["SELECT"], editable: [] },
    "private.request_rates": { anon: [], authenticated: [], service_role: ALL, editable: [] },
    "private.model_calls": { anon: [], authenticated: ["SELECT"], service_role: ALL, editable: [] },
    "private.stored_bytes": { anon: [], authenticated: ["SELECT"], service_role: ALL, editable: [] },
    "private.upload_invocations": { anon: [], authenticated: [], service_role: ALL, editable: [] },
    "private.reservations": { anon: [], authenticated: ["SELECT"], service_role: ALL, editable: [] },
    "private.account_erasures": { anon: [], authenticated: [], service_role: [], editable: ["user_id"] },
  };

const FUNCTIONS = `
  select p.oid, format('%I.%I', n.nspname, p.proname) as name, p.prosecdef as definer, p.proconfig as config,
    obj_description(p.oid, 'pg_proc') as comment, p.proargtypes::oid[] as arguments, p.prorettype::regtype::text as returns
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('public', 'private')
  order by 2`;

describe("functions", () => {
  it("may be called by those that are listed here, and by no other role", async () => {
    const rows = await database.sql(`
      select name, array(select role from unnest(array['anon', 'authenticated', 'service_role', 'authenticator']) as role
        where has_function_privilege(role, oid, 'execute')) as callers
      from (${FUNCTIONS}) as functions`);
    expect(Object.fromEntries(rows.map(({ name, callers }) => [name, callers]))).toEqual(CALLERS);
  });

  it("are refused when a user or an anonymous caller calls one that is not theirs", async () => {
    const rows = await database.sql(`
      select name, (select string_agg(format('null::%s', format_type(type, null)), ', ' order by position)
        from unnest(arguments) with ordinality as types (type, position)) as arguments
      from (${FUNCTIONS}) as functions where returns <> 'trigger'`);
    const user = await database.user();
    for (const { name, arguments: values } of rows) {
      const call = `select ${name}(${values ?? ""})`;
      await expect(database.asAnon(call), call).rejects.toMatchObject({ code: "42501" });
      if (!CALLERS[name]!.includes("authenticated"))
        await expect(database.asUser(user, call), call).rejects.toMatchObject({ code: "42501" });
    }
  });

  it("all have a comment and an empty search path, and no definer is in the public schema", async () => {
    const rows = await database.sql(FUNCTIONS);
    expect(rows.filter(({ comment }) => !comment).map(({ name }) => name)).toEqual([]);
    expect(rows.filter(({ config }) => !config?.includes('search_path=""')).map(({ name }) => name)).toEqual([]);
    expect(rows.filter(({ name, definer }) => definer && name.startsWith("public.")).map(({ name }) => name)).toEqual(
      [],
    );
  });
});

describe("tables", () => {
  const RELATIONS = `
    select c.oid, format('%I.%I', n.nspname, c.relname) as name, n.nspname as schema, c.relrowsecurity as rls, obj_description(c.oid, 'pg_class') as comment
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'v', 'm', 'f') order by 2`;

  it("grant to each role what is listed here, and no more", async () => {
    const rows = await database.sql(`
      select name, json_object_agg(role, array(
          select privilege from unnest(array['DELETE', 'INSERT', 'SELECT', 'TRIGGER', 'TRUNCATE', 'REFERENCES', 'UPDATE']) as privilege
          where has_table_privilege(role, oid, privilege) order by privilege)) as grants,
        array(select attname from pg_attribute where attrelid = oid and attnum > 0
          and (has_column_privilege('authenticated', oid, attnum, 'UPDATE') or has_column_privilege('authenticated', oid, attnum, 'INSERT'))
          order by attname)::text[] as editable
      from (${RELATIONS}) as relations, unnest(array['anon', 'authenticated', 'service_role']) as role
      group by oid, name`);
    expect(Object.fromEntries(rows.map(({ name, grants, editable }) => [name, { ...grants, editable }]))).toEqual(
      TABLES,
    );
  });

  it("of the public schema all have row level security and policies, none of which is for everybody", async () => {
    const rows = await database.sql(`
      select name, rls, array(select distinct unnest(polroles)::regrole::text from pg_policy where polrelid = relations.oid) as roles
      from (${RELATIONS}) as relations where schema = 'public'`);
    for (const row of rows) expect(row, row.name).toMatchObject({ rls: true, roles: ["authenticated"] });
  });

  it("and their types all have a comment", async () => {
    const rows = await database.sql(`
      select name from (${RELATIONS}) as relations where comment is null
      union all select typname from pg_type join pg_namespace n on n.oid = typnamespace
        where nspname in ('public', 'private') and typtype in ('e', 'd') and obj_description(pg_type.oid, 'pg_type') is null`);
    expect(rows).toEqual([]);
  });

  it("are sent over Realtime only where that is meant", async () => {
    const rows = await database.sql(
      "select tablename from pg_publication_tables where pubname = 'supabase_realtime' order by 1",
    );
    expect(rows.map(({ tablename }) => tablename)).toEqual(["document_events", "documents", "extractions"]);
  });
});

describe("foreign keys", () => {
  it("all stand on an index, so that deleting a user or a document reads no whole table", async () => {
    const rows = await database.sql(`
      select conrelid::regclass::text || '.' || conname as missing from pg_constraint
      where contype = 'f' and connamespace in ('public'::regnamespace, 'private'::regnamespace)
        and not exists (select from pg_index where indrelid = conrelid and indpred is null and indkey[0] = conkey[1])`);
    expect(rows).toEqual([]);
  });
});

describe("the private schema", () => {
  it("is closed to users and anonymous callers", async () => {
    const user = await database.user();
    for (const table of ["jobs", "stages", "settings"]) {
      await expect(database.asAnon(`select from private.${table}`)).rejects.toMatchObject({ code: "42501" });
      await expect(database.asUser(user, `select from private.${table}`)).rejects.toMatchObject({ code: "42501" });
    }
  });

  it("keeps its address book from users too", async () => {
    await expect(database.asUser(await database.user(), "select from vault.decrypted_secrets")).rejects.toMatchObject({
      code: "42501",
    });
  });
});
