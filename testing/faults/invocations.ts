import type { Database } from "./database.ts";
import { pause } from "./watch.ts";

/** The invocations on their way through pg_net's queue, in bad hands. */
export type Invocations = {
  /** What waits in the queue is gone, as after a crash, and so many that come next. */
  lose(next: number): Promise<void>;
  /** So many that come next are held back; after a while they go out, the last one first. */
  hold(next: number, ms: number): Promise<void>;
  /** So many that come next are queued with copies, and with invocations of long ago. */
  multiply(next: number, copies: number): Promise<void>;
  /** Nothing more of this. */
  calm(): Promise<void>;
  /** How many invocations were lost, were held back, and came on top. */
  counts(): Promise<{ lost: number; held: number; copied: number }>;
};

/** Old invocations that come with each new one while invocations are multiplied. */
const OLD_ONES = 2;

/** A trigger on the queue: pg_net takes a request within a millisecond, so nobody could get at it later. */
const TRIGGER = `
  create schema faults;
  create table faults.mode (losing integer not null, holding integer not null, multiplying integer not null, copies integer not null);
  insert into faults.mode values (0, 0, 0, 0);
  create table faults.invocations (id bigserial primary key, url text, headers jsonb, body bytea, fate text not null, extra integer not null default 0);
  create function faults.on_invocation() returns trigger language plpgsql security definer set search_path = '' as $$
  declare
    now faults.mode;
    fate text;
    added integer := 0;
  begin
    if pg_trigger_depth() > 1 or current_setting('faults.quiet', true) = 'on' then
      return new;
    end if;
    select * into now from faults.mode;
    fate := case when now.losing > 0 then 'lost' when now.holding > 0 then 'held' else 'sent' end;
    update faults.mode set losing = losing - (fate = 'lost')::integer, holding = holding - (fate = 'held')::integer,
      multiplying = greatest(multiplying - (fate = 'sent')::integer, 0) where fate <> 'sent' or now.multiplying > 0;
    if fate = 'sent' and now.multiplying > 0 then
      insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
        select 'POST', new.url, new.headers, new.body, 5000 from generate_series(1, now.copies)
        union all (select 'POST', url, headers, body, 5000 from faults.invocations where invocations.fate = 'sent' order by id desc limit ${OLD_ONES});
      get diagnostics added = row_count;
    end if;
    insert into faults.invocations (url, headers, body, fate, extra) values (new.url, new.headers, new.body, fate, added);
    return case when fate = 'sent' then new end;
  end $$;
  create trigger on_invocation before insert on net.http_request_queue for each row execute function faults.on_invocation()`;

export async function openInvocations(database: Database): Promise<Invocations> {
  await database.sql(TRIGGER);

  return {
    async lose(next) {
      // The worker holds the table while it waits for answers; then what it has not taken is left to the trigger.
      await database
        .try("set lock_timeout = '200ms'; truncate net.http_request_queue; reset lock_timeout")
        .catch(() => {});
      await database.sql(`update faults.mode set losing = ${next}`);
    },

    async hold(next, ms) {
      await database.sql(`update faults.mode set holding = ${next}`);
      await pause(ms);
      await database.sql(`
        set faults.quiet = 'on';
        update faults.mode set holding = 0;
        with late as (update faults.invocations set fate = 'held and sent' where fate = 'held' returning *)
        insert into net.http_request_queue (method, url, headers, body, timeout_milliseconds)
          select 'POST', url, headers, body, 5000 from late order by id desc;
        select net.wake();
        reset faults.quiet`);
    },

    multiply: async (next, copies) =>
      void (await database.sql(`update faults.mode set multiplying = ${next}, copies = ${copies}`)),
    calm: async () => void (await database.sql("update faults.mode set losing = 0, holding = 0, multiplying = 0")),

    async counts() {
      const [row] = await database.sql<{ lost: number; held: number; copied: number }>(`
        select count(*) filter (where fate = 'lost')::integer as lost, count(*) filter (where fate like 'held%')::integer as held,
          coalesce(sum(extra), 0)::integer as copied
        from faults.invocations`);
      return row!;
    },
  };
}
