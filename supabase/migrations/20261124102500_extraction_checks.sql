-- The language of schemas: their fields, and equations between them. functions/_shared/extraction reads the same.

create function private.check_terms(source text) returns table (sign integer, factors text[])
language plpgsql immutable set search_path = '' as $$
declare
  token text;
  side integer := 1;
  own_sign integer := 1;
  wants_factor boolean := true;
  terms integer := 0;
  equals integer := 0;
  collected text[] := array[]::text[];
begin
  if length(source) > 300 or regexp_replace(source,
    'sum\([a-z][a-z0-9_.]{0,90}\)|[a-z][a-z0-9_.]{0,90}|\d{1,9}(?:\.\d{1,6})?|[-+*= ]', '', 'g') <> '' then
    raise exception 'holds something else than fields, numbers, sum(array.field), +, -, * and =';
  end if;
  for token in
    select piece[1] from regexp_matches(source || ' ;',
      '(sum\([a-z][a-z0-9_.]{0,90}\)|[a-z][a-z0-9_.]{0,90}|\d{1,9}(?:\.\d{1,6})?|[-+*=;])', 'g') as piece
  loop
    if token in ('=', ';') or (token in ('+', '-') and cardinality(collected) > 0) then
      if wants_factor then
        raise exception 'has an operator with nothing beside it';
      end if;
      terms := terms + 1;
      if terms > 20 or cardinality(collected) > 3 then
        raise exception 'has more than 20 terms, or more than 3 factors in one';
      end if;
      sign := side * own_sign;
      factors := collected;
      return next;
      collected := array[]::text[];
      own_sign := 1;
      wants_factor := true;
    end if;
    if token = '=' then
      equals := equals + 1;
      side := -1;
    elsif token in ('+', '-') then
      if own_sign = -1 then
        raise exception 'has two signs in a row';
      end if;
      own_sign := case token when '-' then -1 else 1 end;
    elsif token = '*' then
      if wants_factor then
        raise exception 'has an operator with nothing beside it';
      end if;
      wants_factor := true;
    elsif token <> ';' then
      if not wants_factor then
        raise exception 'has two fields without an operator between';
      end if;
      collected := collected || token;
      wants_factor := false;
    end if;
  end loop;
  if equals <> 1 then
    raise exception 'must have one =';
  end if;
end
$$;
comment on function private.check_terms(text) is
  'An equation as terms, each a product with its sign; what stands right of the = has the other one. Raises what is '
  'wrong with it.';

create function private.factor_value(factor text, scalars jsonb, sums jsonb, of_row jsonb) returns numeric
language sql immutable set search_path = '' as $$
  select case
    when factor ~ '^\d' then factor::numeric
    when factor like 'sum(%' then (sums ->> substr(factor, 5, length(factor) - 5))::numeric
    when factor like '%.%' then (of_row ->> factor)::numeric
    else (scalars ->> factor)::numeric end
$$;
comment on function private.factor_value(text, jsonb, jsonb, jsonb) is
  'The number of a factor: written, the sum of a column, a field of the row, a field of the document. Null where it is '
  'missing.';

create function private.term_value(sign integer, factors text[], scalars jsonb, sums jsonb, of_row jsonb)
  returns numeric
language sql immutable set search_path = '' as $$
  select sign * private.factor_value(factors[1], scalars, sums, of_row)
    * case when cardinality(factors) > 1 then private.factor_value(factors[2], scalars, sums, of_row) else 1 end
    * case when cardinality(factors) > 2 then private.factor_value(factors[3], scalars, sums, of_row) else 1 end
$$;
comment on function private.term_value(integer, text[], jsonb, jsonb, jsonb) is
  'The product of the factors of a term, with its sign; null where a number is missing.';

