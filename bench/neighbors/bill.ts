import type { Database } from "../../testing/faults/database.ts";
import type { Neighbor } from "./requests.ts";

/** Input tokens of each answer of the fake model. */
const TOKENS_A_CALL = 100;

/** What a user is billed for this month, and what was done for them. */
export type Bill = { pages: { billed: number; used: number }; input_tokens: { billed: number; used: number } };

/**
 * Counts the pages that are read for users in a table of its own, which outlives their documents.
 */
export async function countPages(database: Database): Promise<void> {
  await database.sql(`
    create schema neighbors;
    create table neighbors.used (user_id uuid, document_id uuid, page_number integer);
    create unique index on neighbors.used (document_id, page_number);
    create function neighbors.on_page() returns trigger language plpgsql security definer set search_path = '' as $$
    begin
      if new.error is null then
        insert into neighbors.used (user_id, document_id, page_number) values (new.user_id, new.document_id, new.page_number)
        on conflict do nothing;
      end if;
      return null;
    end $$;
    create trigger count_pages after insert or update on public.document_pages for each row execute function neighbors.on_page()`);
}

/** @param calls how many requests of the user's the model answered */
export async function drawBill({ id }: Neighbor, database: Database, calls: number): Promise<Bill> {
  const [row] = await database.sql(
    `select
       (select coalesce(sum(pages), 0)::integer from public.usage_months where user_id = $1) as pages_billed,
       (select count(page_number)::integer from neighbors.used where user_id = $1) as pages_used,
       (select coalesce(sum(input_tokens), 0)::integer from public.usage_months where user_id = $1) as tokens_billed`,
    [id],
  );
  return {
    pages: { billed: row!.pages_billed, used: row!.pages_used },
    input_tokens: { billed: row!.tokens_billed, used: calls * TOKENS_A_CALL },
  };
}
