-- The search vector has a table of its own: Realtime sends whole rows, and nobody wants a document's vocabulary with
-- every change of its status.

create text search configuration public.unaccented (copy = pg_catalog.simple);
alter text search configuration public.unaccented
  alter mapping for word, hword, hword_part with extensions.unaccent, pg_catalog.simple;
comment on text search configuration public.unaccented is
  'Words in no language in particular, without accents. Name it in searches, so that their accents do not matter '
  'either.';

create table public.document_search (
  document_id uuid primary key references public.documents on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  search tsvector not null,
  names text not null default '',
  compounds text not null default '',
  created_at timestamptz not null default now()
);
create index document_search_by_word on public.document_search using gin (search);
create index document_search_by_part_of_name on public.document_search using gin (names extensions.gin_trgm_ops);
create index document_search_by_part_of_word on public.document_search using gin (compounds extensions.gin_trgm_ops);
create index document_search_by_age on public.document_search (user_id, created_at);

comment on table public.document_search is
  'What a document is found by: its names (weight A), tags and correspondent (B), summary and note (C) and text (D), '
  'without accents.';
comment on column public.document_search.names is
  'Names, tags and correspondent in lower case without accents: for parts of words, and words that are nearly right.';
comment on column public.document_search.compounds is
  'The long words of the text, in languages that write compounds as one word: a search for "Rechnung" finds '
  '"Stromrechnung".';
comment on column public.document_search.created_at is
  'The document''s, so that the newest matches of a common word are found without reading all of them.';

alter table public.document_search enable row level security;
create policy "users can search their own documents" on public.document_search
  for select to authenticated using (user_id = (select auth.uid()));

revoke all on public.document_search from anon, authenticated, service_role, public;
grant select on public.document_search to authenticated;
grant select, insert, update, delete on public.document_search to service_role;

create function private.words_of(source text) returns tsvector
language plpgsql stable set search_path = '' as $$
begin
  return to_tsvector('public.unaccented', coalesce(source, ''))
    || to_tsvector('public.unaccented', coalesce(private.other_spellings(source), ''));
end
$$;
comment on function private.words_of(text) is
  'The words of a text for searching, without accents, in no language in particular.';

create function private.described_words(document public.documents) returns tsvector
language plpgsql stable set search_path = '' as $$
begin
  -- Once more without its ending, for "Lighthouse.pdf" is a file's name and no word.
  return setweight(private.words_of(concat_ws(' ', document.display_name,
    regexp_replace(document.display_name, '\.\w{1,8}$', ''), document.filename)), 'A')
    || setweight(private.words_of(concat_ws(' ', document.correspondent, document.document_type,
      array_to_string(document.tags, ' '))), 'B')
    || setweight(private.words_of(concat_ws(' ', document.summary, document.note)), 'C');
end
$$;
comment on function private.described_words(public.documents) is
  'What a document is found by, weighted, but for its text.';

create function private.search_of(document public.documents, raw_text text) returns tsvector
language plpgsql stable set search_path = '' as $$
declare
  -- The loop ends by its return. @plpgsql_check_options: extra_warnings = false
  taken integer := 400000;
begin
  loop
    begin
      return private.described_words(document) || setweight(private.words_of(left(raw_text, taken)), 'D');
    exception when program_limit_exceeded then
      -- A tsvector holds at most 1 MB, and how much text that is depends on its script: take less rather than fail.
      if taken = 0 then raise; end if;
      taken := case when taken > 1000 then taken / 2 else 0 end;
    end;
  end loop;
end
$$;
comment on function private.search_of(public.documents, text) is
  'What a document is found by, weighted; of a very long text, as much of its beginning as fits.';

create function private.names_of(document public.documents) returns text
language plpgsql stable set search_path = '' as $$
declare
  names constant text := concat_ws(' ', document.display_name, document.filename, document.correspondent,
    array_to_string(document.tags, ' '));
begin
  return lower(extensions.unaccent(concat_ws(' ', names, private.other_spellings(names))));
end
$$;
comment on function private.names_of(public.documents) is 'What a document is called, folded for comparing.';

create function private.compounds_of(document public.documents, raw_text text) returns text
language plpgsql stable set search_path = '' as $$
begin
  return case when private.has_compounds(document.language) then private.long_words(raw_text) else '' end;
end
$$;
comment on function private.compounds_of(public.documents, text) is
  'The long words of a text, if its language writes compounds as one word.';

create function private.index_description(document public.documents) returns void
language plpgsql set search_path = '' as $$
begin
  -- The words of the text stay as they are: to find them again is most of the work. Each time they move a little
  -- further from the beginning, by as many words as stand before them; between them nothing changes.
  update public.document_search
  set search = private.described_words(document) || ts_filter(search, '{d}'), names = private.names_of(document)
  where document_id = document.id;
exception when program_limit_exceeded then
  update public.document_search
  set search = private.search_of(document, (select raw_text from public.ocr_results where document_id = document.id)),
    names = private.names_of(document)
  where document_id = document.id;
end
$$;
comment on function private.index_description(public.documents) is
  'Keeps document_search in step with what a document is called, tagged and summarised as.';
revoke execute on function private.index_description(public.documents), private.described_words(public.documents)
  from public, anon, authenticated;

create function private.index_document() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  raw_text constant text := (select ocr_results.raw_text from public.ocr_results where document_id = new.id);
begin
  if tg_op = 'UPDATE' and (new.status <> 'ocr_complete' or old.status = 'ocr_complete') then
    perform private.index_description(new);
    -- The language is known once a document is described.
    if old.language is distinct from new.language
      and (private.has_compounds(old.language) or private.has_compounds(new.language)) then
      update public.document_search set compounds = private.compounds_of(new, raw_text) where document_id = new.id;
    end if;
    return null;
  end if;
  insert into public.document_search (document_id, user_id, search, names, compounds, created_at)
  values (new.id, new.user_id, private.search_of(new, raw_text), private.names_of(new),
    private.compounds_of(new, raw_text), new.created_at)
  on conflict (document_id) do update set search = excluded.search, names = excluded.names,
    compounds = excluded.compounds;
  return null;
end
$$;
comment on function private.index_document() is
  'Trigger: keeps document_search in step with a document and its text: with all of it when it is made or read, else '
  'with what describes it.';
revoke execute on function private.index_document() from public, anon, authenticated;

revoke execute on function private.compounds_of(public.documents, text) from public, anon, authenticated;
revoke execute on function private.words_of(text), private.search_of(public.documents, text),
  private.names_of(public.documents) from public, anon, authenticated;
