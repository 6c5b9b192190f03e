import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Target } from "../target.ts";

/** What code that uses Vault may rely on, here and on a real Supabase. Leaves no secret behind. */
export function vaultContract(target: () => Target): void {
  let sql: pg.Client;

  beforeAll(async () => {
    sql = new pg.Client({ connectionString: target().url });
    await sql.connect();
    await removeSecrets();
  });
  afterAll(async () => {
    await removeSecrets();
    await sql.end();
  });

  const removeSecrets = (): Promise<unknown> => sql.query("delete from vault.secrets where name like 'contract_%'");
  const read = async (name: string): Promise<unknown> =>
    (await sql.query("select decrypted_secret, description from vault.decrypted_secrets where name = $1", [name]))
      .rows[0];

  it("is there before the first migration, and 'if not exists' changes nothing", async () => {
    await sql.query("create extension if not exists supabase_vault with schema vault");
  });

  it("gives back what was stored, and stores something else", async () => {
    await sql.query("select vault.create_secret('http://kong:8000/ü', 'contract_url', 'where functions are')");
    expect(await read("contract_url")).toEqual({
      decrypted_secret: "http://kong:8000/ü",
      description: "where functions are",
    });
    const { rows } = await sql.query("select secret from vault.secrets where name = 'contract_url'");
    expect(rows[0].secret).not.toContain("kong");
  });

  it("updates what is given and keeps the rest", async () => {
    const { rows } = await sql.query("select vault.create_secret('one', 'contract_update', 'kept') as id");
    await sql.query("select vault.update_secret($1, 'two')", [rows[0].id]);
    expect(await read("contract_update")).toEqual({ decrypted_secret: "two", description: "kept" });
    await sql.query("select vault.update_secret($1, new_name => 'contract_renamed')", [rows[0].id]);
    expect(await read("contract_renamed")).toEqual({ decrypted_secret: "two", description: "kept" });
  });

  it("takes a name once, and any number of secrets without one", async () => {
    await sql.query("select vault.create_secret('one', 'contract_once')");
    await expect(sql.query("select vault.create_secret('two', 'contract_once')")).rejects.toMatchObject({
      code: "23505",
    });
    const { rows } = await sql.query("select vault.create_secret('one') as one, vault.create_secret('two') as two");
    await sql.query("delete from vault.secrets where id in ($1, $2)", [rows[0].one, rows[0].two]);
  });

  it.each([
    ["anon", "select * from vault.decrypted_secrets"],
    ["authenticated", "select * from vault.decrypted_secrets"],
    ["authenticated", "select vault.create_secret('x')"],
  ])("denies %s: %s", async (role, query) => {
    await sql.query(`set role ${role}`);
    try {
      await expect(sql.query(query)).rejects.toMatchObject({ code: "42501" });
    } finally {
      await sql.query("reset role");
    }
  });

  it("lets service_role create and read", async () => {
    await sql.query("set role service_role");
    try {
      await sql.query("select vault.create_secret('service', 'contract_service')");
      expect(await read("contract_service")).toMatchObject({ decrypted_secret: "service" });
    } finally {
      await sql.query("reset role");
    }
  });
}
