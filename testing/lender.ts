// A process that lends stacks to those of the tests, over HTTP: an answer lasts as long as a stack is lent. It starts one when all are out,
// and ends, with all of them, when its standard input does. `lent-stacks.ts` borrows.
import { once } from "node:events";
import { readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import pg from "pg";
import { BUILT } from "../scripts/page.ts";
import { SUPERUSER } from "../stack/postgres.ts";
import type { Lent } from "./lent-stacks.ts";
import { temporaryStack, type TemporaryStack } from "./temporary.ts";

/** A stack that the lender keeps. */
type Kept = { stack: TemporaryStack; tell(line: object): void; clean(): Promise<void> };

/**
 * Remembers what tables hold, in a schema of its own, and how to have that again. Without triggers, so that nothing comes of it; the
 * scheduler of pg_cron is told by hand.
 */
const KEEP = `
create schema kept;
create view kept.tables as
  select format('%I.%I', schemaname, tablename) as name, format('kept.%I', schemaname || '.' || tablename) as copy,
    (select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
     where attrelid = format('%I.%I', schemaname, tablename)::regclass and attnum > 0 and not attisdropped and attgenerated = '') as columns
  from pg_tables where schemaname in ('public', 'private', 'auth', 'storage', 'realtime', 'vault', 'net', 'cron');
do $$
declare
  found_table record;
begin
  for found_table in table kept.tables loop
    execute format('create table %s as select %s from %s', found_table.copy, found_table.columns, found_table.name);
  end loop;
end $$;
create procedure kept.restore() language plpgsql as $$
declare
  found_table record;
begin
  set local session_replication_role = replica;
  for found_table in table kept.tables loop
    execute format('delete from %s', found_table.name);
    execute format('insert into %s (%s) overriding system value table %s', found_table.name, found_table.columns, found_table.copy);
  end loop;
  perform pg_notify('pg_cron', '');
end $$;
`;

const idle: Kept[] = [];
const all = new Set<Kept>();
const cleaning = new Set<Promise<void>>();

const server = createServer(async (_, response) => {
  const kept = idle.pop() ?? (await startKept());
  const { url, keys, folder, smtp, postgres } = kept.stack;
  const lent: Lent = { url, keys, folder, smtp: { port: smtp.port }, databaseUrl: postgres.url("postgres") };
  kept.tell = (line) => void response.write(`${JSON.stringify(line)}\n`);
  kept.tell(lent);
  const end = () => {
    const done = takeBack(kept).finally(() => cleaning.delete(done));
    cleaning.add(done);
  };
  if (response.destroyed) end();
  else response.once("close", end);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
console.log(JSON.stringify({ event: "listening", url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));

for await (const _ of process.stdin);
server.closeAllConnections();
await Promise.all(cleaning);
await Promise.all([...all].map(({ stack }) => stack.stop()));
process.exit(0);

async function takeBack(kept: Kept): Promise<void> {
  kept.tell = () => {};
  try {
    await kept.clean();
    idle.push(kept);
  } catch (error) {
    console.error(`A stack could not be emptied, and is not lent again: ${(error as Error).message}`);
    all.delete(kept);
    await kept.stack.stop();
  }
}

async function startKept(): Promise<Kept> {
  const kept = { tell: () => {} } as unknown as Kept; // what it lacks is set before anybody has it
  kept.stack = await temporaryStack({}, { folder: BUILT }, (source, line) => kept.tell({ source, line }));
  const { postgres, folder } = kept.stack;
  const database = new pg.Pool({ connectionString: postgres.url(SUPERUSER, "postgres"), max: 1 });
  await database.query(KEEP);
  kept.clean = async () => {
    await database.query("call kept.restore()");
    const files = path.join(folder, "storage");
    for (const name of await readdir(files)) await rm(path.join(files, name), { recursive: true });
  };
  const { stop } = kept.stack;
  kept.stack.stop = async () => {
    await database.end();
    await stop();
  };
  all.add(kept);
  return kept;
}
