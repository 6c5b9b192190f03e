create function private.quotes_of(evidence jsonb)
  returns table (field text, page integer, quote text, source text, confidence numeric)
language sql immutable set search_path = '' as $$
  select proven.field,
    case when value ->> 'page' ~ '^[1-9]\d{0,5}$' then (value ->> 'page')::integer end,
    value ->> 'quote', value ->> 'source',
    case when jsonb_typeof(value -> 'confidence') = 'number'
      then round(least(greatest((value ->> 'confidence')::numeric, 0), 1), 2) end
  from jsonb_each(case when jsonb_typeof(quotes_of.evidence) = 'object' then quotes_of.evidence else '{}' end)
  join (select listed.field, listed.evidence from private.metadata_fields() as listed union all select 'subject',
    'subject') as proven (field, evidence)
    on proven.evidence = key
  where jsonb_typeof(value) = 'object' and jsonb_typeof(value -> 'quote') = 'string'
$$;
comment on function private.quotes_of(jsonb) is
  'The evidence that an engine gives, {value: {page, quote, source, confidence}}, by the fields that it is for, '
  'without what is no evidence. One quote proves an amount and its currency.';

create function private.says_name(words text, name text) returns boolean
language sql stable set search_path = '' as $$
  select coalesce(extensions.word_similarity(plain, words) >= 0.6
    or (length(letters) >= 3 and position(letters in regexp_replace(words, '[^[:alnum:]]', '', 'g')) > 0), false)
  from (select private.plain(left(name, 200)), regexp_replace(private.plain(left(name, 200)), '[^[:alnum:]]', '', 'g'))
    as form (plain, letters)
$$;
comment on function private.says_name(text, text) is
  'Whether words (as private.plain writes them) name somebody: a word that was misread does not matter, nor does '
  '"www.acme-web.example" for "Acme Web".';

create function private.says(words text, field text, proposal jsonb) returns boolean
language sql stable set search_path = '' as $$
  select coalesce((
    select case listed.kind
      when 'party' then value is null or private.says_name(words, value)
      when 'date' then case when value is null then exists (select private.dates_in(words))
        else value in (select day::text from private.dates_in(words) as day) end
      when 'amount' then case when jsonb_typeof(says.proposal #> listed.source) = 'number'
        then abs(value::numeric) in (select private.amounts_in(words))
          else exists (select private.amounts_in(words)) end
      else true
    end
    from private.metadata_fields() as listed, lateral (select says.proposal #>> listed.source as value) as proposed
    where listed.field = says.field), true)
$$;
comment on function private.says(text, text, jsonb) is
  'Whether words, as private.plain writes them, bear the proposed value of a field: a correspondent is named in them, '
  'a date or an amount follows from them. What is no such value is borne by any words.';

create function private.shows_currency(document_id uuid, code text) returns boolean
language sql stable set search_path = '' as $$
  select code is null or exists (
    select from public.document_pages as pages
    where pages.document_id = shows_currency.document_id and private.names_currency(left(pages.text, 100000), code))
$$;
comment on function private.shows_currency(uuid, text) is
  'Whether a currency''s code or a sign of it stands in a document. It need not stand beside the amount: a column is '
  'headed by it, or each price has it but the total.';

create function private.einvoice_says(einvoice jsonb, field text, proposal jsonb) returns boolean
language sql stable set search_path = '' as $$
  select coalesce((
    select case listed.kind
      when 'party' then private.says_name(private.plain(stored), value)
      when 'amount' then stored is not null
        and (coalesce(jsonb_typeof(einvoice_says.proposal #> listed.source), 'null') = 'null'
          or einvoice_says.proposal #> listed.source = einvoice_says.einvoice -> listed.einvoice)
      when 'type' then einvoice_says.einvoice is not null
      else stored = value
    end
    from private.metadata_fields() as listed,
      lateral (select einvoice_says.einvoice ->> listed.einvoice as stored,
        einvoice_says.proposal #>> listed.source as value) as compared
    where listed.field = einvoice_says.field), einvoice_says.einvoice is not null and einvoice_says.field = 'subject')
$$;
comment on function private.einvoice_says(jsonb, text, jsonb) is
  'Whether the XML that was stored with the text bears the proposed value of a field: it is the invoice itself, and '
  'needs no page.';

create function private.checked_evidence(document_id uuid, proposal jsonb) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_object_agg(quotes.field, case
    when quotes.source = 'einvoice' then jsonb_build_object(
      'page', null, 'quote', shown.quote, 'source', 'einvoice', 'verified',
      private.einvoice_says(results.einvoice, quotes.field, proposal))
      || jsonb_strip_nulls(jsonb_build_object('confidence', quotes.confidence))
    else jsonb_strip_nulls(jsonb_build_object(
      'quote', shown.quote,
      'similarity', case when found.similarity < 1 then round(found.similarity::numeric, 2) end,
      'on_page', case when found.similarity < 1 then found.excerpt end,
      'source', case when quotes.source = 'learned' then 'learned' end,
      'confidence', quotes.confidence,
      'verified', found.page_number is not null and case
        when quotes.source = 'learned' then quotes.field = 'correspondent'
          and private.taught_name(checked_evidence.document_id, found.excerpt, proposal ->> 'correspondent')
        else private.says(found.excerpt, quotes.field, proposal) end
        and (quotes.field <> 'currency'
          or private.shows_currency(checked_evidence.document_id, proposal #>> '{amount,currency}'))))
      || jsonb_build_object('page', coalesce(found.page_number, quotes.page))
    end), '{}')
  from private.quotes_of(proposal -> 'evidence') as quotes
  cross join lateral (select private.visible(left(quotes.quote, 300)) as quote) as shown
  left join public.ocr_results as results on results.document_id = checked_evidence.document_id
  left join lateral private.find_quote(checked_evidence.document_id, quotes.page, quotes.quote) as found
    on quotes.source is distinct from 'einvoice'
  -- Nothing shows a currency that was not named.
  where quotes.field <> 'currency' or proposal #>> '{amount,currency}' is not null
$$;
comment on function private.checked_evidence(uuid, jsonb) is
  'The evidence of a proposal after looking it up: {field: {page, quote, verified, confidence: how likely the engine '
  'holds it to be right}}, with similarity and on_page (the page''s own words) where they differ a little, and the '
  'page where the quote stands, if it is another than was said. verified: the words stand there, and the value follows '
  'from them; of a sender with the source learned, its owner taught whose mark they bear.';

revoke execute on function private.shows_currency(uuid, text), private.quotes_of(jsonb), private.says_name(text, text),
  private.says(text, text, jsonb),
  private.einvoice_says(jsonb, text, jsonb), private.checked_evidence(uuid, jsonb) from public, anon, authenticated;
grant execute on function private.shows_currency(uuid, text), private.quotes_of(jsonb), private.says_name(text, text),
  private.says(text, text, jsonb),
  private.einvoice_says(jsonb, text, jsonb), private.checked_evidence(uuid, jsonb) to service_role;
