create function private.quotes_of(evidence jsonb) returns table (field text, page integer, quote text, source text)
language sql immutable set search_path = '' as $$
  select key,
    case when value ->> 'page' ~ '^[1-9]\d{0,5}$' then (value ->> 'page')::integer end,
    value ->> 'quote', value ->> 'source'
  from jsonb_each(case when jsonb_typeof(evidence) = 'object' then evidence else '{}' end)
  where (key in ('amount', 'subject') or key in (select fields.evidence from private.metadata_fields() as fields))
    and jsonb_typeof(value) = 'object' and jsonb_typeof(value -> 'quote') = 'string'
$$;
comment on function private.quotes_of(jsonb) is 'The evidence that an engine gives, {value: {page, quote, source}}, without what is no evidence.';

create function private.says_name(words text, name text) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(extensions.word_similarity(plain, words) >= 0.6
    or (length(letters) >= 3 and position(letters in regexp_replace(words, '[^[:alnum:]]', '', 'g')) > 0), false)
  from (select private.plain(left(name, 200)), regexp_replace(private.plain(left(name, 200)), '[^[:alnum:]]', '', 'g')) as form (plain, letters)
$$;
comment on function private.says_name(text, text) is
  'Whether words (as private.plain writes them) name somebody: a word that was misread does not matter, nor does "www.acme-web.example" for "Acme Web".';

create function private.says(words text, field text, proposal jsonb) returns boolean
language sql stable set search_path = '' as $$
  select case coalesce((select kind from private.metadata_fields() as fields where fields.field = says.field), says.field)
    when 'party' then proposal ->> field is null or private.says_name(words, proposal ->> field)
    when 'date' then case when proposal ->> field is null then exists (select private.dates_in(words))
      else proposal ->> field in (select day::text from private.dates_in(words) as day) end
    when 'amount' then case when jsonb_typeof(proposal #> '{amount,value}') = 'number'
      then abs((proposal #>> '{amount,value}')::numeric) in (select private.amounts_in(words)) else exists (select private.amounts_in(words)) end
    else true
  end
$$;
comment on function private.says(text, text, jsonb) is
  'Whether words, as private.plain writes them, bear the proposed value of a field: a correspondent is named in them, a date or an amount follows from them. What is no such value is borne by any words.';

create function private.einvoice_says(einvoice jsonb, field text, proposal jsonb) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(case coalesce(listed.kind, einvoice_says.field)
    when 'party' then private.says_name(private.plain(einvoice_says.einvoice ->> listed.einvoice), proposal ->> listed.field)
    when 'date' then einvoice_says.einvoice ->> listed.einvoice = proposal ->> listed.field
    when 'amount' then einvoice_says.einvoice ->> 'grand_total' is not null
      and (coalesce(jsonb_typeof(proposal #> '{amount,value}'), 'null') = 'null' or proposal #> '{amount,value}' = einvoice_says.einvoice -> 'grand_total')
    else einvoice_says.einvoice is not null
  end, false)
  from (select) as one left join private.metadata_fields() as listed on listed.field = einvoice_says.field
$$;
comment on function private.einvoice_says(jsonb, text, jsonb) is
  'Whether the XML that was stored with the text bears the proposed value of a field: it is the invoice itself, and needs no page.';

create function private.checked_evidence(document_id uuid, proposal jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_object_agg(quotes.field, case
    when quotes.source = 'einvoice' then jsonb_build_object(
      'page', null, 'quote', shown.quote, 'source', 'einvoice', 'verified', private.einvoice_says(results.einvoice, quotes.field, proposal))
    else jsonb_strip_nulls(jsonb_build_object(
      'quote', shown.quote,
      'similarity', case when found.similarity < 1 then round(found.similarity::numeric, 2) end,
      'on_page', case when found.similarity < 1 then found.excerpt end,
      'verified', found.page_number is not null and private.says(found.excerpt, quotes.field, proposal)))
      || jsonb_build_object('page', coalesce(found.page_number, quotes.page))
    end), '{}')
  from private.quotes_of(proposal -> 'evidence') as quotes
  cross join lateral (select private.visible(left(quotes.quote, 300)) as quote) as shown
  left join public.ocr_results as results on results.document_id = checked_evidence.document_id
  left join lateral private.find_quote(checked_evidence.document_id, quotes.page, quotes.quote) as found
    on quotes.source is distinct from 'einvoice'
$$;
comment on function private.checked_evidence(uuid, jsonb) is
  'The evidence of a proposal after looking it up: {field: {page, quote, verified}}, with similarity and on_page (the page''s own words) where they differ a little, and the page where the quote stands, if it is another than was said. verified: the words stand there, and the value follows from them.';

revoke execute on function private.quotes_of(jsonb), private.says_name(text, text), private.says(text, text, jsonb),
  private.einvoice_says(jsonb, text, jsonb), private.checked_evidence(uuid, jsonb) from public, anon, authenticated;
grant execute on function private.quotes_of(jsonb), private.says_name(text, text), private.says(text, text, jsonb),
  private.einvoice_says(jsonb, text, jsonb), private.checked_evidence(uuid, jsonb) to service_role;
