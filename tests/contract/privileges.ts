import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { databaseSchema } from "../../scripts/database-schema.ts";
import { SCHEMA_FILE } from "../../scripts/gen-types.ts";
import { query } from "./project.ts";

/** Who may do what in the database. Reads catalogs alone. */
export function privilegesContract(dbUrl: () => string): void {
  it("has the schema that the migrations make, with every grant, policy and trigger, and no more of them", async () => {
    expect(await databaseSchema(dbUrl())).toBe(await readFile(SCHEMA_FILE, "utf8"));
  });

  it("is owned by a postgres that is no superuser and bypasses row level security", async () => {
    expect(
      await query(dbUrl(), "select rolsuper, rolbypassrls from pg_catalog.pg_roles where rolname = current_user"),
    ).toEqual([{ rolsuper: false, rolbypassrls: true }]);
  });

  it.each(["supabase_admin", "supabase_auth_admin", "supabase_storage_admin"])(
    "does not let postgres act as %s",
    async (role) => {
      expect(await query(dbUrl(), "select pg_has_role(current_user, $1, 'member') as member", [role])).toEqual([
        { member: false },
      ]);
    },
  );

  it("gives a call through the Data API 8 s, and 8 s to wait for a lock", async () => {
    const [row] = await query<{ rolconfig: string[] }>(
      dbUrl(),
      "select rolconfig from pg_catalog.pg_roles where rolname = 'authenticator'",
    );
    expect(row?.rolconfig).toEqual(expect.arrayContaining(["statement_timeout=8s", "lock_timeout=8s"]));
  });

  it.each(["anon", "authenticated", "service_role"])(
    "keeps %s out of Auth's tables and out of other roles",
    async (role) => {
      expect(
        await query(
          dbUrl(),
          `select has_table_privilege($1, 'auth.users', 'select') as users,
                pg_has_role($1, 'postgres', 'member') as postgres`,
          [role],
        ),
      ).toEqual([{ users: false, postgres: false }]);
    },
  );

  it("refuses to delete stored objects by SQL", async () => {
    await expect(query(dbUrl(), "delete from storage.objects where false")).rejects.toMatchObject({ code: "42501" });
  });
}
