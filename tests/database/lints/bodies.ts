import type pg from "pg";

const FUNCTIONS = `
  select oid::regprocedure::text as name, pg_get_functiondef(oid) as definition from pg_proc
  where pronamespace in ('public'::regnamespace, 'private'::regnamespace) and prokind in ('f', 'p') order by 1`;

/**
 * Our functions that Postgres would not take as they are today: each is created again, over itself, with its body checked. Of an SQL
 * function that checks every name and type against the present schema; of a PL/pgSQL one the syntax and the declared types, not
 * the statements inside (plpgsql_check does, and is not to be had from npm; docs/decisions.md says when it ran). Those run in
 * the tests of their behaviour.
 */
export async function bodiesThatFail(connection: pg.Client): Promise<string[]> {
  const failed: string[] = [];
  const { rows } = await connection.query<{ name: string; definition: string }>(FUNCTIONS);
  await connection.query("savepoint bodies; set local check_function_bodies = on");
  for (const { name, definition } of rows) {
    await connection.query("savepoint body");
    try {
      await connection.query(definition);
      await connection.query("release body");
    } catch (error) {
      failed.push(`${name}: ${(error as Error).message}`);
      await connection.query("rollback to body");
    }
  }
  await connection.query("rollback to bodies");
  return failed;
}
