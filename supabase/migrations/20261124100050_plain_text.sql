-- Two forms of a text: the one that people see, and the one that texts are compared in.

create function private.visible(source text) returns text
language sql immutable set search_path = '' as $$
  select btrim(regexp_replace(
    regexp_replace(normalize(source, nfc), '[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]+', '',
      'g'),
    '[[:cntrl:][:space:]\u2028\u2029]+', ' ', 'g'))
$$;
comment on function private.visible(text) is
  'A text on one line without what nobody sees: control characters, marks of width nothing, and those that turn the '
  'direction of writing, by which a name may look like another.';

create function private.plain(source text) returns text
language sql stable set search_path = '' as $$
  select btrim(regexp_replace(
    regexp_replace(
      -- What a line's end parts is one word: "in-", "voice"; and a hyphen between letters may be such a one or not.
      regexp_replace(
        lower(extensions.unaccent(normalize(
          regexp_replace(source, '[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]+', '', 'g'),
          nfkc))),
        '(?<=[[:alnum:]])-[ \t]*[\n\r]\s*(?=[[:alnum:]])', '-', 'g'),
      '(?<=[[:alpha:]])-\s*(?=[[:alpha:]])', '', 'g'),
    '[[:cntrl:][:space:]\u2028\u2029]+', ' ', 'g'))
$$;
comment on function private.plain(text) is
  'A text in the form in which a quote is compared with a page: lower case, without accents and ligatures, hyphens '
  'within words, invisible characters, and with one space for all white space.';

revoke execute on function private.visible(text), private.plain(text) from public, anon, authenticated;
grant execute on function private.visible(text), private.plain(text) to service_role;
