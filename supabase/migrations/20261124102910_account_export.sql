-- What a user has here beside documents, for a copy of everything. Documents and their histories come one by one, by
-- call_api.

create function public.export_account() returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'preferences', (select to_jsonb(p) - 'user_id' from public.preferences as p),
    'tags', (select coalesce(jsonb_agg(to_jsonb(t) - 'user_id' order by t.tag), '[]') from public.tags as t),
    'tag_aliases', (select coalesce(jsonb_agg(to_jsonb(a) - 'user_id' order by a.alias), '[]')
      from public.tag_aliases as a),
    'saved_views', (select coalesce(jsonb_agg(to_jsonb(v) - 'user_id' order by v.position, v.name), '[]')
      from public.saved_views as v),
    'rules', (select coalesce(jsonb_agg(to_jsonb(r) - 'user_id' order by r.position, r.name), '[]')
      from public.rules as r),
    'schemas', (select coalesce(jsonb_agg(to_jsonb(s) - 'user_id' order by s.name), '[]')
      from public.extraction_schemas as s),
    'schema_versions', (select coalesce(jsonb_agg(to_jsonb(v) - 'user_id'), '[]')
      from public.extraction_schema_versions as v),
    'learned_hints', (select coalesce(jsonb_agg(to_jsonb(h) - 'user_id'), '[]') from public.learned_hints as h),
    'retentions', (select coalesce(jsonb_agg(to_jsonb(k) - 'user_id'), '[]') from public.retentions as k),
    'share_links', (select coalesce(jsonb_agg(to_jsonb(l) - 'user_id' order by l.created_at), '[]')
      from public.share_links as l),
    'upload_links', (select coalesce(jsonb_agg(to_jsonb(l) - 'user_id' order by l.created_at), '[]')
      from public.upload_links as l),
    'inbox_addresses', (select coalesce(jsonb_agg(to_jsonb(i) - 'user_id' order by i.created_at), '[]')
      from public.inbox_addresses as i),
    'refused_mails', (select coalesce(jsonb_agg(to_jsonb(m) - 'user_id'), '[]') from public.refused_mails as m),
    -- The address of a webhook is often a secret of its own, and a program's token is no person.
    'webhooks', (select coalesce(jsonb_agg(to_jsonb(w) - 'user_id' - case
      when (select auth.jwt()) ? 'api_token_id' then 'url' else '' end order by w.created_at), '[]')
      from public.webhook_endpoints as w),
    'api_tokens', (select coalesce(jsonb_agg(to_jsonb(t) - 'user_id' order by t.created_at), '[]')
      from public.api_tokens as t),
    'usage_months', (select coalesce(jsonb_agg(to_jsonb(u) - 'user_id' order by u.month), '[]')
      from public.usage_months as u))
$$;
comment on function public.export_account() is
  'Everything that the signed-in user has beside documents, by kind: {preferences, tags, tag_aliases, saved_views, '
  'rules, schemas, schema_versions, learned_hints, retentions, share_links, upload_links, inbox_addresses, '
  'refused_mails, webhooks, api_tokens, usage_months}. Without secrets; to an API token without the addresses of '
  'webhooks.';

create function public.document_history(document_id uuid) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'events', (select coalesce(jsonb_agg(to_jsonb(e) - array['user_id', 'document_id'] order by e.id), '[]')
      from public.document_events as e where e.document_id = document_history.document_id),
    'runs', (select coalesce(jsonb_agg(to_jsonb(r) - array['user_id', 'document_id'] order by r.id), '[]')
      from public.metadata_runs as r where r.document_id = document_history.document_id),
    'parts', (select coalesce(jsonb_agg(to_jsonb(p) - array['user_id', 'parent_id'] order by p.position), '[]')
      from public.document_parts as p where p.parent_id = document_history.document_id),
    'extractions', (select coalesce(jsonb_agg(to_jsonb(x) - array['user_id', 'document_id'] || jsonb_build_object(
        'reviews', (select coalesce(jsonb_agg(to_jsonb(w) - array['user_id', 'extraction_id'] order by w.created_at),
          '[]')
          from public.extraction_reviews as w where w.extraction_id = x.id)) order by x.created_at), '[]')
      from public.extractions as x where x.document_id = document_history.document_id))
$$;
comment on function public.document_history(uuid) is
  'What happened to a document of the signed-in user: {events, runs: each description with what it proposed, its '
  'evidence and what was there before, parts, extractions: with their values'' reviews}. Empty of another''s.';

revoke execute on function public.export_account(), public.document_history(uuid) from public, anon, authenticated,
  service_role;
grant execute on function public.export_account(), public.document_history(uuid) to authenticated;
