-- The signs by which a page shows a currency. `$`, `¥` and `kr` belong to several.

create table private.currency_signs (
  code text not null,
  sign text not null,
  -- A letter beside letters is a word: "RM" in "FORM" is no currency.
  pattern text not null generated always as (
    case when sign ~ '^[[:alpha:].]+$' then '(?<![[:alpha:]])' || replace(sign, '.', '\.') || '(?![[:alpha:]])'
      else regexp_replace(sign, '([$.])', '\\\1', 'g') end) stored,
  primary key (code, sign),
  constraint code_is_iso_4217 check (code ~ '^[A-Z]{3}$')
);
comment on table private.currency_signs is
  'The signs of currencies in upper case, each as a pattern too. They come from the table that the local generator '
  'uses.';
alter table private.currency_signs enable row level security;
create policy "closed to users" on private.currency_signs for all to anon, authenticated using (false);
revoke all on private.currency_signs from anon, authenticated, service_role, public;
grant select on private.currency_signs to service_role;

insert into private.currency_signs (code, sign) values
  -- From supabase/functions/metadata/local/tables/amounts.ts by npm run gen:types.
  ('AED', 'AED'),
  ('AED', 'د.إ'),
  ('AED', 'درهم'),
  ('ARS', '$'),
  ('AUD', '$'),
  ('AUD', 'A$'),
  ('AUD', 'AUD'),
  ('BGN', 'BGN'),
  ('BHD', 'BHD'),
  ('BRL', 'BRL'),
  ('BRL', 'R$'),
  ('CAD', '$'),
  ('CAD', 'C$'),
  ('CAD', 'CAD'),
  ('CHF', 'CHF'),
  ('CHF', 'FR.'),
  ('CLP', '$'),
  ('CNY', 'CNY'),
  ('CNY', 'RMB'),
  ('CNY', '¥'),
  ('CNY', '人民币'),
  ('CNY', '人民幣'),
  ('CNY', '元'),
  ('CNY', '￥'),
  ('COP', '$'),
  ('CZK', 'CZK'),
  ('CZK', 'KČ'),
  ('DKK', 'DKK'),
  ('DKK', 'KR'),
  ('DKK', 'KR.'),
  ('EGP', 'EGP'),
  ('EGP', 'ج.م'),
  ('EGP', 'جنيه'),
  ('EUR', 'EUR'),
  ('EUR', 'EURO'),
  ('EUR', '€'),
  ('GBP', 'GBP'),
  ('GBP', '£'),
  ('HKD', '$'),
  ('HKD', 'HK$'),
  ('HKD', 'HKD'),
  ('HUF', 'FT'),
  ('HUF', 'HUF'),
  ('IDR', 'IDR'),
  ('IDR', 'RP'),
  ('ILS', 'ILS'),
  ('ILS', 'NIS'),
  ('ILS', '₪'),
  ('INR', 'INR'),
  ('INR', 'RS'),
  ('INR', 'RS.'),
  ('INR', '¥'),
  ('INR', '₹'),
  ('INR', '￥'),
  ('ISK', 'ISK'),
  ('ISK', 'KR'),
  ('ISK', 'KR.'),
  ('JOD', 'JOD'),
  ('JPY', 'JPY'),
  ('JPY', '¥'),
  ('JPY', '円'),
  ('JPY', '日本円'),
  ('JPY', '￥'),
  ('KRW', 'KRW'),
  ('KRW', '₩'),
  ('KRW', '원'),
  ('KWD', 'KWD'),
  ('MAD', 'MAD'),
  ('MXN', '$'),
  ('MXN', 'MX$'),
  ('MXN', 'MXN'),
  ('MYR', 'MYR'),
  ('MYR', 'RM'),
  ('NOK', 'KR'),
  ('NOK', 'KR.'),
  ('NOK', 'NOK'),
  ('NZD', '$'),
  ('NZD', 'NZD'),
  ('OMR', 'OMR'),
  ('PLN', 'PLN'),
  ('PLN', 'ZŁ'),
  ('QAR', 'QAR'),
  ('RON', 'LEI'),
  ('RON', 'RON'),
  ('RUB', 'RUB'),
  ('RUB', 'РУБ'),
  ('RUB', 'РУБ.'),
  ('RUB', '₽'),
  ('SAR', 'SAR'),
  ('SAR', 'ر.س'),
  ('SAR', 'ريال'),
  ('SEK', 'KR'),
  ('SEK', 'KR.'),
  ('SEK', 'SEK'),
  ('SGD', '$'),
  ('SGD', 'S$'),
  ('SGD', 'SGD'),
  ('THB', 'THB'),
  ('THB', '฿'),
  ('TND', 'TND'),
  ('TRY', 'TL'),
  ('TRY', 'TRY'),
  ('TRY', '₺'),
  ('TWD', '$'),
  ('TWD', 'NT$'),
  ('TWD', 'TWD'),
  ('UAH', 'UAH'),
  ('UAH', 'ГРН'),
  ('UAH', 'ГРН.'),
  ('UAH', '₴'),
  ('USD', '$'),
  ('USD', 'US$'),
  ('USD', 'USD'),
  ('ZAR', 'ZAR')
  -- End of what is generated.
;

create function private.names_currency(words text, currency text) returns boolean
language sql stable set search_path = '' as $$
  select currency is null
    or currency ~ '^[A-Z]{3}$' and words ~ ('(?<![[:alpha:]])' || currency || '(?![[:alpha:]])')
    or exists (select from private.currency_signs where code = currency and upper(words) ~ pattern)
$$;
comment on function private.names_currency(text, text) is
  'Whether words name a currency, by its code or a sign of it. Null is no currency, and needs no name.';
revoke execute on function private.names_currency(text, text) from public, anon, authenticated;
grant execute on function private.names_currency(text, text) to service_role;
