// Older hosted projects and self-hosted ones grant everything on what is made in the schema public to the roles of the Data API
// (supabase/postgres, migrations/db/init-scripts/00000000000000-initial-schema.sql). What is ours must not depend on it.
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MIGRATIONS, migrate } from "../../stack/migrate.ts";
import { SUPERUSER } from "../../stack/postgres.ts";
import { type TemporaryDatabase, temporaryDatabase } from "../../testing/temporary.ts";
import { CALLABLE } from "./wall/lines.ts";
import { type Privileges, privilegesOf, USERS_MAY } from "./wall/privileges.ts";

const GENEROUS = ["tables", "functions", "sequences"]
  .flatMap((kind) =>
    ["postgres", SUPERUSER].map(
      (role) =>
        `alter default privileges for role ${role} in schema public grant all on ${kind} to postgres, anon, authenticated, service_role`,
    ),
  )
  .join("; ");

let platform: TemporaryDatabase;
const clients: pg.Client[] = [];
let strict: Privileges;
let generous: Privileges;
let generousClient: pg.Client;

async function migrated(name: string, before: string): Promise<pg.Client> {
  const admin = new pg.Client({ connectionString: platform.postgres.url(SUPERUSER, "template1") });
  await admin.connect();
  await admin.query(`create database ${name} template postgres owner postgres`);
  await admin.end();
  const client = new pg.Client({ connectionString: platform.postgres.url(SUPERUSER, name) });
  await client.connect();
  clients.push(client);
  if (before) await client.query(before);
  await migrate(platform.postgres.url("postgres", name), MIGRATIONS);
  return client;
}

beforeAll(async () => {
  platform = await temporaryDatabase();
  strict = await privilegesOf(await migrated("strict", ""));
  generousClient = await migrated("generous", GENEROUS);
  generous = await privilegesOf(generousClient);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await platform.stop();
});

/** What one role may do, by relation or function. */
const of = (privileges: Privileges, role: string): Record<string, string> =>
  Object.fromEntries(Object.entries(privileges).flatMap(([name, roles]) => (roles[role] ? [[name, roles[role]]] : [])));
const functions = (privileges: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(privileges).filter(([name]) => name.includes("(")));
const relations = (privileges: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(privileges).filter(([name]) => !name.includes("(")));

describe.each([
  ["without default privileges", () => strict],
  ["with everything granted by default", () => generous],
])("%s", (_name, privileges) => {
  it("nothing is everybody's, nor anonymous callers'", () => {
    expect(of(privileges(), "public")).toEqual({});
    expect(of(privileges(), "anon")).toEqual({});
  });

  it("users may do what the list says with each relation and column, and nothing else", () => {
    expect(relations(of(privileges(), "authenticated"))).toEqual(USERS_MAY);
  });

  it("users may call the functions of the list, and those that are bound to them", () => {
    const names = Object.keys(functions(of(privileges(), "authenticated"))).map((name) => name.replace(/\(.*/s, ""));
    expect(names.filter((name) => name.startsWith("public."))).toEqual(Object.keys(CALLABLE).sort());
  });
});

it("the whole matrix is the same with default privileges and without", () => {
  expect(generous).toEqual(strict);
});

it("sees a table, a sequence and a function that keep what they were given by default", async () => {
  await generousClient.query(`
    set role postgres;
    create table public.forgotten (id bigint generated always as identity primary key);
    create function public.forgotten() returns integer language sql set search_path = '' as 'select 1';
    reset role`);
  const seen = of(await privilegesOf(generousClient), "anon");
  expect(Object.keys(seen)).toEqual(["public.forgotten", "public.forgotten()", "public.forgotten_id_seq"]);
});