create function private.check_difference(source text, scalars jsonb, sums jsonb, of_row jsonb) returns numeric
language sql immutable set search_path = '' as $$
  select case when bool_and(value is not null) then round(sum(value), 4) end
  from private.check_terms(source) as terms,
    lateral (select private.term_value(terms.sign, terms.factors, scalars, sums, of_row)) as product (value)
$$;
comment on function private.check_difference(text, jsonb, jsonb, jsonb) is
  'Left side less right side of an equation; null where a number is missing. It holds up to 0.0051: half a cent.';

create function private.check_paths(source text) returns setof text
language sql immutable set search_path = '' as $$
  select distinct case when factor like 'sum(%' then substr(factor, 5, length(factor) - 5) else factor end
  from private.check_terms(source) as terms, unnest(terms.factors) as factor where factor !~ '^\d'
$$;
comment on function private.check_paths(text) is 'The fields that an equation names.';

create function private.check_table(source text) returns text
language sql immutable set search_path = '' as $$
  select min(split_part(factor, '.', 1)) from private.check_terms(source) as terms, unnest(terms.factors) as factor
  where factor like '%.%' and factor not like 'sum(%' and factor !~ '^\d'
$$;
comment on function private.check_table(text) is
  'The table whose rows an equation is about; null where it is about the document.';

create function private.field_kind(field jsonb) returns text
language sql immutable set search_path = '' as $$
  select case
    when field ->> 'type' = 'object' and field ->> 'format' = 'money' then 'money'
    when field ->> 'type' in ('number', 'integer', 'boolean') then field ->> 'type'
    when field ->> 'type' = 'string' and field ? 'enum' then 'enum'
    when field ->> 'type' = 'string' and field ->> 'format' in ('date', 'code') then field ->> 'format'
    when field ->> 'type' = 'string' and not field ? 'format' then 'string' end
$$;
comment on function private.field_kind(jsonb) is
  'What a field holds: string, code, number, integer, boolean, date, enum or money. Null for what is no such field.';

