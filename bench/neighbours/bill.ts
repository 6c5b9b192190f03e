import type { Database } from "../faults/database.ts";
import type { Neighbour } from "./requests.ts";

/** What a user is billed for this month, and what was done for them. */
export type Bill = { pages: { billed: number; used: number }; input_tokens: { billed: number; used: number } };

/**
 * Counts what is done for users in a table of its own, which outlives their documents: pages that were read, and tokens
 * that runs of describing took.
 */
export async function countPages(database: Database): Promise<void> {
  await database.sql(`
    create schema neighbours;
    create table neighbours.used (user_id uuid, document_id uuid, page_number integer, input_tokens bigint);
    create unique index on neighbours.used (document_id, page_number);
    create function neighbours.on_page() returns trigger language plpgsql security definer set search_path = '' as $$
    begin
      if new.error is null then
        insert into neighbours.used (user_id, document_id, page_number) values (new.user_id, new.document_id, new.page_number)
        on conflict do nothing;
      end if;
      return null;
    end $$;
    create function neighbours.on_run() returns trigger language plpgsql security definer set search_path = '' as $$
    begin
      insert into neighbours.used (user_id, input_tokens) values (new.user_id, coalesce(new.input_tokens, 0));
      return null;
    end $$;
    create trigger count_pages after insert or update on public.document_pages for each row execute function neighbours.on_page();
    create trigger count_runs after insert on public.metadata_runs for each row execute function neighbours.on_run()`);
}

export async function drawBill({ id }: Neighbour, database: Database): Promise<Bill> {
  const [row] = await database.sql(
    `select
       (select coalesce(sum(pages), 0)::integer from public.usage_months where user_id = $1) as pages_billed,
       (select count(page_number)::integer from neighbours.used where user_id = $1) as pages_used,
       (select coalesce(sum(input_tokens), 0)::integer from public.usage_months where user_id = $1) as tokens_billed,
       (select coalesce(sum(input_tokens), 0)::integer from neighbours.used where user_id = $1) as tokens_used`,
    [id],
  );
  return {
    pages: { billed: row!.pages_billed, used: row!.pages_used },
    input_tokens: { billed: row!.tokens_billed, used: row!.tokens_used },
  };
}