create function private.scalar_fields(fields jsonb) returns table (path text, field jsonb)
language sql immutable set search_path = '' as $$
  select key, value from jsonb_each(fields -> 'properties') where value ->> 'type' <> 'array'
  union all
  select format('%s.%s', arrays.key, columns.key), columns.value
  from jsonb_each(fields -> 'properties') as arrays, jsonb_each(arrays.value #> '{items,properties}') as columns
  where arrays.value ->> 'type' = 'array'
$$;
comment on function private.scalar_fields(jsonb) is
  'The fields of a schema by path: total, and items.total for a column.';

create function private.text_list_error(list jsonb, most integer, longest integer) returns text
language sql immutable set search_path = '' as $$
  select case
    when list is null then null
    when jsonb_typeof(list) <> 'array' then 'must be an array'
    when jsonb_array_length(list) > most then format('has more than %s entries', most)
    when exists (select from jsonb_array_elements(list) as one where jsonb_typeof(one) <> 'string'
      or length(one #>> '{}') not between 1 and longest)
      then format('must hold texts of 1 to %s characters', longest) end
$$;
comment on function private.text_list_error(jsonb, integer, integer) is
  'What is wrong with a list of texts; null when nothing is.';

create function private.field_error(path text, field jsonb) returns text
language plpgsql immutable set search_path = '' as $$
declare
  known text[] := array['type', 'description', 'labels'];
  kind text;
  wrong text;
begin
  if jsonb_typeof(field) <> 'object'
    or coalesce(field ->> 'type', '') not in ('string', 'number', 'integer', 'boolean', 'object', 'array') then
    return path || ': type must be string, number, integer, boolean, object (with format money) or array';
  end if;
  if field ->> 'type' = 'array' then
    return path || ': is an array within an array';
  end if;
  kind := private.field_kind(field);
  if kind is null then
    return path || '.format: must be money for an object, and date, code or nothing for a string';
  end if;
  known := known || case when kind in ('string', 'code', 'date', 'money') then array['format', 'rule']
    when kind = 'enum' then array['enum'] else '{}' end;
  select key into wrong from jsonb_object_keys(field) as key where key <> all (known) limit 1;
  if wrong is not null then
    return format('%s: does not know %s', path, left(wrong, 60));
  end if;
  if field ? 'rule' and coalesce(field ->> 'rule', '') not in ('sender', 'date', 'total') then
    return path || '.rule: must be sender, date or total';
  end if;
  if field ? 'description' and (jsonb_typeof(field -> 'description') <> 'string'
    or length(field ->> 'description') not between 1 and 500) then
    return path || '.description: must be a text of 1 to 500 characters';
  end if;
  wrong := private.text_list_error(field -> 'labels', 60, 80);
  if wrong is not null then
    return format('%s.labels: %s', path, wrong);
  end if;
  if kind = 'enum' then
    wrong := coalesce(private.text_list_error(field -> 'enum', 50, 100), case
      when jsonb_array_length(field -> 'enum') = 0 then 'must have a value' end);
    if wrong is not null then
      return format('%s.enum: %s', path, wrong);
    end if;
  end if;
  return null;
end
$$;
comment on function private.field_error(text, jsonb) is
  'What is wrong with one field, as "field: problem"; null when nothing is.';

create function private.equation_error(fields jsonb, source text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  one record;
begin
  for one in
    select paths.path, scalars.field from private.check_paths(source) as paths (path)
    left join private.scalar_fields(fields) as scalars using (path) order by scalars.path is not null
  loop
    if one.field is null then
      return format('names %s, which is no field', left(one.path, 60));
    elsif private.field_kind(one.field) not in ('number', 'integer', 'money') then
      return format('names %s, which is no number', one.path);
    end if;
  end loop;
  for one in select factor from private.check_terms(source) as terms, unnest(terms.factors) as factor loop
    if one.factor like 'sum(%' and (one.factor not like '%.%' or private.check_table(source) is not null) then
      return one.factor || ' must be over a column, and not beside the fields of one row';
    elsif one.factor ~ '^[a-z].*\.' and one.factor not like 'sum(%'
      and split_part(one.factor, '.', 1) <> private.check_table(source) then
      return 'is about the rows of two tables';
    end if;
  end loop;
  return null;
exception when raise_exception then
  return sqlerrm;
end
$$;
comment on function private.equation_error(jsonb, text) is
  'What is wrong with an equation between the fields of a schema; null when nothing is.';

create function private.schema_error(fields jsonb) returns text
language plpgsql immutable set search_path = '' as $$
declare
  one record;
  wrong text;
begin
  if jsonb_typeof(fields) is distinct from 'object' or fields ->> 'type' is distinct from 'object'
    or jsonb_typeof(fields -> 'properties') is distinct from 'object' then
    return 'fields: must be {"type": "object", "properties": {…}}';
  end if;
  if octet_length(fields::text) > 200000 then
    return 'fields: has more than 200000 bytes';
  end if;
  select key into wrong from jsonb_object_keys(fields) as key
    where key not in ('type', 'properties', 'required', 'checks') limit 1;
  if wrong is not null then
    return 'fields: does not know ' || left(wrong, 60);
  end if;
  if fields -> 'properties' = '{}' then
    return 'properties: must have a field';
  end if;
  for one in select key, value from jsonb_each(fields -> 'properties') loop
    if one.key !~ '^[a-z][a-z0-9_]{0,39}$' then
      return left(one.key, 60) || ': is no name of a field: lower-case letters, digits and _, at most 40';
    end if;
    if jsonb_typeof(one.value) = 'object' and one.value ->> 'type' = 'array' then
      wrong := private.table_error(one.key, one.value);
    else
      wrong := private.field_error(one.key, one.value);
    end if;
    if wrong is not null then
      return wrong;
    end if;
  end loop;
  if (select count(*) from private.scalar_fields(fields)) > 100 then
    return 'properties: has more than 100 fields';
  end if;
  wrong := coalesce(private.text_list_error(fields -> 'required', 100, 40),
    (select format('names %s, which is no field', name) from jsonb_array_elements_text(fields -> 'required') as name
      where not fields -> 'properties' ? name limit 1));
  if wrong is not null then
    return 'required: ' || wrong;
  end if;
  wrong := private.text_list_error(fields -> 'checks', 20, 300);
  if wrong is not null then
    return 'checks: ' || wrong;
  end if;
  for one in select source, place
    from jsonb_array_elements_text(fields -> 'checks') with ordinality as checks (source, place) loop
    wrong := private.equation_error(fields, one.source);
    if wrong is not null then
      return format('checks[%s]: %s', one.place - 1, wrong);
    end if;
  end loop;
  return null;
end
$$;
comment on function private.schema_error(jsonb) is
  'What is wrong with the fields of a schema, as "field: problem" of the first one; null when nothing is.';

create function private.table_error(name text, field jsonb) returns text
language plpgsql immutable set search_path = '' as $$
declare
  one record;
  wrong text;
begin
  select key into wrong from jsonb_object_keys(field) as key
    where key not in ('type', 'description', 'labels', 'items') limit 1;
  if wrong is not null then
    return format('%s: does not know %s', name, left(wrong, 60));
  end if;
  if jsonb_typeof(field -> 'items') is distinct from 'object' or field #>> '{items,type}' is distinct from 'object'
    or jsonb_typeof(field #> '{items,properties}') is distinct from 'object' or field #> '{items,properties}' = '{}'
      then
    return name || ': must have items of type object with properties';
  end if;
  select key into wrong from jsonb_object_keys(field -> 'items') as key
    where key not in ('type', 'properties', 'required') limit 1;
  if wrong is not null then
    return format('%s.items: does not know %s', name, left(wrong, 60));
  end if;
  for one in select key, value from jsonb_each(field #> '{items,properties}') loop
    if one.key !~ '^[a-z][a-z0-9_]{0,39}$' then
      return format('%s.%s: is no name of a field: lower-case letters, digits and _, at most 40', name,
        left(one.key, 60));
    end if;
    wrong := private.field_error(format('%s.%s', name, one.key), one.value);
    if wrong is not null then
      return wrong;
    end if;
  end loop;
  wrong := coalesce(private.text_list_error(field #> '{items,required}', 100, 40),
    (select format('names %s, which is no field', required)
      from jsonb_array_elements_text(field #> '{items,required}') as required
      where not field #> '{items,properties}' ? required limit 1));
  return format('%s.items.required: ', name) || wrong;
end
$$;
comment on function private.table_error(text, jsonb) is
  'What is wrong with an array of objects, as "field: problem"; null when nothing is.';

revoke execute on function private.check_terms(text), private.factor_value(text, jsonb, jsonb, jsonb),
  private.term_value(integer, text[], jsonb, jsonb, jsonb), private.check_difference(text, jsonb, jsonb, jsonb),
  private.check_paths(text), private.check_table(text), private.field_kind(jsonb), private.scalar_fields(jsonb),
  private.text_list_error(jsonb, integer, integer),
  private.field_error(text, jsonb), private.equation_error(jsonb, text), private.schema_error(jsonb),
  private.table_error(text, jsonb) from public, anon, authenticated;
grant execute on function private.check_terms(text), private.factor_value(text, jsonb, jsonb, jsonb),
  private.term_value(integer, text[], jsonb, jsonb, jsonb), private.check_difference(text, jsonb, jsonb, jsonb),
  private.check_paths(text), private.check_table(text), private.field_kind(jsonb), private.scalar_fields(jsonb),
  private.text_list_error(jsonb, integer, integer),
  private.field_error(text, jsonb), private.equation_error(jsonb, text), private.schema_error(jsonb),
  private.table_error(text, jsonb) to service_role;
